"""Run the worker: polls the outbox, does what waits there, seals the audit log, looks around."""

from collections.abc import Callable

from django.core.management.base import BaseCommand

from network.audit.api import Sealer
from network.outbox.actions import drain_round
from network.outbox.loops import run_loop
from network.outbox.sweeps import run_due_sweeps


class Command(BaseCommand):
    help = "Polls the outbox and does the waiting work until it is told to stop; seals the audit log meanwhile."

    def handle(self, *args: object, **options: object) -> None:
        sealer = Sealer()

        def work(should_stop: Callable[[], bool]) -> int:
            sealer.step()
            run_due_sweeps()
            return drain_round(should_stop=should_stop)

        run_loop("worker", work, queue="outbox")
