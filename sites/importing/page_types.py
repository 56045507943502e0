"""What an item may become: page types with the fields of their own, under the names that sources give those."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.fields import StreamField

from sites.content.base import ContentPage
from sites.pages.linking import AMENDS, EXPLAINS, REPEALS
from sites.pages.models import (
    ArticlePage,
    BudgetPage,
    EmergencyPage,
    InterpretationPage,
    LawPage,
    LeaderPage,
    OrganisationPage,
    PersonnelPage,
    PlanPage,
    ProcurementPage,
    RegisterPage,
    SpecialPage,
    StatisticsPage,
    SupervisionPage,
    WarningPage,
)
from sites.pages.organisation import DepartmentBlock
from sites.pages.personnel import PostBlock
from sites.pages.plan import TaskBlock
from sites.pages.procurement import Stage
from sites.pages.warning import ProductBlock

ARTICLE = "article"

NAMES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "law": {
        "issuing_body": ("发文机关", "发布机关", "发文单位"),
        "adopted_on": ("发文日期", "签发日期", "通过日期"),
        "effective_date": ("生效日期", "实施日期"),
        "expires_on": ("失效日期", "有效期"),
        "validity": ("效力", "时效性", "效力状态"),
        "rank": ("文件类型", "文种"),
    },
    "procurement": {
        "number": ("采购编号", "招标编号"),
        "buyer": ("采购单位", "招标人"),
        "agent": ("采购代理机构", "招标代理机构"),
        "budget": ("预算金额", "采购预算"),
        "supplier": ("中标供应商", "成交供应商", "中标人"),
        "amount": ("中标金额", "成交金额", "合同金额"),
    },
    "personnel": {"phone": ("咨询电话", "监督电话"), "apply_to": ("报名截止日期",)},
    "plan": {"first_year": ("年度",), "last_year": ("年度",)},
    "statistics": {"as_of": ("截至日期", "数据截至"), "counted_by": ("统计单位",)},
    "supervision": {"looked_at": ("抽检批次", "检查户数"), "failed": ("不合格批次",)},
    "leader": {"charge": ("分管工作", "分工"), "resume": ("个人简历", "履历"), "place": ("排名", "序号")},
    "organisation": {"duties": ("机构职能", "职能"), "hours": ("工作时间",), "phone": ("办公电话", "电话")},
    "special": {"opened_on": ("开设时间",), "archived_on": ("归档时间",), "sections": ("专题栏目", "子栏目")},
    "register": {"recognised_by": ("认定单位",)},
}
"""Names that sources give a field besides its own label."""

LINES: Mapping[str, Mapping[str, str]] = {"leader": {"resume": "paragraph"}, "organisation": {"duties": "duty"}}
"""Streams of plain texts, filled with the lines of one field, to the kind of their blocks."""

SECTIONS = "sections"
"""The stream of a special whose entries a source names with the columns that they show."""

LINKS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "interpretation": {EXPLAINS: ("解读的文件", "解读文件文号", "原文文号")},
    "law": {AMENDS: ("修改的文件", "修改文件文号"), REPEALS: ("废止的文件", "废止文件文号")},
}
"""Links to documents, which a source names by their numbers, with the stream that holds them below."""

LINK_STREAMS = {"interpretation": "documents", "law": "relations"}
FROM_TITLE = frozenset({"year", "first_year"})
"""Years that a title tells where nothing else does."""


@dataclass(frozen=True, kw_only=True)
class TypeField:
    """One field of a type as a source may fill it. ``is_stored`` is false for what goes into a stream instead."""

    name: str
    held: models.Field[Any, Any]
    names: tuple[str, ...]
    is_stored: bool = True

    @property
    def label(self) -> str:
        return str(self.held.verbose_name)

    @property
    def is_needed(self) -> bool:
        """Whether no page of the type can be made without it."""
        return self.is_stored and not self.held.blank and not self.held.null and not self.held.has_default()


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A stream of like entries, filled from a table of the body whose header names its parts."""

    stream: str
    block: str
    parts: blocks.StructBlock

    def places(self, header: list[str]) -> dict[str, int]:
        """Part to place in the header; empty where one that every entry needs is missing."""
        found = {
            name: header.index(str(part.label))
            for name, part in self.parts.child_blocks.items()
            if part.label in header
        }
        needed = {name for name, part in self.parts.child_blocks.items() if part.required}
        return found if needed <= set(found) else {}


