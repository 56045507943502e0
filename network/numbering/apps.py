"""App configuration of index numbers."""

from django.apps import AppConfig

from network.events import restricted_tables


class NumberingConfig(AppConfig):
    name = "network.numbering"
    label = "network_numbering"
    verbose_name = "索引号"

    def ready(self) -> None:
        restricted_tables.register("network_numbering_indexseries", "SELECT")
        restricted_tables.register("network_numbering_indexnumber", "SELECT, INSERT")
        restricted_tables.register("network_numbering_indexscheme", "SELECT, INSERT, UPDATE")
