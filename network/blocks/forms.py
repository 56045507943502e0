"""Forms of blocked addresses."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from network.blocks.actions import LONGEST_REASON, LONGEST_TEXT
from network.blocks.models import Outcome
from network.blocks.paths import LONGEST
from network.tenancy.api import Site, subtree

EVERY_SITE = "*"


class BlockForm(forms.Form):
    """Which address of which site is stopped, why."""

    site = forms.ChoiceField(label=_("站点"))
    path = forms.CharField(
        label=_("网址"),
        max_length=LONGEST,
        help_text=_("网页、订阅或文件的地址，例如“/tzgg/1/”“/feed.atom”“/files/…”；也可以粘贴完整网址。"),
    )
    covers_below = forms.BooleanField(
        label=_("连同下级地址一起停用"), required=False, help_text=_("例如停用“/tzgg/”及其中全部信息。")
    )
    reason = forms.CharField(
        label=_("停用原因"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("向公众显示，站点据此申诉。"),
    )

    def __init__(self, *args: Any, authority: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].choices = [
            ("", _("请选择站点")),
            (EVERY_SITE, _("全部站点") if authority.is_hub else _("本级及下辖全部站点")),
            *[(site.slug, site.short_name) for site in subtree(authority)],
        ]


class LiftForm(forms.Form):
    """Why an address is shown again."""

    reason = forms.CharField(label=_("解除原因"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 2}))


class AppealForm(forms.Form):
    """What the stopped site says."""

    text = forms.CharField(label=_("申诉理由"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 3}))


class AnswerForm(forms.Form):
    """What the authority answers."""

    outcome = forms.ChoiceField(
        label=_("答复"),
        choices=[(Outcome.UPHELD, Outcome.UPHELD.label), (Outcome.LIFTED, Outcome.LIFTED.label)],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(label=_("答复理由"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 3}))
