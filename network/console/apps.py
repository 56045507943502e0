"""App configuration of the network console."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "network.console"
    label = "network_console"
    verbose_name = "站群管理"
