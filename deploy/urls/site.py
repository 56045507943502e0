"""Addresses of every site."""

from __future__ import annotations

from django.urls import include, path
from wagtail.admin import urls as wagtailadmin_urls

from network.audit.api import audited_urls
from sites.accounts.entry_views import enter
from sites.content.views import leave
from sites.disclosure.views import catalogue
from sites.media.views import published_file, staff_file
from themes.views import page_not_found, set_mode

handler403 = "themes.views.permission_denied"
handler404 = "themes.views.page_not_found"
handler500 = "themes.views.server_error"

urlpatterns = [
    # Wagtail's two addresses for trying out its error pages: one of them fails for whoever signs in.
    path("admin/failwhale/", page_not_found, name="no_error_test"),
    path("admin/test404/", page_not_found, name="no_missing_test"),
    # Before the admin, which asks everybody to be signed in: a ticket is how a visitor signs in.
    path("admin/entry/", enter, name="enter_by_ticket"),
    path("admin/", include(wagtailadmin_urls)),
    path("", include("search.urls")),
    path("gkml/", catalogue, name="catalogue"),
    path("", include("sites.feeds.urls")),
    path("mode/", set_mode, name="set_mode"),
    path("leave/", leave, name="leave"),
    path("files/<str:sha256>/<path:name>", published_file, name="published_file"),
    path("media/<path:path>", staff_file, name="staff_file"),
    path("", include("sites.pages.urls")),
]
audited_urls(urlpatterns)
