"""Account forms of the admin: the fields a site's webmaster keeps.

The webmaster opens accounts and gives duties of content; duties of control are the security
administrator's (sites.accounts.duties). Names stay, nobody changes the own duties.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.users.forms import UserCreationForm, UserEditForm

from network.audit.api import record
from sites.accounts.models import NAME_RULE, NAME_TAKEN, Staff
from sites.accounts.queries import content_groups, duties_of, gap_without, holds_control
from sites.accounts.roles import ROLE_BY_KEY

OWN_FIELDS = {"display_name", "department"}
NOT_ASKED = {"first_name", "last_name"}


def _never_superuser() -> forms.BooleanField:
    """Stands in for Wagtail's tick box, which its template asks for: a disabled field takes no value from a request."""
    return forms.BooleanField(required=False, disabled=True, widget=forms.HiddenInput, label="")


class PersonField(forms.ModelChoiceField):
    """A person by name, with the department."""

    def label_from_instance(self, person: Staff) -> str:
        return f"{person}（{person.department}）" if person.department else str(person)


class StaffCreationForm(UserCreationForm):
    """Opens an account; superuser rights are never given on a site. The password holds for the first sign-in."""

    acting_user: Staff | None = None
    error_messages = {**UserCreationForm.error_messages, "duplicate_username": NAME_TAKEN}
    display_name = forms.CharField(label=_("姓名"), max_length=60)
    department = forms.CharField(label=_("部门"), max_length=80, required=False)
    email = forms.EmailField(label=_("电子邮箱"), required=False)
    first_name = None
    last_name = None
    is_superuser = _never_superuser()

    class Meta(UserCreationForm.Meta):
        fields = (UserCreationForm.Meta.fields - NOT_ASKED) | OWN_FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].help_text = NAME_RULE
        self.fields["groups"].queryset = content_groups()
        self.fields["groups"].help_text = _("站点管理、站群管理、安全管理、审计职责由安全管理员授予。")

    def save(self, commit: bool = True) -> Staff:
        person: Staff = super().save(commit=False)
        person.must_change_password = True
        if commit:
            person.save()
            self.save_m2m()
            _record("account.open", self.acting_user, person, after=duties_of(person))
        return person


class StaffEditForm(UserEditForm):
    """Changes an account; one that is a superuser stays what it is."""

    acting_user: Staff | None = None
    display_name = forms.CharField(label=_("姓名"), max_length=60)
    department = forms.CharField(label=_("部门"), max_length=80, required=False)
    email = forms.EmailField(label=_("电子邮箱"), required=False)
    first_name = None
    last_name = None
    is_superuser = _never_superuser()

    def clean(self) -> dict[str, Any]:
        if self.instance.is_visitor:
            raise forms.ValidationError(_("“%(name)s”是来访账号，随来访结束停用，不能修改。") % {"name": self.instance})
        cleaned: dict[str, Any] = super().clean() or {}
        kept = {group.name for group in cleaned.get("groups", ())}
        is_lost = {ROLE_BY_KEY[key].name for key in self.before} & _content_names() - kept
        if is_lost or (self.was_active and not cleaned.get("is_active", True)):
            refusal = gap_without(self.instance)
            if refusal:
                raise forms.ValidationError(refusal)
        return cleaned

    class Meta(UserEditForm.Meta):
        fields = (UserEditForm.Meta.fields - NOT_ASKED) | OWN_FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        is_own = bool(kwargs.get("editing_self"))
        super().__init__(*args, **kwargs)
        self.before = duties_of(self.instance)
        self.was_active = self.instance.is_active
        self.fields["username"].disabled = True
        self.fields["username"].help_text = _("用户名不能更改，也不重复使用。")
        self.fields["groups"].queryset = content_groups()
        self.fields["groups"].help_text = _("站点管理、站群管理、安全管理、审计职责由安全管理员授予。")
        if is_own:
            self.fields["groups"].disabled = True
            self.fields["groups"].help_text = _("不能更改自己的职责。")
        if is_own or holds_control(self.instance):
            # The own password is changed on the account screen, which asks for the old one; an account with
            # a duty of control belongs to the security administrator.
            self.fields.pop("password1", None)
            self.fields.pop("password2", None)
        if holds_control(self.instance) and "is_active" in self.fields:
            self.fields["is_active"].disabled = True
            self.fields["is_active"].help_text = _("该账号有管理职责，由安全管理员停用。")

    def save(self, commit: bool = True) -> Staff:
        control = [group for group in self.instance.groups.all() if group.name not in _content_names()]
        self.cleaned_data.setdefault("password1", "")
        if "groups" in self.cleaned_data:
            self.cleaned_data["groups"] = [*self.cleaned_data["groups"], *control]
        person: Staff = super().save(commit=False)
        is_new_password = bool(self.cleaned_data["password1"])
        if is_new_password:
            person.must_change_password = True
        if commit:
            person.save()
            self.save_m2m()
            self._record_changes(person, is_new_password=is_new_password)
        return person

    def _record_changes(self, person: Staff, *, is_new_password: bool) -> None:
        after = duties_of(person)
        if after != self.before:
            _record("account.duties", self.acting_user, person, before=self.before, after=after)
        if is_new_password:
            _record("account.set_password", self.acting_user, person)
        if person.is_active != self.was_active:
            _record("account.reopen" if person.is_active else "account.close", self.acting_user, person)
        _record("account.change", self.acting_user, person, fields=sorted(self.changed_data))


def _content_names() -> set[str]:
    return set(content_groups().values_list("name", flat=True))


def _record(act: str, acting_user: Staff | None, person: Staff, **detail: Any) -> None:
    record(
        act,
        person=acting_user.username if acting_user else "",
        object_kind="staff",
        object_id=person.pk,
        detail={"username": person.username, **detail},
    )
