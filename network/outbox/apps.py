"""App configuration of the outbox."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "network.outbox"
    label = "network_outbox"
    verbose_name = "待办"

    def ready(self) -> None:
        from network.contracts import Sweep
        from network.events import outbox_handlers, sweeps
        from network.outbox import periodic  # needs loaded models
        from network.tenancy import tasks_backend  # needs loaded models

        outbox_handlers.register(tasks_backend.KIND, tasks_backend.run_task)
        outbox_handlers.register(periodic.KIND, periodic.run_command)
        sweeps.register("outbox.periodic", Sweep(seconds=10, run=periodic.fan_out_due))
