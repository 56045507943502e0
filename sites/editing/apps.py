"""App configuration of review and publishing."""

from django.apps import AppConfig


class EditingConfig(AppConfig):
    name = "sites.editing"
    label = "sites_editing"
    verbose_name = "审核发布"

    def ready(self) -> None:
        from network.events import (
            duty_gaps,
            outbox_handlers,
            provisioning_steps,
            restore_steps,
            restricted_tables,
            summary_counts,
            table_steps,
            template_steps,
            upgrade_steps,
        )
        from sites.content.listing import register_list_builder
        from sites.editing import (  # noqa: F401  some register themselves
            archive,
            checks,
            handlers,
            publishers,
            queries,
            reading,
            releasing,
            rereviews,
            task_chooser,
            workflow,
        )
        from sites.inbox import listing as inbox_listing
        from sites.inbox.models import PlacementPage
        from sites.pages import listing as page_listing
        from sites.pages.models import CONTENT_TYPES
        from sites.pages.provisioning import write_home
        from sites.transfer.kinds import ArchiveKind, archive_kinds

        restricted_tables.register("sites_editing_approval", "SELECT")
        restricted_tables.register("sites_editing_decision", "SELECT, INSERT")
        restricted_tables.register("sites_editing_emergencymark", "SELECT, INSERT")
        restricted_tables.register("sites_editing_gatedtable", "SELECT")
        restricted_tables.register("sites_editing_publishingplace", "SELECT, INSERT, DELETE")
        restricted_tables.register("sites_editing_publishschedule", "SELECT, INSERT, UPDATE")
        restore_steps.register("50 rereviews", rereviews.agree_with_group)
        restore_steps.register("51 schedules", releasing.order_again)
        outbox_handlers.register(releasing.KIND, releasing.publish_due)
        duty_gaps.register("publishing", publishers.publishing_gap)
        summary_counts.register("reviews", queries.count_waiting_reviews)
        archive_kinds.register(
            "publishing_places",
            ArchiveKind(
                name="publishing_places",
                order=105,
                read=archive.read_places,
                hold=archive.hold_place,
                write=archive.write_places,
            ),
        )
        task_chooser.install()
        table_steps.register("publish gate", reading.make_reader)
        template_steps.register("20 home", write_home)
        template_steps.register("30 workflow", workflow.write_workflow)
        upgrade_steps.register("30 publishing", workflow.add_publishing)
        provisioning_steps.register("10 workflow", workflow.fit_workflow)
        for model in CONTENT_TYPES:
            register_list_builder(model, page_listing.build)
        register_list_builder(PlacementPage, inbox_listing.build)
