"""App configuration of the dated rules."""

from django.apps import AppConfig


class RulesConfig(AppConfig):
    name = "network.rules"
    label = "network_rules"
    verbose_name = "规则"
