"""App configuration of the page cache."""

from django.apps import AppConfig


class PageCacheConfig(AppConfig):
    name = "network.page_cache"
    label = "network_page_cache"
    verbose_name = "页面缓存"

    def ready(self) -> None:
        from network.events import request_columns, restricted_tables, site_removal, table_steps
        from network.page_cache import actions, queries  # need loaded models

        # Written by the triggers, which run under the owner's rights.
        restricted_tables.register("network_page_cache_pagetoken", "SELECT")
        request_columns.register(queries.COLUMN, queries.STATEMENT)
        site_removal.register(actions.forget_site)
        table_steps.register("page cache", actions.watch_tables)
