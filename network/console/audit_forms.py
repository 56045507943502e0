"""What an auditor fills in to narrow the log."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.audit.acts import act_choices
from network.audit.models import Result
from network.audit.queries import Wanted
from network.tenancy.api import Site

ANY = [("", _("全部"))]
WHO = [*ANY, ("people", _("人员操作和拒绝")), ("machines", _("系统自动办理"))]


EQUAL = ("who", "site", "person", "act", "object_id", "result", "address")


class AuditFilterForm(forms.Form):
    """Filters of the log; each may stay empty."""

    who = forms.ChoiceField(label=_("范围"), required=False, choices=WHO)
    site = forms.ChoiceField(label=_("站点"), required=False)
    person = forms.CharField(label=_("人员"), max_length=150, required=False)
    act = forms.ChoiceField(label=_("操作"), required=False)
    object_id = forms.CharField(label=_("对象编号"), max_length=120, required=False)
    result = forms.ChoiceField(label=_("结果"), required=False, choices=[*ANY, *Result.choices])
    address = forms.CharField(label=_("来访地址"), max_length=45, required=False)
    since = forms.DateField(label=_("起始日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("截止日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, sites: Sequence[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["act"].choices = [*ANY, *act_choices()]  # type: ignore[attr-defined]
        self.fields["site"].choices = [*ANY, *((site.slug, site.short_name) for site in sites)]  # type: ignore[attr-defined]
        if len(sites) == 1:
            del self.fields["site"]

    def wanted(self) -> Wanted:
        """The filters that hold; a field with a fault does not narrow, its fault is shown."""
        held = getattr(self, "cleaned_data", {})
        days = {name: held.get(name) for name in ("since", "until")}
        return Wanted(
            **{name: held.get(name) or "" for name in EQUAL},
            since=_moment(days["since"], datetime.time.min),
            until=_moment(days["until"], datetime.time.max),
        )

    def used(self) -> dict[str, str]:
        """The filters that were given, for the row about this look."""
        held = getattr(self, "cleaned_data", {})
        return {name: str(value) for name, value in held.items() if value}


def _moment(day: datetime.date | None, time: datetime.time) -> datetime.datetime | None:
    return timezone.make_aware(datetime.datetime.combine(day, time)) if day else None
