"""Account forms of the admin: the fields a site's webmaster keeps."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.users.forms import UserCreationForm, UserEditForm

OWN_FIELDS = {"display_name", "department"}
NOT_ASKED = {"first_name", "last_name"}


def _never_superuser() -> forms.BooleanField:
    """Stands in for Wagtail's tick box, which its template asks for: a disabled field takes no value from a request."""
    return forms.BooleanField(required=False, disabled=True, widget=forms.HiddenInput, label="")


class StaffCreationForm(UserCreationForm):
    """Opens an account; superuser rights are never given on a site."""

    display_name = forms.CharField(label=_("姓名"), max_length=60)
    department = forms.CharField(label=_("部门"), max_length=80, required=False)
    email = forms.EmailField(label=_("电子邮箱"), required=False)
    first_name = None
    last_name = None
    is_superuser = _never_superuser()

    class Meta(UserCreationForm.Meta):
        fields = (UserCreationForm.Meta.fields - NOT_ASKED) | OWN_FIELDS


class StaffEditForm(UserEditForm):
    """Changes an account; one that is a superuser stays what it is."""

    display_name = forms.CharField(label=_("姓名"), max_length=60)
    department = forms.CharField(label=_("部门"), max_length=80, required=False)
    email = forms.EmailField(label=_("电子邮箱"), required=False)
    first_name = None
    last_name = None
    is_superuser = _never_superuser()

    class Meta(UserEditForm.Meta):
        fields = (UserEditForm.Meta.fields - NOT_ASKED) | OWN_FIELDS
