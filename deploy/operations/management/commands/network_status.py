"""Print the state of the network as JSON."""

import json

from django.core.management.base import BaseCommand

from deploy.operations.status import network_status


class Command(BaseCommand):
    help = "Prints engine, broker, processes, backlog, sites and live pages by approval kind as JSON."
    requires_system_checks = []

    def handle(self, *args: object, **options: object) -> None:
        self.stdout.write(json.dumps(network_status(), ensure_ascii=False, indent=1, default=str))
