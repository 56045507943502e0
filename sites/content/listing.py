"""Lists of items whatever their page type.

Each app that owns a page type registers how its pages become list lines; a page whose builder
leaves it out (a recalled item) is not listed, nor is one whose address is stopped from above.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from network.blocks.api import blocked_test_here
from network.contracts import ListItem


class Listed(Protocol):
    """What a list line needs of a page: a ``Page``, or a row with these columns."""

    @property
    def pk(self) -> int: ...
    @property
    def title(self) -> str: ...
    @property
    def url_path(self) -> str: ...
    @property
    def content_type_id(self) -> int: ...
    @property
    def first_published_at(self) -> datetime.datetime | None: ...


ListBuilder = Callable[[Sequence[Listed]], dict[int, ListItem]]
_builders: dict[type[Model], ListBuilder] = {}


def register_list_builder(model: type[Model], builder: ListBuilder) -> None:
    """Say how pages of a type become list lines: ``builder(pages) -> {page id: ListItem}``.

    Types with one builder are built together, so that a list costs no more statements for more types.
    """
    _builders[model] = builder


def list_items(pages: Iterable[Listed]) -> list[ListItem]:
    """List lines of these pages in their order; each builder is asked once, for all of its types."""
    rows = list(pages)
    of_type = {kind: _builder_of(kind) for kind in {page.content_type_id for page in rows}}
    by_builder: dict[ListBuilder, list[Listed]] = defaultdict(list)
    for page in rows:
        builder = of_type[page.content_type_id]
        if builder:
            by_builder[builder].append(page)
    lines: dict[int, ListItem] = {}
    for builder, group in by_builder.items():
        lines.update(builder(group))
    is_blocked = blocked_test_here()
    return [lines[page.pk] for page in rows if page.pk in lines and not is_blocked(lines[page.pk].url)]


def _builder_of(content_type_id: int) -> ListBuilder | None:
    model = ContentType.objects.get_for_id(content_type_id).model_class()
    return _builders.get(model) if model else None
