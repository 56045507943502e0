"""App configuration of the calendar of working days."""

from django.apps import AppConfig


class CalendarConfig(AppConfig):
    name = "network.calendar"
    label = "network_calendar"
    verbose_name = "工作日"
