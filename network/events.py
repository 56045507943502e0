"""Registries through which a lower folder reaches an upper one.

Upper folders register in ``AppConfig.ready()``. Handlers run in the caller's transaction, in the
order of registration; what they raise aborts it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, TypeVar

from network.contracts import (
    ColumnChoice,
    GuidedType,
    LocalItem,
    OutboxItem,
    RecallTable,
    SearchEntry,
    Sweep,
    UpdateDue,
)

Payload = TypeVar("Payload")
OutboxHandler = Callable[[str, Sequence[OutboxItem]], None]


class Event(Generic[Payload]):
    """Something that happened, told to whoever registered for it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._handlers: list[Callable[[Payload], None]] = []

    def register(self, handler: Callable[[Payload], None]) -> Callable[[Payload], None]:
        """Add a handler; usable as a decorator. Registering one twice raises ValueError."""
        if handler in self._handlers:
            raise ValueError(f"{handler!r} is registered for '{self.name}' already.")
        self._handlers.append(handler)
        return handler

    def emit(self, payload: Payload) -> None:
        for handler in self._handlers:
            handler(payload)


class Registry(Generic[Payload]):
    """Named entries, each registered once."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._entries: dict[str, Payload] = {}

    def register(self, key: str, entry: Payload) -> None:
        if key in self._entries and self._entries[key] != entry:
            raise ValueError(f"'{key}' is registered in '{self.name}' already.")
        self._entries[key] = entry

    def get(self, key: str) -> Payload:
        try:
            return self._entries[key]
        except KeyError:
            known = ", ".join(sorted(self._entries)) or "none"
            raise LookupError(f"'{key}' is not registered in '{self.name}'. Registered: {known}.") from None

    def items(self) -> list[tuple[str, Payload]]:
        return sorted(self._entries.items())


entry_published: Event[SearchEntry] = Event("entry_published")
"""A public item was published or changed: its search entry."""

entries_published: Event[Sequence[SearchEntry]] = Event("entries_published")
"""Many public items went on line at once (an import): their search entries."""

entry_withdrawn: Event[str] = Event("entry_withdrawn")
"""A public item went off line: the document id."""

presence_changed: Event[Sequence[uuid.UUID]] = Event("presence_changed")
"""The list of sites that show these content ids changed."""

item_recalled: Event[uuid.UUID] = Event("item_recalled")
"""An edition was recalled everywhere: the content id."""

site_left: Event[str] = Event("site_left")
"""A site was merged or closed: its schema name."""

site_removal: Event[Any] = Event("site_removal")
"""A closed site is about to be dropped with its schema: the site. A handler that raises keeps it."""

regions_changed: Event[Sequence[str]] = Event("regions_changed")
"""Sites now belong to other regions: their schema names."""

outbox_handlers: Registry[OutboxHandler] = Registry("outbox_handlers")
"""Kind of work to the callable ``handler(site_slug, items)`` that does it, all or nothing."""

sweeps: Registry[Sweep] = Registry("sweeps")
"""Name to what the worker looks at regularly."""

summary_counts: Registry[Callable[[], dict[str, Any]]] = Registry("summary_counts")
"""Name to ``count()``, run inside a site: fields of its summary row to their values."""

update_dues: Registry[Callable[[], Sequence[UpdateDue]]] = Registry("update_dues")
"""Name to ``dues()``, run inside a site: which of its columns owe an update by when."""

guided_types: Registry[Callable[[], Sequence[GuidedType]]] = Registry("guided_types")
"""Name to ``types()``: the types of information with the fields that the levels above may speak of."""

local_items: Registry[Callable[[], Sequence[LocalItem]]] = Registry("local_items")
"""Kind of local object to ``list()``, run inside a site: all of them that are on line and its own."""

site_paths: Registry[Callable[[], dict[str, str]]] = Registry("site_paths")
"""Name to ``paths()``, run inside a site: key of a place that sites have in common to its path there."""

column_trees: Registry[Callable[[str], Sequence[ColumnChoice]]] = Registry("column_trees")
"""Name of a tree to ``columns(level)``: what a site of this level opens with."""

staff_roles: Registry[str] = Registry("staff_roles")
"""Key of a duty to its name on screen; the keys go into site requests."""

staff_conflicts: Registry[Callable[[Sequence[str]], str]] = Registry("staff_conflicts")
"""Name to ``conflict(duties)``: why one person must not hold these duties together, empty when they may."""

duty_gaps: Registry[Callable[..., str]] = Registry("duty_gaps")
"""Name to ``gap(besides=keys)``, run inside a site: what nobody could do there any more were the people with these
keys gone, with the remedy as a sentence; empty when everything could be done."""

outbox_failures: Registry[Callable[[OutboxItem, str, bool], None]] = Registry("outbox_failures")
"""Kind of work to ``report(item, reason, is_dead)``, called in the transaction that records a failure."""

periodic_commands: Registry[int] = Registry("periodic_commands")
"""Management command to run inside each site, with the seconds between two runs."""

public_steps: Registry[Callable[[], None]] = Registry("public_steps")
"""Step name to ``step()``, run by the owner role in the public schema at each upgrade, after its migrations.

