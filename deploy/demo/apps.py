"""App configuration of the demo; part of the demo profile only."""

from django.apps import AppConfig
from django.conf import settings


class DemoConfig(AppConfig):
    name = "deploy.demo"
    label = "deploy_demo"
    verbose_name = "演示"

    def ready(self) -> None:
        if settings.SABOTAGE:
            from deploy.demo.sabotage import apply_sabotage  # patches code that is loaded by now

            apply_sabotage(settings.SABOTAGE)
