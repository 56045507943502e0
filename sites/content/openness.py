"""How far an item of information is open (公开属性), with what the catalogue says of it.

Source: 政府信息公开条例（国务院令第711号）: what is published unasked (第十九、二十条), on request (第二十七条),
not at all (第十四至十六条), each decided before publishing (第十七条), what is withheld looked at again (第十八条).
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from network.rules.api import rule_values
from network.tenancy.api import current_site

PREFIX = "disclosure."


class Openness(models.TextChoices):
    """Only what is open, or the bare entry of what is given on request, may be live: the publish gate holds it."""

    OPEN = "open", _("主动公开")
    ON_REQUEST = "on_request", _("依申请公开")
    WITHHELD = "withheld", _("不予公开")


CHOSEN = {"subject": "subjects", "document_form": "forms"}
"""Field to the rule that lists its values."""


def labels_of(field: str) -> dict[str, str]:
    """Values of a field of the catalogue with their names, as the rules in force list them."""
    labels: dict[str, str] = rule_values(PREFIX, level=current_site().level)[CHOSEN[field]]
    return labels


def choose_from_rules(fields: dict[str, Any]) -> None:
    """Let the fields of an editing form choose among what the rules in force list, what is stored among them."""
    wanted = [name for name in CHOSEN if name in fields]
    rules = rule_values(PREFIX, level=current_site().level) if wanted else {}
    for name in wanted:
        held = fields[name]
        fields[name] = forms.ChoiceField(
            label=held.label,
            help_text=held.help_text,
            required=False,
            choices=[("", "—"), *rules[CHOSEN[name]].items()],
        )
