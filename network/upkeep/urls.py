"""Addresses of upkeep for the level above, inside the admin."""

from django.urls import path

from network.upkeep import views

app_name = "network_upkeep"
urlpatterns = [
    path("", views.board, name="board"),
    path("<slug:slug>/", views.site_columns, name="site"),
    path("exemptions/<int:exemption_id>/", views.decide, name="decide"),
    path("exemptions/<int:exemption_id>/end/", views.end, name="end"),
]
