"""Addresses of the checks of texts inside the admin."""

from django.urls import path

from sites.screening import views

app_name = "sites_screening"
urlpatterns = [
    path("screening/pages/<int:page_id>/", views.check_page, name="check"),
    path("screening/new/<str:model>/<int:parent_id>/", views.check_new, name="check_new"),
    path("screening/terms/", views.terms, name="terms"),
    path("screening/terms/add/", views.add, name="add"),
    path("screening/terms/<int:term_id>/retire/", views.retire, name="retire"),
]
