"""Forms of upkeep inside a site."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sites.accounts.forms import PersonField
from sites.accounts.models import Staff
from sites.upkeep.actions import LONGEST_DEPARTMENT

LONGEST_REASON = 500


class OwnerForm(forms.Form):
    """Who owes a column its updates."""

    department = forms.CharField(label=_("责任部门"), max_length=LONGEST_DEPARTMENT, required=False)
    person = PersonField(label=_("责任人"), queryset=Staff.objects.none(), required=False, empty_label=_("不指定到人"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Staff.objects.filter(is_active=True, is_system=False, visit_id__isnull=True)
        self.fields["person"].queryset = people.order_by("department", "display_name", "username")


class ExemptionForm(forms.Form):
    """Why a column needs no regular update."""

    reason = forms.CharField(
        label=_("理由"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("例如“机构职能确有变动时才更新”。上级站点准许以后才生效。"),
    )
