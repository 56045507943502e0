"""App configuration of syndication."""

from django.apps import AppConfig


class SyndicationConfig(AppConfig):
    name = "network.syndication"
    label = "network_syndication"
    verbose_name = "内容下发"

    def ready(self) -> None:
        from network.contracts import Sweep
        from network.events import (
            backup_rows,
            outbox_failures,
            outbox_handlers,
            public_steps,
            restore_steps,
            restricted_tables,
            site_removal,
            sweeps,
        )
        from network.syndication import deliveries, merging, platform_words, recall, restoring  # need loaded models

        restricted_tables.register("network_syndication_item", "SELECT, INSERT, UPDATE")
        restricted_tables.register("network_syndication_platformword", "SELECT")
        public_steps.register("platform words", platform_words.write_platform_words)
        outbox_handlers.register(recall.FINISH_KIND, recall.finish_recall)
        outbox_handlers.register(deliveries.PRESENCE_KIND, deliveries.tell_presence)
        outbox_handlers.register(merging.SURVEY_KIND, merging.survey)
        outbox_handlers.register(merging.SEND_KIND, merging.send)
        site_removal.register(deliveries.forget_site)
        sweeps.register("syndication.merge", Sweep(seconds=2, run=merging.finish_ready_merges))
        outbox_failures.register(deliveries.DELIVER_KIND, deliveries.report_failure)
        backup_rows.register("syndication", restoring.rows_of_site)
        restore_steps.register("10 recalls", restoring.apply_recalls)
