"""Addresses of the catalogue's desk inside the admin."""

from django.urls import path

from sites.disclosure import views

app_name = "sites_disclosure"
urlpatterns = [
    path("disclosure/", views.desk, name="desk"),
    path("disclosure/scheme/", views.scheme, name="scheme"),
    path("disclosure/forms/<int:year>/<slug:key>.xlsx", views.blank_form, name="blank_form"),
    path("disclosure/number/", views.number, name="number"),
]
