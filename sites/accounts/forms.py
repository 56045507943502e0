"""Account forms of the admin: the fields a site's webmaster keeps."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.users.forms import UserCreationForm, UserEditForm

OWN_FIELDS = {"display_name", "department"}


class StaffCreationForm(UserCreationForm):
    """Opens an account; superuser rights are never given on a site."""

    display_name = forms.CharField(label=_("姓名"), max_length=60)
    department = forms.CharField(label=_("部门"), max_length=80, required=False)

    class Meta(UserCreationForm.Meta):
        fields = (UserCreationForm.Meta.fields - {"is_superuser"}) | OWN_FIELDS


class StaffEditForm(UserEditForm):
    """Changes an account."""

    display_name = forms.CharField(label=_("姓名"), max_length=60)
    department = forms.CharField(label=_("部门"), max_length=80, required=False)

    class Meta(UserEditForm.Meta):
        fields = (UserEditForm.Meta.fields - {"is_superuser"}) | OWN_FIELDS
