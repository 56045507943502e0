"""App configuration of blocked addresses."""

from django.apps import AppConfig

from network.events import restricted_tables, snapshot_parts


class BlocksConfig(AppConfig):
    name = "network.blocks"
    label = "network_blocks"
    verbose_name = "停用地址"

    def ready(self) -> None:
        from network.blocks.held import PART, load_blocks  # needs loaded models

        # Lifted, never deleted: who stopped what is history.
        restricted_tables.register("network_blocks_block", "SELECT, INSERT, UPDATE")
        restricted_tables.register("network_blocks_appeal", "SELECT, INSERT, UPDATE")
        snapshot_parts.register(PART, load_blocks)
