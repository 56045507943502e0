"""Addresses of moving whole sites inside the admin."""

from django.urls import path

from network.transfer import views

app_name = "network_transfers"
urlpatterns = [
    path("", views.jobs, name="jobs"),
    path("import/", views.receive, name="receive"),
    path("export/<slug:slug>/", views.export, name="export"),
    path("<uuid:job_id>/", views.job, name="job"),
    path("<uuid:job_id>/confirm/", views.confirm, name="confirm"),
    path("<uuid:job_id>/download/", views.download, name="download"),
]
