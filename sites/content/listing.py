"""Lists of items whatever their page type.

Each app that owns a page type registers how its pages become list lines; a page whose builder
leaves it out (a recalled item) is not listed, nor is one whose address is stopped from above.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from wagtail.models import Page

from network.blocks.api import is_blocked_here
from network.contracts import ListItem

ListBuilder = Callable[[Sequence[Page]], dict[int, ListItem]]
_builders: dict[type[Model], ListBuilder] = {}


def register_list_builder(model: type[Model], builder: ListBuilder) -> None:
    """Say how pages of a type become list lines: ``builder(pages) -> {page id: ListItem}``."""
    _builders[model] = builder


def list_items(pages: Iterable[Page]) -> list[ListItem]:
    """List lines of these pages in their order; one or two statements per page type among them."""
    rows = list(pages)
    by_type: dict[int, list[Page]] = defaultdict(list)
    for page in rows:
        by_type[page.content_type_id].append(page)
    lines: dict[int, ListItem] = {}
    for content_type_id, group in by_type.items():
        model = ContentType.objects.get_for_id(content_type_id).model_class()
        builder = _builders.get(model) if model else None
        if builder:
            lines.update(builder(group))
    return [lines[page.pk] for page in rows if page.pk in lines and not is_blocked_here(lines[page.pk].url)]
