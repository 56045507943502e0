"""Addresses of visits inside the admin of the site that is visited."""

from django.urls import path

from sites.accounts import entry_views

app_name = "entry"
urlpatterns = [
    path("leave/", entry_views.leave, name="leave"),
    path("visits/", entry_views.visits, name="visits"),
    path("visits/<int:visit_id>/end/", entry_views.end, name="end"),
]
