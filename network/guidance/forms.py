"""The form of guidance."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from network.guidance.models import LONGEST_NOTE, LONGEST_SAMPLE


class GuidanceForm(forms.Form):
    """A note with a sample for one field."""

    note = forms.CharField(
        label=_("说明"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("写什么、怎么写、依据是什么。下级站点写稿时显示在这个字段旁边。"),
    )
    sample = forms.CharField(
        label=_("示例"),
        required=False,
        max_length=LONGEST_SAMPLE,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("写得好的一段。不要写真实的个人信息。"),
    )
