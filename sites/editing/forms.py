"""Forms of the emergency lane."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from sites.accounts.forms import PersonField
from sites.accounts.models import Staff
from sites.editing.emergency import LONGEST
from sites.editing.lane import candidates
from sites.editing.models import DutyTask

CONFIRM, TAKE_DOWN = "confirm", "take_down"


class EmergencyForm(forms.Form):
    """Why an item cannot wait, who reviews it now."""

    reason = forms.CharField(
        label=_("应急理由"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写明为什么不能等日常审核，例如“某批次食品正在召回，须立即提示消费者”。"),
    )

    def __init__(self, page: Page, tasks: Sequence[DutyTask], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.duties = [task.duty for task in tasks]
        for task in tasks:
            self.fields[task.duty] = PersonField(
                label=task.name,
                queryset=candidates(task, page),
                empty_label=_("请指定一人"),
                help_text=_("只有指定的人可以办理。"),
            )

    @property
    def reviewers(self) -> dict[str, Staff]:
        """Person of each duty."""
        return {duty: self.cleaned_data[duty] for duty in self.duties}


class RereviewForm(forms.Form):
    """What becomes of an emergency release."""

    outcome = forms.ChoiceField(
        label=_("补审结论"),
        choices=[(CONFIRM, _("确认：内容无误，继续公开")), (TAKE_DOWN, _("撤下：立即下线，退回修改"))],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("意见"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("撤下必须写明理由。"),
    )

    @property
    def is_confirmed(self) -> bool:
        return bool(self.cleaned_data["outcome"] == CONFIRM)
