"""App configuration of Wagtail's account screens."""

from wagtail.users.apps import WagtailUsersAppConfig


class StaffUsersConfig(WagtailUsersAppConfig):
    user_viewset = "sites.accounts.viewsets.StaffViewSet"
    group_viewset = "sites.accounts.viewsets.RoleViewSet"