Running it twice changes nothing.
"""

platform_words: Registry[Callable[[], Iterable[str]]] = Registry("platform_words")
"""Name to ``words()``: labels of the program that stand in search rows and editions beside words of pages."""

template_steps: Registry[Callable[[], None]] = Registry("template_steps")
"""Step name to ``step()``, run in the template schema after it migrated; running it twice changes nothing."""

upgrade_steps: Registry[Callable[[], None]] = Registry("upgrade_steps")
"""Step name to ``step()``, run in every existing site after it migrated; running it twice changes nothing.

A change of the module that holds the step makes every site run it again.
"""

table_steps: Registry[Callable[[], None]] = Registry("table_steps")
"""Step name to ``step()``, run in the template and in every site whose tables a migration changed, the owner's rights.

Running it twice changes nothing. A change of the module that holds the step makes every site run it again.
"""

provisioning_steps: Registry[Callable[[Any, dict[str, Any]], None]] = Registry("provisioning_steps")
"""Step name (sorted, so prefix with a number) to ``step(site, request)``; runs inside the new schema."""

backup_rows: Registry[Callable[[Any], list[dict[str, Any]]]] = Registry("backup_rows")
"""Name to ``rows(site)``: group-wide rows that belong to a site, kept in its backup for comparison."""

restore_steps: Registry[Callable[[Any], dict[str, int]]] = Registry("restore_steps")
"""Step name (sorted) to ``step(site)``, run inside a restored schema before anybody sees it.

It makes the site agree with what the group decided since the backup; returns counts for the audit log.
"""

restricted_tables: Registry[str] = Registry("restricted_tables")
"""Table to the privileges that the application role keeps on it, for example ``SELECT, INSERT``."""

personal_reads: Registry[str] = Registry("personal_reads")
"""Name of an address of the admin that shows personal data to what it shows; each look at it is recorded."""


snapshot_parts: Registry[Callable[[Sequence[Any]], Any]] = Registry("snapshot_parts")
"""Part of the registry's snapshot to ``load(sites)``, run in the public schema each time the generation moved."""

request_columns: Registry[str] = Registry("request_columns")
"""Name to a scalar query that the first statement of a request for a page asks along; ``%(schema)s`` is the site's."""

page_variants: Registry[Callable[[Any], str]] = Registry("page_variants")
"""Name to ``variant(request)``: what of a request besides its address makes a public page another, in few values."""

page_parameters: Registry[str] = Registry("page_parameters")
"""Parameter of public pages to the pattern of its values; a request with any other is answered past the page cache."""

edition_sources: Registry[Callable[[int], Any]] = Registry("edition_sources")
"""Kind of local object to ``source(pk)``, which returns ``(EditionContent, approval)`` for one on line here."""

recall_tables: Registry[RecallTable] = Registry("recall_tables")
"""Tables of the sites whose pages a recall takes off line."""
