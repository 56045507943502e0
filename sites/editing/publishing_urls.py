"""Addresses of the publisher inside a site's admin."""

from django.urls import path

from sites.editing import publishing_views as views

app_name = "sites_publishing"
urlpatterns = [
    path("", views.board, name="board"),
    path("places/", views.places, name="places"),
    path("<int:page_id>/", views.item, name="item"),
    path("<int:page_id>/preview/", views.preview, name="preview"),
    path("schedules/<int:schedule_id>/cancel/", views.cancel, name="cancel"),
]
