"""Addresses of the import wizard inside the admin."""

from django.urls import path

from sites.importing import views

app_name = "sites_importing"
urlpatterns = [
    path("", views.batches, name="batches"),
    path("add/", views.add, name="add"),
    path("<uuid:batch_id>/", views.batch, name="batch"),
    path("<uuid:batch_id>/read/", views.read, name="read"),
    path("<uuid:batch_id>/report/", views.report, name="report"),
    path("<uuid:batch_id>/review/", views.review, name="review"),
    path("<uuid:batch_id>/<slug:act>/", views.act, name="act"),
]
