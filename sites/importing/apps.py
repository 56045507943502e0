"""App configuration of importing legacy sites."""

from django.apps import AppConfig


class ImportingConfig(AppConfig):
    name = "sites.importing"
    label = "sites_importing"
    verbose_name = "旧站导入"

    def ready(self) -> None:
        from network.events import outbox_failures, outbox_handlers
        from sites.importing import deciding, handlers, jobs, moving  # noqa: F401  handlers registers itself
        from sites.importing.actions import STEP_KIND

        moving.register()
        outbox_handlers.register(STEP_KIND, jobs.step_handler)
        outbox_handlers.register(deciding.DECIDE_KIND, deciding.decide_handler)
        outbox_failures.register(STEP_KIND, jobs.report_failure)
