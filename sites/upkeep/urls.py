"""Addresses of upkeep inside a site's admin."""

from django.urls import path

from sites.upkeep import views

app_name = "upkeep"
urlpatterns = [
    path("", views.columns, name="columns"),
    path("<int:column_id>/", views.owner, name="owner"),
    path("<int:column_id>/people/", views.people, name="people"),
    path("<int:column_id>/exemption/", views.exemption, name="exemption"),
]
