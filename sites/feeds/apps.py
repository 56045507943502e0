"""App configuration of feeds."""

from django.apps import AppConfig


class FeedsConfig(AppConfig):
    name = "sites.feeds"
    label = "sites_feeds"
    verbose_name = "订阅"

    def ready(self) -> None:
        from network.events import page_parameters, restore_steps, restricted_tables
        from sites.feeds import restoring  # needs loaded models

        # Written by triggers alone: nobody makes up a change, or takes one back.
        restricted_tables.register("sites_feeds_change", "SELECT")
        restricted_tables.register("sites_feeds_changeepoch", "SELECT")
        restore_steps.register("60 changes", restoring.begin_epoch)
        page_parameters.register("column", r"[a-z0-9_-]{1,40}")
        page_parameters.register("kind", r"[a-z0-9_-]{1,40}")
        page_parameters.register("limit", r"[1-9][0-9]{0,2}")
