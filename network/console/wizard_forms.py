"""Steps of the wizard that opens a site."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django import forms
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from network.branding.names import normalise_name
from network.console.site_forms import parent_choices, show_problems
from network.console.suggestions import find_division, open_divisions, parent_slug
from network.events import column_trees, staff_conflicts, staff_roles
from network.tenancy.api import Level, Site, State
from network.tenancy.provisioning import find_problems
from network.tenancy.registry import snapshot

OPENING_STATES = (
    (State.PREPARING, gettext_lazy("筹建：公众看不到，人员可以进后台准备")),
    (State.TRIAL, gettext_lazy("试运行：对外开放，页面标明试运行")),
    (State.LIVE, gettext_lazy("正式运行")),
)
SYSTEM_NAMES = frozenset({"system"})
ROLES_IN_ORDER = (
    "collector",
    "editor",
    "reviewer",
    "final_reviewer",
    "secrecy_reviewer",
    "publisher",
    "emergency",
    "webmaster",
    "network_manager",
    "security_administrator",
    "auditor",
)
"""As work goes through a site; others follow by name."""


class UnitForm(forms.Form):
    """For which unit a site is opened."""

    division = forms.ChoiceField(
        label=gettext_lazy("行政区划"),
        required=False,
        help_text=gettext_lazy("选定后，名称、层级、上级、标识、域名等自动填好，下一步可以修改。"),
    )
    place = forms.CharField(
        label=gettext_lazy("区划表以外的单位"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("区划表中没有时填写地名，例如“东山市”。"),
    )
    level = forms.ChoiceField(label=gettext_lazy("层级"), required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("开通后的状态"), choices=OPENING_STATES, initial=State.PREPARING, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by_slug = snapshot().by_slug
        choices: list[Any] = [("", _("（不在表中）"))]
        for parent, group in groupby(open_divisions(site), key=parent_slug):
            choices.append((by_slug[parent].short_name, [(row.code, f"{row.name}（{row.code}）") for row in group]))
        self.fields["division"].choices = choices
        if len(choices) == 1:
            self.fields["division"].help_text = _("区划表中本级所辖的单位都已开站；区划表以外的单位请填写地名和层级。")
        levels = [level for level in Level.choices if level[0] != Level.NATIONAL]
        if not site.is_hub:
            levels = [level for level in levels if level[0] != Level.PROVINCE]
        self.fields["level"].choices = [("", _("（由区划决定）")), *levels]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("division") or self.errors:
            return cleaned
        if not cleaned.get("place"):
            self.add_error("division", _("请选择行政区划，或填写区划表以外的单位。"))
        elif not cleaned.get("level"):
            self.add_error("level", _("“%(place)s”不在区划表中，请选择它的层级。") % {"place": cleaned["place"]})
        return cleaned


class IdentityForm(forms.Form):
    """Who runs the site, under which names, numbers and address."""

    full_name = forms.CharField(label=gettext_lazy("机关全称"), max_length=100)
    short_name = forms.CharField(label=gettext_lazy("简称"), max_length=40)
    english_name = forms.CharField(label=gettext_lazy("英文名称"), max_length=200, required=False)
    level = forms.ChoiceField(label=gettext_lazy("层级"))
    parent = forms.ChoiceField(label=gettext_lazy("上级站点"))
    division_code = forms.CharField(
        label=gettext_lazy("行政区划代码"), max_length=12, help_text=gettext_lazy("六位国家标准代码，例如“440100”。")
    )
    slug = forms.CharField(
        label=gettext_lazy("站点标识"),
        max_length=60,
        help_text=gettext_lazy("小写字母和数字，以字母开头；开通后不能更改。"),
    )
    domain = forms.CharField(
        label=gettext_lazy("域名"), max_length=253, help_text=gettext_lazy("以“.gov.cn”或“.政务”结尾。")
    )
    site_code = forms.CharField(
        label=gettext_lazy("网站标识码"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("“bm”加8位数字或10位数字，可以以后补。"),
    )
    icp_number = forms.CharField(label=gettext_lazy("ICP备案号"), max_length=60, required=False)
    public_security_number = forms.CharField(label=gettext_lazy("公安备案号"), max_length=60, required=False)
    sponsor = forms.CharField(label=gettext_lazy("主办单位"), max_length=100, required=False)
    leader_in_charge = forms.CharField(label=gettext_lazy("分管领导"), max_length=100, required=False)
    person_responsible = forms.CharField(label=gettext_lazy("负责人"), max_length=100, required=False)
    contact_person = forms.CharField(label=gettext_lazy("联系人"), max_length=100, required=False)
    contact_phone = forms.CharField(label=gettext_lazy("联系电话"), max_length=60, required=False)
    contact_address = forms.CharField(label=gettext_lazy("联系地址"), max_length=200, required=False)

    def __init__(self, *args: Any, site: Site, unit: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._unit = unit or {}
        self.fields["parent"].choices = parent_choices(site)
        self.fields["level"].choices = [level for level in Level.choices if level[0] != Level.NATIONAL]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in ("full_name", "short_name", "sponsor"):
            if cleaned.get(name):
                cleaned[name] = normalise_name(cleaned[name])
        if self.errors:
            return cleaned
        facts = self.facts(cleaned)
        show_problems(self, find_problems(cleaned["slug"], facts=facts, domain=cleaned["domain"]))
        return cleaned

    def facts(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        """Registry facts of a site request."""
        facts = {name: value for name, value in cleaned.items() if name not in {"slug", "domain"}}
        facts["site_code"] = facts.get("site_code") or None
        facts["state"] = str(self._unit.get("state") or State.PREPARING)
        division = find_division(self._unit.get("division") or "")
        if division is not None and division.slug == cleaned["slug"]:
            facts.update(sort_order=division.order, tile_row=division.tile_row, tile_column=division.tile_column)
        return facts


def _place_of_role(role: str) -> tuple[int, str]:
    return (ROLES_IN_ORDER.index(role) if role in ROLES_IN_ORDER else len(ROLES_IN_ORDER), role)


class ColumnsForm(forms.Form):
    """Which optional columns the site opens with; unticked ones are left out."""

    columns = forms.MultipleChoiceField(
        label=gettext_lazy("可选栏目"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, level: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tree = list(column_trees.get("standard")(level))
        names = {choice.key: choice.title for choice in self.tree}
        self.optional = [choice for choice in self.tree if choice.is_optional]
        self.fields["columns"].choices = [
            (choice.key, f"{names[choice.parent_key]} › {choice.title}" if choice.parent_key else choice.title)
            for choice in self.optional
        ]
        self.fields["columns"].initial = [choice.key for choice in self.optional]

    @property
    def fixed(self) -> list[str]:
        """Titles of the columns that every site of the level has."""
        return [choice.title for choice in self.tree if not choice.is_optional]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = set(cleaned.get("columns") or ())
        lost = [
            choice.title
            for choice in self.optional
            if choice.key in chosen and choice.parent_key in self._optional_keys and choice.parent_key not in chosen
        ]
        if lost:
            self.add_error(
                "columns",
                _("“%(titles)s”的上一级栏目没有选，请一并选上，或把它们去掉。") % {"titles": "、".join(lost)},
            )
        return cleaned

    @property
    def _optional_keys(self) -> set[str]:
        return {choice.key for choice in self.optional}

    def without(self, chosen: list[str]) -> list[str]:
        """Keys of the columns left out."""
        return sorted(self._optional_keys - set(chosen))


class StaffForm(forms.Form):
    """One of the first people of a site."""

    username = forms.CharField(label=gettext_lazy("用户名"), max_length=150, validators=[UnicodeUsernameValidator()])
    name = forms.CharField(label=gettext_lazy("姓名"), max_length=60)
    department = forms.CharField(label=gettext_lazy("部门"), max_length=80, required=False)
    roles = forms.MultipleChoiceField(label=gettext_lazy("职责"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = dict(staff_roles.items())
        self.fields["roles"].choices = [(role, names[role]) for role in sorted(names, key=_place_of_role)]

    def clean_username(self) -> str:
        username: str = self.cleaned_data["username"]
        if username.lower() in SYSTEM_NAMES:
            raise ValidationError(_("用户名“%(name)s”为系统保留，请换一个。") % {"name": username})
        return username

    def clean_roles(self) -> list[str]:
        roles: list[str] = self.cleaned_data["roles"]
        sentences = [sentence for _, conflict in staff_conflicts.items() if (sentence := conflict(roles))]
        if sentences:
            raise ValidationError(sentences)
        return roles


class BaseStaffFormSet(forms.BaseFormSet):
    """The first people of a site: every name once, somebody to manage the site among them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for form in self.forms:
            form.use_required_attribute = False

    def clean(self) -> None:
        people = self.people()
        names = [person["username"] for person in people]
        for form in self.forms:
            name = form.cleaned_data.get("username") if hasattr(form, "cleaned_data") else None
            if name and not form.cleaned_data.get("DELETE") and names.count(name) > 1:
                form.add_error("username", _("用户名“%(name)s”写了两次，一人一个用户名。") % {"name": name})
        if not any(self.errors) and not any("webmaster" in person["roles"] for person in people):
            raise ValidationError(_("至少要有一名站点管理员，否则没有人能增加其他人员。"))

    def people(self) -> list[dict[str, Any]]:
        """The rows that stay: ``{"username", "name", "department", "roles"}``."""
        return [
            {key: form.cleaned_data[key] for key in ("username", "name", "department", "roles")}
            for form in self.forms
            if all(getattr(form, "cleaned_data", {}).get(key) for key in ("username", "name", "roles"))
            and not form.cleaned_data.get("DELETE")
        ]


StaffFormSet = forms.formset_factory(StaffForm, formset=BaseStaffFormSet, extra=2, max_num=40, can_delete=True)


class SummaryForm(forms.Form):
    """Nothing to fill in: the last look before the request is written."""
