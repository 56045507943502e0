"""Addresses of one-time entry inside the admin of the hub or a province."""

from django.urls import path

from network.entry import views

app_name = "network_entry"
urlpatterns = [
    path("", views.index, name="index"),
    path("<slug:slug>/", views.ask, name="ask"),
]
