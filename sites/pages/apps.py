"""App configuration of the page types."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "sites.pages"
    label = "sites_pages"
    verbose_name = "页面"

    def ready(self) -> None:
        from network.events import edition_sources, provisioning_steps
        from sites.pages import provisioning, sources  # need loaded models

        provisioning_steps.register("30 columns", provisioning.open_columns)
        edition_sources.register("page", sources.edition_source)
