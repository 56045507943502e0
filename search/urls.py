"""Addresses of the search and of the group's feed, to be included at the root of every site."""

from django.urls import path, re_path

from search.feeds import group_feed
from search.open_api import group_changes, group_document
from search.views import search_view

urlpatterns = [
    path("search/", search_view, name="search"),
    # Before the feeds of columns: no column is called so.
    re_path(r"^feeds/group\.(?P<form>atom|json)$", group_feed, name="group_feed"),
    path("api/open/v1/group/openapi.json", group_document, name="open_group_document"),
    path("api/open/v1/group/changes/", group_changes, name="open_group_changes"),
]
