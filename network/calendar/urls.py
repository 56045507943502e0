"""Addresses of the calendar of working days inside the admin."""

from django.urls import path

from network.calendar import views

app_name = "network_calendar"
urlpatterns = [
    path("", views.index, name="index"),
    path("set/", views.set_range, name="set"),
    path("clear/", views.clear_range, name="clear"),
    path("<int:year>/enter/", views.enter, name="enter"),
    path("<int:year>/reopen/", views.reopen, name="reopen"),
]
