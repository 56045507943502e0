"""Account screens of the admin."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from wagtail.users.views.groups import GroupViewSet
from wagtail.users.views.users import CreateView, DeleteView, EditView, IndexView, UserViewSet

from sites.accounts.forms import StaffCreationForm, StaffEditForm
from sites.accounts.models import Staff


class StaffIndexView(IndexView):
    """The list, with department in place of the level that no account of a site has; nothing in bulk."""

    def get_delete_url(self, instance: Staff) -> None:
        return None

    @property
    def columns(self) -> list[Any]:
        return [column for column in super().columns if column.name not in ("bulk_actions", "is_superuser")]


class StaffCreateView(CreateView):
    """Opening an account, in the name of the person who does it."""

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        form.acting_user = self.request.user
        return form


class StaffEditView(EditView):
    """Changing an account, in the name of the person who does it."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.can_delete = False

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        form.acting_user = self.request.user
        return form


class StaffDeleteView(DeleteView):
    """Accounts are closed, never deleted."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.object = self.get_object()
        raise PermissionDenied


class StaffViewSet(UserViewSet):
    """Wagtail's screens with the forms of this platform."""

    index_template_name = "wagtailadmin/generic/index.html"
    create_template_name = "wagtailadmin/staff/create.html"
    edit_template_name = "wagtailadmin/staff/edit.html"
    index_view_class = StaffIndexView
    add_view_class = StaffCreateView
    edit_view_class = StaffEditView
    delete_view_class = StaffDeleteView

    def get_form_class(self, for_update: bool = False) -> Any:
        return StaffEditForm if for_update else StaffCreationForm


class RoleViewSet(GroupViewSet):
    """No screens: roles and their rights are the platform's, so that no hand gathers duties kept apart."""

    add_to_settings_menu = False

    def get_urlpatterns(self) -> list[Any]:
        return []
