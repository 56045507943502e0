"""Columns that show more than a list, by their type: the bureau itself, the guide, the system, the yearly reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from network.contracts import ListItem
from sites.pages import bureau
from sites.pages.disclosing import (
    GUIDE,
    REPORT,
    REQUEST,
    SYSTEM,
    head_navigation,
    only_guide,
    only_system,
    report_links,
)

if TYPE_CHECKING:
    from sites.content.base import ContentPage
    from sites.pages.column import ColumnPage


@dataclass(frozen=True, kw_only=True)
class Face:
    """How a column is shown. Items of ``whole_kinds`` are shown whole, so they are no line of its list."""

    template: str = "public/column.html"
    context: Mapping[str, Any] = field(default_factory=dict)
    whole_kinds: Sequence[str] = ()

    def listed(self, items: Sequence[ListItem]) -> list[ListItem]:
        """Lines other than those of the pages that are shown whole."""
        return [item for item in items if item.kind not in self.whole_kinds]


def face_of(column: ColumnPage) -> Face:
    """The face of a column; that of a plain list for most types, and while there is nothing else to show."""
    build = FACES.get(column.column_type)
    return build(column) if build else Face()


def _bureau(column: ColumnPage) -> Face:
    context = bureau.overview()
    if context is None:
        return Face()
    return Face(template="public/bureau.html", context=context, whole_kinds=bureau.OWN_KINDS)


def _guide(column: ColumnPage) -> Face:
    return _only(only_guide(), column, template="public/guide_column.html")


def _system(column: ColumnPage) -> Face:
    return _only(only_system(), column, template="public/system_column.html")


def _only(page: ContentPage | None, column: ColumnPage, *, template: str) -> Face:
    """A column that shows its only page whole."""
    from sites.pages.serving import shown_item  # serving knows every page type

    if page is None:
        return Face(context={"disclosure": head_navigation(column.column_type)})
    shown = shown_item(page)
    context = {**shown.context, "shown": shown.article}
    return Face(template=template, context=context, whole_kinds=[page.kind_key])


def _reports(column: ColumnPage) -> Face:
    reports = report_links()
    context = {"disclosure": head_navigation(REPORT), "reports": reports}
    if not reports:
        return Face(context=context)
    return Face(template="public/report_column.html", context=context, whole_kinds=["yearly_report"])


def _request(column: ColumnPage) -> Face:
    return Face(context={"disclosure": head_navigation(REQUEST)})


FACES: dict[str, Callable[[ColumnPage], Face]] = {
    bureau.OVERVIEW: _bureau,
    GUIDE: _guide,
    SYSTEM: _system,
    REPORT: _reports,
    REQUEST: _request,
}
