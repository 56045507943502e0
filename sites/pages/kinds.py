"""Labels of the kinds of items."""

from __future__ import annotations

from django.utils.translation import gettext as _

from sites.pages.article import Kind


def kind_label(key: str) -> str:
    """What a kind is called on screen."""
    labels = {
        "law": _("法律法规"),
        "budget": _("预算决算"),
        "emergency": _("应急信息"),
        "personnel": _("人事信息"),
        "plan": _("规划总结"),
        "register": _("名录"),
        "supervision": _("监管公告"),
        "leader": _("领导信息"),
        "organisation": _("机构职能"),
        "procurement": _("政府采购"),
        "guide": _("信息公开指南"),
        "system": _("信息公开制度"),
        "yearly_report": _("信息公开年报"),
    }
    if key in labels:
        return labels[key]
    return str(Kind(key).label) if key in Kind.values else key
