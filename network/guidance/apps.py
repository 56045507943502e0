"""App configuration of what the levels above say on how business information is written."""

from django.apps import AppConfig

from network.events import restricted_tables, site_removal


class GuidanceConfig(AppConfig):
    name = "network.guidance"
    label = "network_guidance"
    verbose_name = "采编指导"

    def ready(self) -> None:
        from network.guidance.actions import forget_site  # needs loaded models

        # Replaced, taken back, never deleted: what an author was told on a day is history.
        restricted_tables.register("network_guidance_guidance", "SELECT, INSERT, UPDATE")
        site_removal.register(forget_site)
