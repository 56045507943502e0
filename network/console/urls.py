"""Addresses of the console inside the admin."""

from django.urls import path

from network.console import views

app_name = "network_console"
urlpatterns = [
    path("", views.items, name="items"),
    path("dispatch/<int:page_id>/", views.dispatch, name="dispatch"),
    path("<uuid:content_id>/", views.board, name="board"),
    path("<uuid:content_id>/recall/", views.recall, name="recall"),
]
