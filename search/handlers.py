"""Hears what was published, withdrawn, placed."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from network import events
from network.contracts import SearchEntry
from search import actions


def on_entry_published(entry: SearchEntry) -> None:
    actions.store_entry(entry)


def on_entries_published(entries: Sequence[SearchEntry]) -> None:
    actions.store_entries(entries)


def on_entry_withdrawn(document_id: str) -> None:
    actions.withdraw_entries([document_id])


def on_presence_changed(content_ids: Sequence[uuid.UUID]) -> None:
    actions.refresh_presence(content_ids)


def on_site_left(schema_name: str) -> None:
    actions.withdraw_site(schema_name)


def on_regions_changed(schemas: Sequence[str]) -> None:
    actions.refresh_regions(schemas)


def on_restore(site: Any) -> dict[str, int]:
    """Restore step: the rows of the site's own pages go; those that are on line again are told afterwards."""
    return {"withdrawn": actions.withdraw_local_entries(site.schema_name)}


def register() -> None:
    """Called once, when the application is ready."""
    events.restore_steps.register("30 search", on_restore)
    events.entry_published.register(on_entry_published)
    events.entries_published.register(on_entries_published)
    events.entry_withdrawn.register(on_entry_withdrawn)
    events.presence_changed.register(on_presence_changed)
    events.site_left.register(on_site_left)
    events.regions_changed.register(on_regions_changed)
