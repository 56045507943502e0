"""The form of a site's index numbers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class SchemeForm(forms.Form):
    """Under which code, in which pattern."""

    organisation = forms.CharField(
        label=_("机构代码"), max_length=30, help_text=_("组织机构代码或统一社会信用代码，例如“000014349”。")
    )
    pattern = forms.ChoiceField(label=_("编号格式"))

    def __init__(self, *args: Any, patterns: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pattern"].choices = list(patterns.items())
