"""App configuration of received items."""

from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "sites.inbox"
    label = "sites_inbox"
    verbose_name = "收件"

    def ready(self) -> None:
        from network.contracts import RecallTable
        from network.events import outbox_handlers, recall_tables, restore_steps
        from network.syndication.api import DELIVER_KIND
        from sites.inbox import delivering, restoring  # need loaded models

        outbox_handlers.register(DELIVER_KIND, delivering.deliver)
        restore_steps.register("20 deliveries", restoring.owe_what_is_missing)
        recall_tables.register(
            "placements",
            RecallTable(table="sites_inbox_placementpage", page_column="page_ptr_id", content_column="content_id"),
        )
