"""Forms of the site screens: states, facts, names, place in the tree, merging."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.tenancy.api import Level, Site, all_sites, is_within
from network.tenancy.facts import EDITABLE
from network.tenancy.lifecycle import moves_of
from network.tenancy.models import State

CONSEQUENCES: dict[str, Any] = {
    State.PREPARING: _("公众看不到，人员可以进后台准备"),
    State.TRIAL: _("对外开放，页面标明试运行"),
    State.LIVE: _("对外开放"),
    State.SUSPENDED: _("公众只看到下线说明和原因，人员可以进后台"),
    State.CLOSING: _("照常开放，每页登出关停公告，期满才能关停"),
    State.CLOSED: _("公众只看到关停说明，内容归档，不能恢复"),
}
"""What a state means for the public and for staff."""


class MoveForm(forms.Form):
    """Which state a site goes to, why; the key is typed where the move ends or stops the site."""

    to_state = forms.ChoiceField(label=_("办理"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("原因"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("除开始试运行、正式运行外都须写明；临时下线和关停的原因向公众显示。"),
    )
    confirmed_key = forms.CharField(
        label=_("输入站点标识确认"), required=False, help_text=_("临时下线、公告关停、关停时必填。")
    )

    def __init__(self, *args: Any, target: Site, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to_state"].choices = [
            (
                move.to_state,
                _("%(move)s：%(consequence)s") % {"move": move.label, "consequence": CONSEQUENCES[move.to_state]},
            )
            for move in moves_of(target, site=site)
            if move.to_state != State.MERGED
        ]


class FactsForm(forms.Form):
    """What the registry says of a site besides its names and its place."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(forms.fields_for_model(Site, fields=EDITABLE))


class NameForm(forms.Form):
    """New names with the day from which they hold."""

    full_name = forms.CharField(label=_("机关全称"), max_length=100)
    short_name = forms.CharField(label=_("简称"), max_length=40)
    named_on = forms.DateField(
        label=_("启用日期"),
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("原名称作为历史保留，不会被覆盖。"),
    )


class PlaceForm(forms.Form):
    """The site above with the division code."""

    parent = forms.ChoiceField(label=_("上级站点"))
    division_code = forms.CharField(
        label=_("行政区划代码"), max_length=6, help_text=_("六位国家标准代码，例如“440100”。")
    )

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].choices = parent_choices(site)


class MergePlanForm(forms.Form):
    """Into which site another one goes, why."""

    into = forms.ChoiceField(label=_("并入的站点"))
    reason = forms.CharField(label=_("原因"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, target: Site, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].choices = [("", _("请选择"))] + [
            (other.slug, other.full_name)
            for other in all_sites()
            if other.is_public and other.pk != target.pk and is_within(site, other)
        ]


class MergeConfirmForm(forms.Form):
    """The key of the site that goes."""

    confirmed_key = forms.CharField(label=_("输入站点标识确认"))


def parent_choices(site: Site) -> list[tuple[str, str]]:
    """Sites below which the acting site's managers may put another one."""
    return [
        (other.slug, other.short_name)
        for other in all_sites()
        if other.level in (Level.NATIONAL, Level.PROVINCE) and not other.is_gone and is_within(site, other)
    ]


def show_problems(form: Any, problems: dict[str, str]) -> None:
    """Put the sentences of a refusal beside their fields."""
    for name, sentence in problems.items():
        form.add_error(name if name in form.fields else None, sentence)
