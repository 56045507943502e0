"""App configuration of moving whole sites."""

from django.apps import AppConfig


class TransferConfig(AppConfig):
    name = "network.transfer"
    label = "network_transfer"
    verbose_name = "整站迁移"

    def ready(self) -> None:
        from network.contracts import Sweep
        from network.events import outbox_failures, personal_reads, site_left, sweeps
        from network.transfer import actions, jobs  # need loaded models

        site_left.register(actions.keep_what_left)
        sweeps.register("transfer.expiry", Sweep(seconds=3600, run=actions.sweep_expired))

        for kind in (jobs.EXPORT_KIND, jobs.CHECK_KIND):
            outbox_failures.register(kind, jobs.report_failure)
        personal_reads.register("network_transfers:download", "整站档案")
