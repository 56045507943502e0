"""Addresses of every site of the demo: those of a site with the component page."""

from __future__ import annotations

from django.urls import path

from deploy.demo.views import components
from deploy.urls.site import handler403, handler404, handler500
from deploy.urls.site import urlpatterns as site_addresses

__all__ = ["handler403", "handler404", "handler500", "urlpatterns"]

# Before the site's own: the last of them takes every path that is left for a page.
urlpatterns = [path("_components/", components, name="components"), *site_addresses]
