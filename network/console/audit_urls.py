"""Addresses of the auditor inside the admin."""

from django.urls import path

from network.console import audit_views

app_name = "network_audit"
urlpatterns = [
    path("", audit_views.log, name="log"),
    path("export/", audit_views.export, name="export"),
    path("verification/", audit_views.verification, name="verification"),
    path("<int:entry_id>/", audit_views.entry, name="entry"),
]
