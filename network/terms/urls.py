"""Addresses of the hub's list of words inside the admin."""

from django.urls import path

from network.terms import views

app_name = "network_terms"
urlpatterns = [
    path("network/terms/", views.index, name="index"),
    path("network/terms/add/", views.add, name="add"),
    path("network/terms/<int:term_id>/retire/", views.retire, name="retire"),
]