@dataclass(frozen=True, kw_only=True)
class Target:
    """A page type that items may become. ``tables`` is the stream that tables of the body go to."""

    key: str
    model: type[ContentPage]
    fields: Mapping[str, TypeField] = field(default_factory=dict)
    links: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    listed: Listed | None = None
    tables: str = ""
    lines: Mapping[str, str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        return str(self.model._meta.verbose_name)

    @property
    def link_stream(self) -> str:
        return LINK_STREAMS.get(self.key, "")


def _fields_of(key: str, model: type[ContentPage]) -> dict[str, TypeField]:
    common = {held.name for held in ArticlePage._meta.local_fields}
    own = [held for held in model._meta.local_fields if held.name not in common]
    plain = [held for held in own if not isinstance(held, StreamField) and not held.is_relation]
    return {held.name: _field(key, held.name, held) for held in plain}


def _field(key: str, name: str, held: models.Field[Any, Any], *, is_stored: bool = True) -> TypeField:
    others = NAMES.get(key, {}).get(name, ())
    with in_the_language_of_sources():
        return TypeField(name=name, held=held, names=(str(held.verbose_name), *others, name), is_stored=is_stored)


def _stage_fields() -> dict[str, models.Field[Any, Any]]:
    """What makes the stages of a procurement: one stage by its name, or the day of each."""
    days = {f"{stage.value}_on": models.DateField(f"{stage.label}日期", blank=True) for stage in Stage}
    return {
        "stage": models.CharField(_("阶段"), choices=Stage.choices, blank=True, max_length=16),
        **days,
        "supplier": models.CharField(_("供应商"), blank=True, max_length=100),
        "amount": models.DecimalField(_("金额（元）"), blank=True, max_digits=16, decimal_places=2),
    }


def in_the_language_of_sources() -> Any:
    """Labels are compared as old sites write them, whatever language the person reads the admin in."""
    return translation.override(settings.LANGUAGE_CODE)


@lru_cache(maxsize=1)
def targets() -> Mapping[str, Target]:
    """Key to what an item may become, plain articles first."""
    made = [
        (LawPage, None, ""),
        (InterpretationPage, None, ""),
        (ProcurementPage, None, ""),
        (PersonnelPage, Listed(stream="posts", block="post", parts=PostBlock()), ""),
        (PlanPage, Listed(stream="tasks", block="task", parts=TaskBlock()), ""),
        (BudgetPage, None, "tables"),
        (StatisticsPage, None, "table"),
        (SupervisionPage, Listed(stream="products", block="product", parts=ProductBlock()), ""),
        (WarningPage, Listed(stream="products", block="product", parts=ProductBlock()), ""),
        (EmergencyPage, None, ""),
        (LeaderPage, None, ""),
        (OrganisationPage, Listed(stream="departments", block="department", parts=DepartmentBlock()), ""),
        (SpecialPage, None, ""),
        (RegisterPage, None, "table"),
    ]
    found = {ARTICLE: Target(key=ARTICLE, model=ArticlePage)}
    for model, listed, tables in made:
        key = str(model._meta.model_name).removesuffix("page")
        fields = _fields_of(key, model)
        if model is ProcurementPage:
            extra = _stage_fields()
            fields |= {name: _field(key, name, held, is_stored=False) for name, held in extra.items()}
        streams = {*LINES.get(key, {}), *([SECTIONS] if model is SpecialPage else [])}
        for name in sorted(streams):
            held = models.TextField(model._meta.get_field(name).verbose_name, blank=True)
            fields[name] = _field(key, name, held, is_stored=False)
        found[key] = Target(
            key=key,
            model=model,
            fields=fields,
            links=LINKS.get(key, {}),
            listed=listed,
            tables=tables,
            lines=LINES.get(key, {}),
        )
    return found


def target_named(name: str) -> Target | None:
    """A type by its key or by its name in the admin."""
    wanted = name.strip()
    with in_the_language_of_sources():
        return next((each for each in targets().values() if wanted in (each.key, each.label)), None)


def chosen_types(options: Mapping[str, Any]) -> set[str]:
    """The types that items of a batch may become by its options."""
    if options.get("mapping", {}).get("type"):
        return set(targets())
    return {options.get("type") or ARTICLE, *options.get("types", {}).values()}


def type_labels() -> list[tuple[str, str]]:
    """Key and name of each, for choices."""
    return [(each.key, each.label) for each in targets().values()]


def type_columns(keys: set[str]) -> dict[str, tuple[str, tuple[str, ...]]]:
    """``type.field`` to its label with the names that sources give it, for these types."""
    found = {}
    for each in targets().values():
        if each.key in keys:
            for held in each.fields.values():
                found[f"{each.key}.{held.name}"] = (f"{each.label}：{held.label}", held.names)
            for link, names in each.links.items():
                found[f"{each.key}.{link}"] = (f"{each.label}：{names[0]}", names)
    return found
