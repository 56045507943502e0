"""App configuration of the dated rules."""

from django.apps import AppConfig

from network.events import restricted_tables


class RulesConfig(AppConfig):
    name = "network.rules"
    label = "network_rules"
    verbose_name = "规则"

    def ready(self) -> None:
        restricted_tables.register("network_rules_rule", "SELECT")
