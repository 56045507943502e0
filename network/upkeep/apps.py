"""App configuration of upkeep as the level above sees it."""

from django.apps import AppConfig

from network.events import restricted_tables, site_removal


class UpkeepConfig(AppConfig):
    name = "network.upkeep"
    label = "network_upkeep"
    verbose_name = "栏目值守"

    def ready(self) -> None:
        from network.upkeep.actions import forget_site  # needs loaded models

        # Decided, ended, never deleted: who excused which column is history.
        restricted_tables.register("network_upkeep_exemption", "SELECT, INSERT, UPDATE")
        site_removal.register(forget_site)
