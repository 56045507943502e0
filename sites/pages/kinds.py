"""Labels of the kinds of items."""

from __future__ import annotations

from django.utils.translation import gettext as _

from sites.pages.article import Kind


def kind_label(key: str) -> str:
    """What a kind is called on screen."""
    labels = {"law": _("法律法规")}
    if key in labels:
        return labels[key]
    return str(Kind(key).label) if key in Kind.values else key
