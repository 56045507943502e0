"""What a source says of an item's place in the catalogue of public information."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from network.errors import InvalidValue
from sites.content.base import ContentPage
from sites.content.openness import CHOSEN, Openness, labels_of
from sites.importing.dates import read_day
from sites.importing.items import Level, Note, RawItem

CATALOGUE: Mapping[str, tuple[str, ...]] = {
    "subject": ("主题分类", "主题", "信息主题", "subject"),
    "document_form": ("体裁", "体裁分类", "公文种类", "document_form"),
    "openness": ("公开方式", "公开属性", "公开形式", "openness"),
    "openness_ground": ("不公开的依据", "不予公开理由", "openness_ground"),
    "scope": ("公开范围", "scope"),
    "created_on": ("生成日期", "创建日期", "产生日期", "created_on"),
    "index_number": ("索引号", "信息索引号", "index_number"),
}
"""Field of an item to the names that a table's column or a page's label for it often has."""

SPACES = re.compile(r"\s+")
LONGEST_NUMBER = 100


def catalogue_of(item: RawItem, notes: list[Note]) -> tuple[dict[str, str], str]:
    """``(field to value, index number of the old site)``; what is wrong with one is a refusal in ``notes``."""
    found: dict[str, str] = {}
    beside = {SPACES.sub("", str(name)).strip("：:【】[]"): value for name, value in item.facts.items()}
    for name, names in CATALOGUE.items():
        raw = getattr(item, name) or next((beside[label] for label in names if beside.get(label)), "")
        if raw in ("", None):
            continue
        try:
            found[name] = _read(name, raw)
        except InvalidValue as error:
            notes.append(Note(level=Level.REFUSAL, field=names[0], value=str(raw), message=error.message))
    number = found.pop("index_number", "")
    if number:
        message = "原站的索引号已记在导入记录里；本站在首次发布时编新的索引号。"
        notes.append(Note(level=Level.NOTE, field="索引号", value=number, message=message))
    return {name: value for name, value in found.items() if value}, number


def _read(name: str, raw: Any) -> str:
    if name in CHOSEN:
        return _listed(name, str(raw), labels_of(name))
    if name == "openness":
        return _listed(name, str(raw), {value: str(label) for value, label in Openness.choices})
    if name == "created_on":
        day = read_day(raw)
        if day is not None and day > timezone.localdate():
            raise InvalidValue(f"生成日期“{day.isoformat()}”还没有到。请核对日期，或改正列对应。")
        return day.isoformat() if day else ""
    text = " ".join(str(raw).split())
    longest = LONGEST_NUMBER if name == "index_number" else ContentPage._meta.get_field(name).max_length or len(text)
    if len(text) > longest:
        raise InvalidValue(f"“{CATALOGUE[name][0]}”有 {len(text)} 字，超过上限 {longest} 字。请在来源中缩短。")
    return text


def _listed(name: str, raw: str, labels: Mapping[str, str]) -> str:
    wanted = SPACES.sub("", raw)
    for key, label in labels.items():
        if wanted in (key, SPACES.sub("", label)):
            return key
    known = "、".join(labels.values())
    raise InvalidValue(f"{CATALOGUE[name][0]}“{raw}”不在规定的分类里，可用：{known}。请在来源中改正，或改正列对应。")
