"""Addresses of every site of the demo: those of a site with the component page."""

from __future__ import annotations

from django.urls import path

from deploy.demo.views import components, print_style
from deploy.urls.site import handler403, handler404, handler500
from deploy.urls.site import urlpatterns as site_addresses

__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]

# Before the site's own: the last of them takes every path that is left for a page.
urlpatterns = [
    path("_components/", components, name="components"),
    path("_components/print.css", print_style, name="components-print-style"),
    *site_addresses,
]
