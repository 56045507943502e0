"""App configuration of moving whole sites."""

from django.apps import AppConfig


class TransferConfig(AppConfig):
    name = "sites.transfer"
    label = "sites_transfer"
    verbose_name = "整站迁移"

    def ready(self) -> None:
        from network.events import outbox_handlers, provisioning_steps
        from network.transfer.api import CHECK_KIND, EXPORT_KIND
        from sites.transfer import jobs, registration  # need loaded models

        registration.register_kinds()
        outbox_handlers.register(EXPORT_KIND, jobs.export_handler)
        outbox_handlers.register(CHECK_KIND, jobs.check_handler)
        provisioning_steps.register("90 contents", jobs.fill_site)
