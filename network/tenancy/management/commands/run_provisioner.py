"""Run the provisioner: opens the sites that were asked for."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from network.outbox.api import run_loop
from network.tenancy.provisioning import take_requests


class Command(BaseCommand):
    help = "Takes site requests and opens the sites until it is told to stop (owner role)."

    def handle(self, *args: object, **options: object) -> None:
        if settings.DATABASE_ROLE != "owner":
            raise CommandError("run_provisioner needs the owner role. Set GOVSITES_DATABASE_ROLE=owner.")
        run_loop(
            "provisioner",
            lambda should_stop: take_requests(should_stop=should_stop),
            queue="provisioner",
            poll_seconds=0.1,
        )
