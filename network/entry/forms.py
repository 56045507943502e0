"""Form of one-time entry."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from network.entry.actions import LONGEST_PURPOSE, SHORTEST_PURPOSE


class PurposeForm(forms.Form):
    """What a site is entered for; the visited site reads it."""

    purpose = forms.CharField(
        label=_("进入事由"),
        min_length=SHORTEST_PURPOSE,
        max_length=LONGEST_PURPOSE,
        help_text=_("写明办什么事。对方站点的人员会看到，两边都记入审计。"),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
