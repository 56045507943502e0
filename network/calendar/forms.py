"""Forms of the calendar of working days."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from network.calendar.actions import LONGEST_DOCUMENT

OFF, WORKED = "off", "worked"


def _day_field(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class DaysForm(forms.Form):
    """Days in a row, off or worked."""

    first = _day_field(_("第一天"))
    last = _day_field(_("最后一天"))
    kind = forms.ChoiceField(
        label=_("安排"), choices=[(OFF, _("放假")), (WORKED, _("上班"))], widget=forms.RadioSelect, initial=OFF
    )
    document = forms.CharField(
        label=_("文件"),
        max_length=LONGEST_DOCUMENT,
        help_text=_("公布这一安排的文件文号或名称，例如“国务院办公厅关于2026年部分节假日安排的通知”。"),
    )
    note = forms.CharField(label=_("说明"), max_length=100, required=False, help_text=_("例如“春节”。"))

    @property
    def is_working(self) -> bool:
        return bool(self.cleaned_data["kind"] == WORKED)


class ClearForm(forms.Form):
    """Days whose entries are taken back."""

    first = _day_field(_("第一天"))
    last = _day_field(_("最后一天"))


class YearForm(forms.Form):
    """By which document a year was entered in full."""

    document = forms.CharField(label=_("文件"), max_length=LONGEST_DOCUMENT)
