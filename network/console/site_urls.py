"""Addresses of the site screens inside the admin."""

from django.urls import path

from network.console import merge_views, site_views
from network.console.wizard import OpenSiteWizard

app_name = "network_sites"
urlpatterns = [
    path("", site_views.sites, name="sites"),
    path("open/", OpenSiteWizard.as_view(), name="open"),
    path("requests/<int:pk>/", site_views.progress, name="progress"),
    path("<slug:slug>/", site_views.site, name="site"),
    path("<slug:slug>/merge/", merge_views.merge, name="merge"),
    path("<slug:slug>/move/", site_views.move, name="move"),
    path("<slug:slug>/facts/", site_views.facts, name="facts"),
    path("<slug:slug>/names/", site_views.names, name="names"),
    path("<slug:slug>/place/", site_views.place, name="place"),
]
