"""From an item as its source words it to what a page is made of, with every remark on the way."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone

from network.errors import InvalidValue
from sites.content.base import ContentPage
from sites.importing.addresses import key_of, path_of
from sites.importing.catalogue import catalogue_of
from sites.importing.dates import read_moment
from sites.importing.encodings import CONTROL, PRIVATE
from sites.importing.html_body import Body, body_of_html, body_of_text
from sites.importing.items import Level, Note, Prepared, RawItem, shortened
from sites.importing.own_fields import own_fields_of
from sites.importing.page_types import ARTICLE, Target, in_the_language_of_sources, target_named, targets, type_labels
from sites.pages.article import WRITTEN
from sites.pages.models import ColumnPage, Kind

LONGEST_TITLE = 255
LONGEST_KEY = 255
LEVELS = re.compile(r"\s*(?:>|＞|»|›|→|/|\\|::)\s*")
"""Between the levels of a column that a source writes with its parents."""

LOST = "\ufffd"
CUT = ("summary", "keywords")
"""Fields whose overlong values lose their end, with a note; the others' are refused."""

TEXTS = ("source", "author", "department", "keywords", "summary", "document_number")
LABELS = {
    "title": "标题",
    "source": "来源",
    "author": "作者",
    "department": "责任部门",
    "keywords": "关键词",
    "summary": "摘要",
    "document_number": "文号",
}
TYPED = ("type", "facts", "links")
CATALOGUED = ("catalogue", "legacy_number")
KINDS = {**{key: key for key in Kind.values}, **{str(label): key for key, label in Kind.choices}}


@dataclass(frozen=True)
class Chosen:
    """What the person chose for a batch, with this site's columns."""

    origin: str
    default_column: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    kind: str = Kind.NEWS
    type: str = ARTICLE
    types: Mapping[int, str] = field(default_factory=dict)
    """Key of a column's page to the type of what goes there."""

    by_key: Mapping[str, int] = field(default_factory=dict)
    by_title: Mapping[str, int] = field(default_factory=dict)


def chosen_for(origin: str, options: Mapping[str, Any]) -> Chosen:
    """The choices of a batch at the site that is entered. Raises InvalidValue for a column that it lacks."""
    columns = list(ColumnPage.objects.order_by("path").values_list("key", "title", "pk"))
    by_key = {key: pk for key, _title, pk in columns}
    types = options.get("types", {})
    named = [options.get("column") or "", *options.get("columns", {}).values(), *types]
    unknown = sorted({key for key in named if key and key not in by_key})
    if unknown:
        raise InvalidValue(f"本站没有栏目“{'、'.join(unknown)}”，可选：{'、'.join(by_key)}。", columns=unknown)
    kind = options.get("kind") or Kind.NEWS
    if kind not in WRITTEN:
        raise InvalidValue(f"信息类别“{kind}”不存在，可选：{'、'.join(WRITTEN)}。", kind=kind)
    for name in (options.get("type") or ARTICLE, *types.values()):
        if name not in targets():
            raise InvalidValue(f"页面类型“{name}”不存在，可选：{'、'.join(targets())}。", type=name)
    by_title: dict[str, int] = {}
    for _key, title, pk in columns:
        by_title.setdefault(title, pk)
    return Chosen(
        origin=origin,
        default_column=options.get("column") or "",
        columns=options.get("columns", {}),
        kind=kind,
        type=options.get("type") or ARTICLE,
        types={by_key[key]: name for key, name in types.items()},
        by_key=by_key,
        by_title=by_title,
    )


@dataclass
class Judged:
    """A raw item after every check. ``content`` is None where no page may be made of it."""

    number: int
    key: str
    title: str
    old_path: str
    digest: str
    notes: list[Note]
    content: Prepared | None

    @property
    def is_skipped(self) -> bool:
        return any(note.level == Level.SKIP for note in self.notes)


def judge(item: RawItem, chosen: Chosen) -> Judged:
    """Hold one item against the rules; a fault never stops the others."""
    notes = list(item.notes)
    key = _key(item, chosen)
    old_path = _old_path(item, notes)
    is_settled = any(note.level in (Level.SKIP, Level.REFUSAL) for note in notes)
    content = None if is_settled else _prepare(item, chosen, notes)
    if any(note.level == Level.REFUSAL for note in notes):
        content = None
    return Judged(
        number=item.number,
        key=key,
        title=(content.title if content else _plain(item.title, "title", []))[:LONGEST_TITLE],
        old_path=old_path,
        digest=digest_of(content) if content else "",
        notes=notes,
        content=content,
    )


