"""App configuration of images and documents."""

from django.apps import AppConfig
from django.conf import settings


class MediaConfig(AppConfig):
    name = "sites.media"
    label = "sites_media"
    verbose_name = "图片与文件"

    def ready(self) -> None:
        from network.events import periodic_commands
        from sites.media import checks
        from sites.media.rescanning import PERIOD_SECONDS  # needs loaded models

        checks.register()
        if settings.SCANNER:
            periodic_commands.register("rescan_files", PERIOD_SECONDS)
