"""App configuration of the outbox."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "network.outbox"
    label = "network_outbox"
    verbose_name = "待办"

    def ready(self) -> None:
        from network.events import outbox_handlers
        from network.tenancy import tasks_backend  # needs loaded models

        outbox_handlers.register(tasks_backend.KIND, tasks_backend.run_task)
