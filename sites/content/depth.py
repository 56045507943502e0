"""How deep a site's pages may lie: home, column, item.

Source: 工商办字〔2011〕19号 六, kept as the rule ``depth.levels``.
"""

from __future__ import annotations

from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext as _
from wagtail.models import Page

from network.errors import InvalidValue
from network.rules.api import rule_value

ROOT_DEPTH = 1


def hold_depth(depth: int, title: str) -> None:
    """Refuse a page at this depth of the tree, the root's being 1. Raises InvalidValue."""
    most = int(rule_value("depth.levels", level=getattr(connection.tenant, "level", "all")))
    if depth - ROOT_DEPTH > most:
        raise InvalidValue(
            _("“%(title)s”会在第 %(level)s 层，页面不得超过 %(most)s 层。请放到栏目之下，或改为独立的栏目。")
            % {"title": title, "level": depth - ROOT_DEPTH, "most": most},
            depth=depth,
        )


def hold_moved_depth(page: Page, parent: Page) -> None:
    """Refuse that a page goes below ``parent`` when anything it takes along would lie too deep. Raises InvalidValue."""
    deepest = Page.objects.filter(path__startswith=page.path).aggregate(deepest=Max("depth"))["deepest"] or page.depth
    hold_depth(parent.depth + 1 + deepest - page.depth, page.title)
