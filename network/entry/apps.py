"""App configuration of one-time entry."""

from django.apps import AppConfig

from network.events import restricted_tables


class EntryConfig(AppConfig):
    name = "network.entry"
    label = "network_entry"
    verbose_name = "进入站点"

    def ready(self) -> None:
        # A ticket is used once and never rewritten; the trigger of sql/entry.sql withdraws it.
        restricted_tables.register("network_entry_entryticket", "SELECT, INSERT, UPDATE (used_at)")
        restricted_tables.register("network_entry_visit", "SELECT, INSERT, UPDATE")
