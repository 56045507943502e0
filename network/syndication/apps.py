"""App configuration of syndication."""

from django.apps import AppConfig


class SyndicationConfig(AppConfig):
    name = "network.syndication"
    label = "network_syndication"
    verbose_name = "内容下发"

    def ready(self) -> None:
        from network.events import outbox_failures, outbox_handlers
        from network.syndication import deliveries, recall  # need loaded models

        outbox_handlers.register(recall.FINISH_KIND, recall.finish_recall)
        outbox_handlers.register(deliveries.PRESENCE_KIND, deliveries.tell_presence)
        outbox_failures.register(deliveries.DELIVER_KIND, deliveries.report_failure)
