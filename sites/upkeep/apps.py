"""App configuration of upkeep: who keeps which column, what it owes by when."""

from django.apps import AppConfig


class UpkeepConfig(AppConfig):
    name = "sites.upkeep"
    label = "sites_upkeep"
    verbose_name = "栏目值守"

    def ready(self) -> None:
        from network.events import provisioning_steps, summary_counts, update_dues, upgrade_steps
        from sites.content.trees import trees_digest
        from sites.transfer.kinds import ArchiveKind, archive_kinds, classify
        from sites.upkeep import archive, desk, standard, states  # need loaded models

        update_dues.register("columns", states.list_dues)
        summary_counts.register("desk", desk.count_desk)
        provisioning_steps.register("31 standard columns", standard.note_opened)
        # The digest is part of the name: a change of the trees makes every site run the step again.
        upgrade_steps.register(f"40 standard columns {trees_digest()}", standard.upgrade_columns)
        archive_kinds.register(
            "column_owners",
            ArchiveKind(
                name="column_owners",
                order=120,
                read=archive.read_owners,
                hold=archive.hold_owner,
                write=archive.write_owners,
            ),
        )
        classify("sites_upkeep.ColumnOwner", "exported", "who keeps a column: column_owners")
        classify("sites_upkeep.StandardColumn", "derived", "what the standard tree said last, written at opening")
