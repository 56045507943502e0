"""Addresses that the frame answers on every site."""

from __future__ import annotations

from django.urls import path

from themes.views import set_mode, site_map

urlpatterns = [
    path("mode/", set_mode, name="mode"),
    path("map/", site_map, name="site_map"),
]
