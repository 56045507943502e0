"""What the catalogue says of one item, as lines under its title."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from sites.content.base import ContentPage
from sites.content.openness import Openness, labels_of


def catalogue_facts(page: ContentPage) -> list[tuple[str, str]]:
    """Label and value pairs, those that are empty left out; without what the frame of the type shows apart."""
    facts: list[tuple[str, Any]] = []
    if page.openness != Openness.OPEN:
        facts += [(_("公开属性"), Openness(page.openness).label), (_("依据"), page.openness_ground)]
    for name, label in (("subject", _("主题分类")), ("document_form", _("体裁"))):
        value = getattr(page, name)
        if value and name not in page.shown_apart:
            facts.append((label, labels_of(name).get(value, value)))
    facts += [
        (_("生成日期"), page.created_on.isoformat() if page.created_on else ""),
        (_("公开范围"), page.scope),
    ]
    return [(label, str(value)) for label, value in facts if value]
