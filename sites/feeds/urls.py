"""Addresses of feeds and of the open read API."""

from django.urls import path, re_path

from sites.feeds import open_api, views

urlpatterns = [
    re_path(r"^feed\.(?P<form>atom|json)$", views.site_feed, name="feed"),
    re_path(r"^feeds/(?P<key>[a-z0-9_-]{1,40})\.(?P<form>atom|json)$", views.column_feed, name="column_feed"),
    path("api/open/v1/", open_api.service, name="open_service"),
    path("api/open/v1/openapi.json", open_api.document, name="open_document"),
    path("api/open/v1/columns/", open_api.columns, name="open_columns"),
    path("api/open/v1/items/", open_api.items, name="open_items"),
    path("api/open/v1/items/<uuid:content_id>/", open_api.item, name="open_item"),
    path("api/open/v1/changes/", open_api.changes, name="open_changes"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("map/", views.site_map, name="site_map"),
]