def digest_of(content: Prepared) -> str:
    """SHA-256 of what the source says, wherever this site puts it."""
    record = {name: value for name, value in content.as_record().items() if name not in ("column_id", "files")}
    for name in CATALOGUED:
        # As items were named before these were read: what tells none of them is still the same.
        if not record[name]:
            del record[name]
    if content.type == ARTICLE:
        # As articles were named before there were types: what was imported then is still the same.
        for name in TYPED:
            del record[name]
    return hashlib.sha256(json.dumps(record, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _refuse(notes: list[Note], field_name: str, value: object, message: str) -> None:
    notes.append(Note(level=Level.REFUSAL, field=field_name, value=str(value), message=message))


def _prepare(item: RawItem, chosen: Chosen, notes: list[Note]) -> Prepared:
    title = _plain(item.title, "title", notes)
    if not title:
        _refuse(notes, "title", "", "没有标题。请在来源中补上标题，或把列对应中的“标题”指向正确的列。")
    elif len(title) > LONGEST_TITLE:
        _refuse(
            notes,
            "title",
            title,
            f"标题有 {len(title)} 字，超过上限 {LONGEST_TITLE} 字，可能取错了列或标签。请缩短标题。",
        )
    texts = {name: _text(item, name, notes) for name in TEXTS}
    published = ""
    try:
        moment = read_moment(item.published)
        published = timezone.localtime(moment).isoformat() if moment else ""
        if not published:
            message = "来源没有发布时间，将以审核通过的时间为发布时间。请审稿时核对。"
            notes.append(Note(level=Level.NOTE, field="published", message=message))
    except InvalidValue as error:
        _refuse(notes, "published", item.published, error.message)
    column = _column(item, chosen, notes)
    kind = KINDS.get(item.kind.strip(), "") if item.kind else chosen.kind
    if not kind:
        _refuse(notes, "kind", item.kind, f"信息类别“{item.kind}”不存在，可用：{'、'.join(map(str, Kind.labels))}。")
    body = _body(item, title, notes)
    target = _target(item, chosen, column, notes)
    if kind and kind not in WRITTEN and target.key == ARTICLE:
        message = f"“{Kind(kind).label}”已是单独的页面类型，不再是文章的类别。请写明页面类型，或改为“动态”“通知公告”。"
        _refuse(notes, "kind", item.kind, message)
    with in_the_language_of_sources():
        own = own_fields_of(
            item,
            target,
            title=title,
            body=body.blocks,
            notes=notes,
            columns={**chosen.by_title, **chosen.by_key},
        )
        catalogue, legacy_number = catalogue_of(item, notes)
    return Prepared(
        title=title,
        column_id=column,
        kind=kind,
        published_at=published,
        host=_host(item),
        blocks=own.blocks,
        files=body.files,
        type=target.key,
        facts=own.facts,
        links=own.links,
        catalogue=catalogue,
        legacy_number=legacy_number,
        **texts,
    )


def _body(item: RawItem, title: str, notes: list[Note]) -> Body:
    body = (
        body_of_text(_without_controls(str(item.body), "body", notes))
        if item.is_plain
        else body_of_html(_markup(item, notes), base=item.base or item.address, title=title)
    )
    for address, name in item.attachments:
        body.files.append({"address": address, "is_picture": False, "alt": ""})
        body.blocks.append({"type": "attachment", "address": address, "title": name})
    notes += body.notes
    if not body.blocks:
        _refuse(notes, "body", "", "正文是空的。请在来源中补上正文，或改正“正文”对应的列或选择器。")
    _note_private(json.dumps(body.blocks, ensure_ascii=False), "body", notes)
    return body


def _host(item: RawItem) -> str:
    try:
        return urlsplit(item.address or item.base).netloc.lower()
    except ValueError:
        return ""


def _markup(item: RawItem, notes: list[Note]) -> Any:
    return item.body if not isinstance(item.body, str) else _without_controls(item.body, "body", notes)


def _without_controls(text: str, name: str, notes: list[Note]) -> str:
    found = CONTROL.search(text)
    if found is None:
        return text
    message = f"含有控制字符 U+{ord(found.group()):04X}，已去掉。请审稿时核对前后文字。"
    around = text[max(found.start() - 10, 0) : found.end() + 10]
    notes.append(Note(level=Level.NOTE, field=name, value=CONTROL.sub("␀", around), message=message))
    return CONTROL.sub("", text)


def _note_private(text: str, name: str, notes: list[Note]) -> None:
    if LOST in text:
        message = "含有无法识别的字符（�），是早先转码时丢失的文字。已原样导入，请审稿时对照原文补上。"
        place = text.index(LOST)
        around = text[max(place - 10, 0) : place + 11]
        notes.append(Note(level=Level.NOTE, field=name, value=around, message=message))
    found = PRIVATE.search(text)
    if found is not None:
        message = f"含有造字区的字符 U+{ord(found.group()):04X}，多数电脑显示不出来。已原样导入，请审稿时改成标准汉字。"
        around = text[max(found.start() - 10, 0) : found.end() + 10]
        notes.append(Note(level=Level.NOTE, field=name, value=around, message=message))


def _plain(value: str, name: str, notes: list[Note]) -> str:
    text = " ".join(_without_controls(str(value), name, notes).replace("\u3000", " ").split())
    _note_private(text, name, notes)
    return text


def _text(item: RawItem, name: str, notes: list[Note]) -> str:
    text = _plain(getattr(item, name), name, notes)
    longest = ContentPage._meta.get_field(name).max_length or len(text)
    if len(text) <= longest:
        return text
    label = LABELS[name]
    if name not in CUT:
        _refuse(notes, name, text, f"{label}有 {len(text)} 字，超过上限 {longest} 字。请在来源中缩短，或改正列对应。")
        return ""
    message = f"{label}有 {len(text)} 字，超过上限 {longest} 字，只导入了前 {longest} 字。请审稿时核对。"
    notes.append(Note(level=Level.NOTE, field=name, value=text, message=message))
    return text[:longest]


def _column(item: RawItem, chosen: Chosen, notes: list[Note]) -> int:
    name = _plain(item.column, "column", notes)
    key = chosen.columns.get(name, "")
    found = chosen.by_key.get(key) if key else chosen.by_title.get(name) or chosen.by_key.get(name)
    if found is not None:
        return found
    parts = [part.strip() for part in LEVELS.split(name) if part.strip()]
    for part in reversed(parts if len(parts) > 1 else []):
        found = chosen.by_key.get(chosen.columns.get(part, "")) or chosen.by_title.get(part)
        if found is not None:
            message = f"旧栏目“{shortened(name)}”有 {len(parts)} 层，本站栏目只有一层，放入“{part}”。请审稿时核对。"
            notes.append(Note(level=Level.NOTE, field="column", value=name, message=message))
            return found
    default = chosen.by_key.get(chosen.default_column)
    if default is None:
        shown = f"“{shortened(name)}”在本站没有对应的栏目" if name else "来源没有写栏目"
        _refuse(notes, "column", name, f"{shown}。请在导入设置中指定对应的栏目，或选一个缺省栏目。")
        return 0
    if name:
        message = f"“{shortened(name)}”在本站没有对应的栏目，放入缺省栏目。需要时在导入设置中指定后重新试读。"
        notes.append(Note(level=Level.NOTE, field="column", value=name, message=message))
    return default


def _target(item: RawItem, chosen: Chosen, column: int, notes: list[Note]) -> Target:
    """What the item becomes: what its row says, what goes into its column, what the batch is."""
    found = target_named(item.type) if item.type.strip() else targets()[chosen.types.get(column) or chosen.type]
    if found is None:
        known = "、".join(label for _key, label in type_labels())
        _refuse(notes, "type", item.type, f"页面类型“{item.type}”不存在，可用：{known}。请在来源中改正。")
        return targets()[ARTICLE]
    return found


def _key(item: RawItem, chosen: Chosen) -> str:
    """What names the item for good: its address, its number at the source, or what it is called there."""
    if item.key.lower().startswith(("http://", "https://")):
        key = _key_of(item.key, chosen)
    elif item.key:
        key = f"{chosen.origin}#{item.key}"
    elif item.address:
        key = _key_of(item.address, chosen)
    else:
        key = f"{chosen.origin}#{item.title}@{item.published}"
    key = CONTROL.sub("", key).strip()
    if len(key) <= LONGEST_KEY:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()
    return f"{key[: LONGEST_KEY - len(digest) - 1]}~{digest}"


def _key_of(address: str, chosen: Chosen) -> str:
    try:
        return key_of(address)
    except ValueError:
        return f"{chosen.origin}#{address}"


def _old_path(item: RawItem, notes: list[Note]) -> str:
    """The path that readers knew the item under, as redirects are looked up; empty for none."""
    if not item.address:
        return ""
    try:
        path = path_of(item.address)
    except ValueError:
        message = f"原地址“{shortened(item.address)}”写法有误，不建立跳转。"
        notes.append(Note(level=Level.NOTE, field="address", value=item.address, message=message))
        return ""
    if path in ("", "/"):
        return ""
    if len(path) > LONGEST_KEY or CONTROL.search(path):
        message = f"原地址超过 {LONGEST_KEY} 字或含有控制字符，不建立跳转。"
        notes.append(Note(level=Level.NOTE, field="address", value=item.address, message=message))
        return ""
    return path
