"""App configuration of review and publishing."""

from django.apps import AppConfig


class EditingConfig(AppConfig):
    name = "sites.editing"
    label = "sites_editing"
    verbose_name = "审核发布"

    def ready(self) -> None:
        from network.events import provisioning_steps, restore_steps, restricted_tables, summary_counts, template_steps
        from sites.content.listing import register_list_builder
        from sites.editing import checks, handlers, queries, rereviews, task_chooser, workflow  # noqa: F401  the first two register themselves
        from sites.inbox import listing as inbox_listing
        from sites.inbox.models import PlacementPage
        from sites.pages import listing as page_listing
        from sites.pages.models import CONTENT_TYPES
        from sites.pages.provisioning import write_home

        restricted_tables.register("sites_editing_approval", "SELECT")
        restricted_tables.register("sites_editing_decision", "SELECT, INSERT")
        restricted_tables.register("sites_editing_emergencymark", "SELECT, INSERT")
        restricted_tables.register("sites_editing_gatedtable", "SELECT")
        restore_steps.register("50 rereviews", rereviews.agree_with_group)
        summary_counts.register("reviews", queries.count_waiting_reviews)
        task_chooser.install()
        template_steps.register("20 home", write_home)
        template_steps.register("30 workflow", workflow.write_workflow)
        provisioning_steps.register("10 workflow", workflow.fit_workflow)
        for model in CONTENT_TYPES:
            register_list_builder(model, page_listing.build)
        register_list_builder(PlacementPage, inbox_listing.build)
