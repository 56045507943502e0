"""Addresses of the emergency lane inside a site's admin."""

from django.urls import path

from sites.editing import views

app_name = "sites_editing"
urlpatterns = [
    path("", views.board, name="board"),
    path("<int:page_id>/", views.start, name="start"),
    path("rereviews/<int:rereview_id>/", views.rereview, name="rereview"),
]
