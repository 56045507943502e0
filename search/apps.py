"""Application configuration of the search index."""

from __future__ import annotations

from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "search"
    label = "search"
    verbose_name = "站群检索"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Django forbids importing models before the registry is ready.
        from search import checks, handlers

        checks.register()
        handlers.register()
