"""App configuration of moving whole sites."""

from django.apps import AppConfig


class TransferConfig(AppConfig):
    name = "sites.transfer"
    label = "sites_transfer"
    verbose_name = "整站迁移"

    def ready(self) -> None:
        from sites.transfer import registration  # needs loaded models

        registration.register_kinds()
