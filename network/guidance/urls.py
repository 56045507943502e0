"""Addresses of guidance inside the admin."""

from django.urls import path

from network.guidance import views

app_name = "network_guidance"
urlpatterns = [
    path("network/guidance/", views.index, name="index"),
    path("network/guidance/<slug:page_type>/", views.page_type, name="type"),
    path("network/guidance/<slug:page_type>/<slug:field>/", views.field, name="field"),
    path("network/guidance/<slug:page_type>/<slug:field>/retire/", views.retire, name="retire"),
]
