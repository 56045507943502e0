"""App configuration of the page types."""

from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "sites.pages"
    label = "sites_pages"
    verbose_name = "页面"

    def ready(self) -> None:
        from network.events import (
            column_trees,
            edition_sources,
            guided_types,
            local_items,
            page_parameters,
            periodic_commands,
            platform_words,
            provisioning_steps,
            restore_steps,
            site_paths,
            summary_counts,
        )
        from sites.content.trees import column_choices
        from sites.pages import guiding, provisioning, queries, restoring, sources  # need loaded models
        from sites.pages import platform_words as labels

        provisioning_steps.register("30 columns", provisioning.open_columns)
        edition_sources.register("page", sources.edition_source)
        guided_types.register("pages", guiding.guided_types)
        local_items.register("page", sources.local_items)
        site_paths.register("columns", queries.column_paths)
        summary_counts.register("pages", queries.count_pages)
        page_parameters.register("page", r"[1-9][0-9]{0,2}")
        page_parameters.register("section", r"[1-9][0-9]?")
        platform_words.register("pages", labels.words)
        column_trees.register("standard", column_choices)
        restore_steps.register("40 search", restoring.tell_search)
        periodic_commands.register("publish_scheduled", 300)
