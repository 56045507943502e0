"""App configuration of the catalogue of public information."""

from django.apps import AppConfig


class DisclosureConfig(AppConfig):
    name = "sites.disclosure"
    label = "sites_disclosure"
    verbose_name = "信息公开目录"

    def ready(self) -> None:
        from network.events import page_parameters
        from sites.disclosure import moving  # needs loaded models

        # Names of departments are words: pages narrowed by one are made anew each time.
        page_parameters.register("subject", r"[a-z_]{1,40}")
        page_parameters.register("form", r"[a-z_]{1,40}")
        page_parameters.register("openness", r"open|on_request")
        page_parameters.register("year", r"[12][0-9]{3}")
        moving.register()
