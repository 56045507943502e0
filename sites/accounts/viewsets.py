"""Account screens of the admin."""

from __future__ import annotations

from typing import Any

from wagtail.users.views.users import UserViewSet

from sites.accounts.forms import StaffCreationForm, StaffEditForm


class StaffViewSet(UserViewSet):
    """Wagtail's screens with the forms of this platform."""

    create_template_name = "wagtailadmin/staff/create.html"
    edit_template_name = "wagtailadmin/staff/edit.html"

    def get_form_class(self, for_update: bool = False) -> Any:
        return StaffEditForm if for_update else StaffCreationForm
