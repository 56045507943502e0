"""The form of a word."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from network.terms.models import LONGEST_WORD, TermKind


class TermForm(forms.Form):
    """A word with what to write instead, its exceptions and its source."""

    kind = forms.ChoiceField(label=_("类别"), choices=TermKind.choices)
    word = forms.CharField(label=_("词语"), max_length=LONGEST_WORD)
    use_instead = forms.CharField(label=_("改用"), max_length=LONGEST_WORD, required=False)
    exceptions = forms.CharField(
        label=_("不算在内的说法"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("含有该词语而写法正确的，一行一个，例如“卫生部门”之于“卫生部”。"),
    )
    document = forms.CharField(
        label=_("依据文件"),
        max_length=100,
        required=False,
        help_text=_("没有依据的词语只提示，不拦截。"),
    )
    clause = forms.CharField(label=_("条款"), max_length=100, required=False)
