"""Addresses of public pages: Wagtail's, with the view that looks a page up in fewer statements."""

from django.urls import re_path
from wagtail import urls as wagtail_urls

from sites.pages.routing import serve_page

urlpatterns = [
    *[pattern for pattern in wagtail_urls.urlpatterns if pattern.name != "wagtail_serve"],
    re_path(wagtail_urls.serve_pattern, serve_page, name="wagtail_serve"),
]
