"""The editing form of a column: every choice comes from the rules or from the site's own columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm

from network.calendar.api import term_of
from network.rules.api import site_rule, site_rules
from network.tenancy.api import current_site

CLOCK = "clock."
HOME_CLOCK = "home"


class ColumnForm(WagtailAdminPageForm):
    """Type, user type and clock are chosen; a key stands for one column of the site."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        site = current_site()
        clocks = site_rules(site, CLOCK)
        self._choose("column_type", ((name, name) for name in site_rule(site, "columns.types").value))
        self._choose("user_type", ((name, name) for name in site_rule(site, "columns.user_types").value))
        self._choose(
            "clock_key",
            (
                (f"{CLOCK}{name}", f"{rule.note or name}：{term_of(rule.value).label}（{rule.document}）")
                for name, rule in sorted(clocks.items())
                if name != HOME_CLOCK
            ),
        )
        groups = type(self.instance).objects.filter(parent_key="").exclude(pk=self.instance.pk).order_by("path")
        self._choose("parent_key", groups.values_list("key", "title"), empty=_("单独列出"))

    def _choose(self, name: str, choices: Iterable[tuple[str, str]], *, empty: str = "") -> None:
        """Make a text field a choice; a value that is in no list any more stays to be seen, not to be saved."""
        if name not in self.fields:
            return
        text = self.fields[name]
        self.fields[name] = forms.ChoiceField(
            label=text.label,
            required=not empty,
            choices=[("", empty or _("请选择")), *choices],
            initial=text.initial,
            help_text=text.help_text,
        )

    def clean_key(self) -> str:
        key = str(self.cleaned_data["key"])
        other = type(self.instance).objects.filter(key=key).exclude(pk=self.instance.pk).first()
        if other is not None:
            raise forms.ValidationError(
                _("栏目键“%(key)s”已用于“%(title)s”，请换一个。") % {"key": key, "title": other.title}
            )
        return key
