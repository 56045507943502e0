"""Wagtail's two indexes of a page, kept from the page in hand: its own handlers read each saved page anew, twice."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from modelsearch.backends import get_search_backend
from wagtail.models import ReferenceIndex

STATE_FIELDS = frozenset(
    {
        "draft_title",
        "expired",
        "has_unpublished_changes",
        "last_published_at",
        "latest_revision",
        "latest_revision_created_at",
        "live",
        "live_revision",
        "locked",
        "locked_at",
        "locked_by",
    }
)
"""Columns that say where a page stands; none of them is searched for or refers to anything of the site."""


@contextmanager
def indexed_by_hand() -> Iterator[None]:
    """Saves within the block leave the references of the saved to the caller. May stand in itself."""
    # Loads models, which stand on the module that calls this.
    from wagtail.signal_handlers import disable_reference_index_auto_update, reference_index_auto_update_disabled

    if getattr(reference_index_auto_update_disabled, "value", False):
        yield
        return
    with disable_reference_index_auto_update():
        yield


def keep_indexes(page: Any, names: Collection[str] | None) -> None:
    """Write the entries of a page just saved, in the caller's transaction. ``names``: the fields saved, if not all."""
    if names is not None and STATE_FIELDS.issuperset(names):
        return
    get_search_backend("default").add(page)
    ReferenceIndex.create_or_update_for_object(page if names is None else type(page).objects.get(pk=page.pk))
