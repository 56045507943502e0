"""Addresses of blocked addresses inside the admin: of the authority, of the site that is stopped."""

from django.urls import path

from network.blocks import views

app_name = "network_blocks"
urlpatterns = [
    path("network/blocks/", views.index, name="index"),
    path("network/blocks/add/", views.add, name="add"),
    path("network/blocks/<int:block_id>/lift/", views.lift, name="lift"),
    path("network/blocks/appeals/<int:appeal_id>/", views.answer, name="answer"),
    path("blocked/", views.own, name="own"),
    path("blocked/<int:block_id>/appeal/", views.appeal, name="appeal"),
]
