"""Names that people read for the values of facets."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

FACET_LABELS = {"region": _("地区"), "level": _("层级"), "kind": _("类型"), "year": _("年份")}
SORT_LABELS = {"relevance": _("按相关度"), "date": _("按时间")}
KIND_LABELS = {
    "article": _("文章"),
    "news": _("新闻动态"),
    "notice": _("通知公告"),
    "announcement": _("公告"),
    "law": _("法律法规"),
    "regulation": _("法律法规"),
    "policy": _("政策文件"),
    "document": _("规范性文件"),
    "interpretation": _("政策解读"),
    "disclosure": _("信息公开"),
    "service": _("办事服务"),
    "guide": _("办事指南"),
    "page": _("页面"),
}


def label(labels: dict[str, str], value: str) -> str:
    """The translated label, or the value itself where there is none."""
    return gettext(labels[value]) if value in labels else value
