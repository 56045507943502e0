"""Forms of exemptions for the level above."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from network.upkeep.actions import LONGEST

GRANT, REFUSE = "grant", "refuse"


class DecideForm(forms.Form):
    """What the level above answers."""

    outcome = forms.ChoiceField(
        label=_("答复"), choices=[(GRANT, _("准许不定期更新")), (REFUSE, _("不准"))], widget=forms.RadioSelect
    )
    answer = forms.CharField(label=_("答复理由"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}))

    @property
    def is_granted(self) -> bool:
        return bool(self.cleaned_data["outcome"] == GRANT)


class EndForm(forms.Form):
    """Why an exemption is taken back."""

    reason = forms.CharField(label=_("收回理由"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}))
