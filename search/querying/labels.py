"""Names that people read for the values of facets."""

from __future__ import annotations

from functools import lru_cache

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

from network.tenancy.api import Level

FACET_LABELS: dict[str, str] = {"region": _("地区"), "level": _("层级"), "kind": _("类型"), "year": _("年份")}
SORT_LABELS: dict[str, str] = {"relevance": _("按相关度"), "date": _("按时间")}
KIND_LABELS: dict[str, str] = {
    "news": _("动态"),
    "notice": _("通知公告"),
    "policy": _("政策文件"),
    "interpretation": _("政策解读"),
    "statistics": _("统计数据"),
    "warning": _("消费警示"),
    "special": _("专题"),
    "law": _("法律法规"),
    "budget": _("预算决算"),
    "emergency": _("应急信息"),
    "personnel": _("人事信息"),
    "plan": _("规划总结"),
    "register": _("名录"),
    "supervision": _("监管公告"),
    "leader": _("领导信息"),
    "organisation": _("机构职能"),
    "guide": _("信息公开指南"),
    "system": _("信息公开制度"),
    "yearly_report": _("信息公开年报"),
    "procurement": _("政府采购"),
    "article": _("文章"),
    "service": _("办事服务"),
    "page": _("页面"),
}


def label(labels: dict[str, str], value: str) -> str:
    """The translated label, or the value itself where there is none."""
    return translated(labels[value]) if value in labels else value


def level_label(value: str) -> str:
    """The name of a level of the group."""
    return _level_label(get_language() or "", value)


def translated(text: str) -> str:
    """A fixed label in the reader's language; looked up once, since a page shows dozens."""
    return _translated(get_language() or "", text)


@lru_cache(maxsize=64)
def _level_label(language: str, value: str) -> str:
    return str(Level(value).label)


@lru_cache(maxsize=512)
def _translated(language: str, text: str) -> str:
    return gettext(text)
