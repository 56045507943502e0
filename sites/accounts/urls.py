"""Addresses of the account screens."""

from __future__ import annotations

from django.urls import path

from sites.accounts import views

urlpatterns = [
    path("second-factor/verify/", views.verify, name="staff_verify"),
    path("second-factor/enrol/", views.enrol, name="staff_enrol"),
]
