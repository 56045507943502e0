"""App configuration of upkeep as the level above sees it."""

from django.apps import AppConfig

from network.contracts import Sweep
from network.events import restricted_tables, site_removal, sweeps


class UpkeepConfig(AppConfig):
    name = "network.upkeep"
    label = "network_upkeep"
    verbose_name = "栏目值守"

    def ready(self) -> None:
        from network.upkeep import rereviews
        from network.upkeep.actions import forget_site  # needs loaded models

        # Decided, ended, never deleted: who excused which column is history.
        restricted_tables.register("network_upkeep_exemption", "SELECT, INSERT, UPDATE")
        restricted_tables.register("network_upkeep_rereview", "SELECT, INSERT, UPDATE")
        site_removal.register(forget_site)
        site_removal.register(rereviews.forget_site)
        sweeps.register("upkeep.rereviews", Sweep(seconds=rereviews.SECONDS, run=rereviews.tell_overdue))
