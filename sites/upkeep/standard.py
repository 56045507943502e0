"""Bringing a site's columns up to the standard tree without losing what the site made of them.

Three sides are compared: what the tree said when it was last applied here, what it says now, what the
site has. Only what the site left as it was follows the tree.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from wagtail.models import Page

from network.audit.api import record
from network.tenancy.api import Site, current_site
from sites.accounts.api import system_user
from sites.content.bulk import insert_pages
from sites.content.trees import ColumnSpec, specs_of
from sites.editing.api import approve_provisioned
from sites.pages.column import ColumnPage
from sites.pages.home import HomePage
from sites.pages.provisioning import standard_column
from sites.upkeep.models import StandardColumn

logger = logging.getLogger(__name__)

FACTS = ("title", "parent_key", "column_type", "user_type", "description", "keywords", "clock_key")
Tree = Mapping[str, tuple[ColumnSpec, str]]
"""Key of each column to its specification with the key above it."""


@dataclass(frozen=True)
class Changes:
    """What an upgrade did, by the keys of the columns. ``postponed`` waits for the next one, with the reason."""

    added: list[str] = field(default_factory=list)
    changed: dict[str, list[str]] = field(default_factory=dict)
    postponed: dict[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.changed or self.postponed)


def facts_of(spec: ColumnSpec, parent_key: str) -> dict[str, Any]:
    """What the tree says of a column."""
    column = standard_column(spec, parent_key)
    return {name: getattr(column, name) for name in FACTS}


def note_opened(site: Site, request: dict[str, Any]) -> None:
    """Provisioning step: remember the tree that the site opened with, what it left out."""
    _note_all(specs_of(site.level))


def upgrade_columns() -> None:
    """Upgrade step: the site that is entered follows the tree of its level. Owner role."""
    site = current_site()
    changes = upgrade_tree(specs_of(site.level))
    if changes.is_empty:
        return
    record(
        "column.upgrade",
        site=site.slug,
        object_kind="site",
        object_id=site.slug,
        detail={"added": changes.added, "changed": changes.changed, "postponed": changes.postponed},
    )


def upgrade_tree(tree: Tree) -> Changes:
    """Compare the three sides, write what follows, in the caller's transaction; returns what was done.

    A site that was opened before trees were remembered takes the tree as it is for what it opened with.
    """
    held = {row.key: row for row in StandardColumn.objects.all()}
    changes = Changes()
    if not held:
        _note_all(tree)
        return changes
    columns = {column.key: column for column in ColumnPage.objects.all()}
    for key, (spec, parent_key) in tree.items():
        facts, row, column = facts_of(spec, parent_key), held.get(key), columns.get(key)
        if row is None and column is None:
            is_left_out = spec.is_optional or (bool(parent_key) and parent_key not in columns)
            if not is_left_out and not _add(spec, parent_key, columns, changes):
                continue
        else:
            is_left_out = column is None
            is_followed = row is None or column is None or row.is_left_out or _follow(column, row.facts, facts, changes)
            if not is_followed:
                continue
        StandardColumn.objects.update_or_create(key=key, defaults={"facts": facts, "is_left_out": is_left_out})
    return changes


def _note_all(tree: Tree) -> None:
    present = set(ColumnPage.objects.values_list("key", flat=True))
    StandardColumn.objects.bulk_create(
        [
            StandardColumn(key=key, facts=facts_of(spec, parent_key), is_left_out=key not in present)
            for key, (spec, parent_key) in tree.items()
        ],
        ignore_conflicts=True,
    )


def _add(spec: ColumnSpec, parent_key: str, columns: dict[str, ColumnPage], changes: Changes) -> bool:
    """Open a column that the tree gained; False where its address is taken by a page of the site's own."""
    home = HomePage.objects.get()
    if Page.objects.child_of(home).filter(slug=spec.slug).exists():
        changes.postponed[spec.key] = f"网址“/{spec.slug}/”已被占用"
        logger.warning("The standard column '%s' waits: the address '/%s/' is taken.", spec.key, spec.slug)
        return False
    (page,) = insert_pages(home, [standard_column(spec, parent_key)], owner=system_user())
    approve_provisioned([page.pk])
    columns[spec.key] = page
    changes.added.append(spec.key)
    return True


def _follow(column: ColumnPage, before: dict[str, Any], now: dict[str, Any], changes: Changes) -> bool:
    """Change what the tree changed and the site did not; False where a draft of the column is under way."""
    names = [
        name for name in FACTS if name in before and now[name] != before[name] and getattr(column, name) == before[name]
    ]
    if not names:
        return True
    if column.has_unpublished_changes and column.live:
        changes.postponed[column.key] = "栏目有未发布的修改"
        logger.warning("The standard column '%s' waits: it has a draft.", column.key)
        return False
    for name in names:
        setattr(column, name, now[name])
    column.draft_title = column.title
    column.save()
    if column.latest_revision_id is not None:
        # The editor opens the last revision: an old one would take the change back at the next review.
        revision = column.save_revision(user=system_user(), clean=False)
        Page.objects.filter(pk=column.pk).update(live_revision=revision, has_unpublished_changes=not column.live)
    if column.live:
        approve_provisioned([column.pk])
    changes.changed[column.key] = names
    return True
