"""App configuration of the checks of texts."""

from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    name = "sites.screening"
    label = "sites_screening"
    verbose_name = "内容检查"

    def ready(self) -> None:
        from network.events import restricted_tables
        from sites.screening import moving  # needs loaded models

        # Retired, never deleted: count and last change name the state of the list.
        restricted_tables.register("sites_screening_ownterm", "SELECT, INSERT, UPDATE")
        moving.register()
