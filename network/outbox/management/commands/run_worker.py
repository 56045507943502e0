"""Run the worker: polls the outbox, does what waits there."""

from django.core.management.base import BaseCommand

from network.outbox.actions import drain_round
from network.outbox.loops import run_loop


class Command(BaseCommand):
    help = "Polls the outbox and does the waiting work until it is told to stop."

    def handle(self, *args: object, **options: object) -> None:
        run_loop("worker", lambda should_stop: drain_round(should_stop=should_stop), queue="outbox")
