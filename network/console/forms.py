"""Forms of the network console."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from network.syndication.api import Audience, Mode
from network.tenancy.api import Level, Site, subtree

ALL, LEVELS, REGIONS = "all", "levels", "regions"


class DispatchForm(forms.Form):
    """To whom an item is sent, how binding."""

    scope = forms.ChoiceField(
        label=_("下发范围"),
        choices=[(ALL, _("全部下辖站点")), (LEVELS, _("按层级")), (REGIONS, _("按地区"))],
        widget=forms.RadioSelect,
        initial=ALL,
    )
    levels = forms.MultipleChoiceField(label=_("层级"), required=False, widget=forms.CheckboxSelectMultiple)
    regions = forms.MultipleChoiceField(
        label=_("地区（含所辖市）"), required=False, widget=forms.CheckboxSelectMultiple
    )
    mode = forms.ChoiceField(
        label=_("下发方式"),
        choices=[(Mode.MANDATORY, Mode.MANDATORY.label)],
        initial=Mode.MANDATORY,
        help_text=_("必转：各站点立即刊载，不得更改。"),
    )

    def __init__(self, *args: Any, sender: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        below = [site for site in subtree(sender) if site.pk != sender.pk and site.is_public]
        present = {site.level for site in below}
        self.fields["levels"].choices = [choice for choice in Level.choices if choice[0] in present]
        self.fields["regions"].choices = [(site.slug, site.short_name) for site in below if site.parent_id == sender.pk]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        scope = cleaned.get("scope")
        if scope == LEVELS and not cleaned.get("levels"):
            self.add_error("levels", _("请至少选择一个层级。"))
        if scope == REGIONS and not cleaned.get("regions"):
            self.add_error("regions", _("请至少选择一个地区。"))
        return cleaned

    def audience(self) -> Audience:
        """The audience chosen; call after validation."""
        scope = self.cleaned_data["scope"]
        if scope == ALL:
            return Audience(is_all=True)
        if scope == LEVELS:
            return Audience(levels=tuple(self.cleaned_data["levels"]))
        return Audience(regions=tuple(self.cleaned_data["regions"]))


class RecallForm(forms.Form):
    """Why an item is recalled; shown on every site."""

    reason = forms.CharField(label=_("撤回原因"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
