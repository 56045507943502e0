"""What stands beside the catalogue of public information: guide, system, yearly reports, the way between them.

Source: 国办公开办函〔2019〕61号 (指南、制度、法定主动公开内容、年报 in one place, under one head).
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from network.blocks.api import is_blocked_here
from network.contracts import NavigationItem
from sites.content.queries import last_by_column, site_path, without_blocked

if TYPE_CHECKING:
    from sites.pages.guide import GuidePage
    from sites.pages.system import SystemPage

GUIDE, SYSTEM, CATALOGUE, REPORT, REQUEST = COLUMN_TYPES = (
    "信息公开指南",
    "信息公开制度",
    "信息公开目录",
    "信息公开年报",
    "依申请公开",
)
"""Column types (network.rules, columns.toml) of the platform of disclosure, in the order of its head."""

CATALOGUE_PATH = "/gkml/"


class YearLink(NamedTuple):
    """A report on line."""

    year: int
    title: str
    url: str
    is_current: bool = False


def head_navigation(current: str) -> list[NavigationItem]:
    """The parts of the platform that this site has, ``current`` (a column type) marked; the catalogue always."""
    from sites.pages.queries import live_columns  # reads of columns show items through modules that use this one

    titles = {GUIDE: _("指南"), SYSTEM: _("制度"), CATALOGUE: _("目录"), REPORT: _("年报"), REQUEST: _("依申请公开")}
    paths: dict[str, str] = {}
    for column in live_columns():
        path = site_path(column.url_path)
        if column.column_type in titles and not is_blocked_here(path):
            paths.setdefault(column.column_type, path)
    paths[CATALOGUE] = CATALOGUE_PATH
    return [
        NavigationItem(title=titles[kind], url=paths[kind], is_current=kind == current)
        for kind in COLUMN_TYPES
        if kind in paths
    ]


def report_links(current: int | None = None) -> list[YearLink]:
    """The reports on line, the newest year first."""
    from sites.pages.yearly_report import YearlyReportPage  # the page types are shown through this module

    pages = without_blocked(YearlyReportPage.objects.live()).order_by("-year")
    return [
        YearLink(year=year, title=title, url=site_path(url_path), is_current=year == current)
        for year, title, url_path in pages.values_list("year", "title", "url_path")
    ]


def only_guide() -> GuidePage | None:
    """The guide that is on line."""
    from sites.pages.guide import GuidePage  # as above

    return without_blocked(GuidePage.objects.live()).first()


def only_system() -> SystemPage | None:
    """The list of laws and documents that is on line."""
    from sites.pages.system import SystemPage  # as above

    return without_blocked(SystemPage.objects.live()).first()


def _reports() -> QuerySet[Any]:
    from sites.pages.yearly_report import YearlyReportPage  # as above

    return YearlyReportPage.objects.live()


def _guides() -> QuerySet[Any]:
    from sites.pages.guide import GuidePage  # as above

    return GuidePage.objects.live()


YEARS, RENEWALS = last_by_column(_reports, "year"), last_by_column(_guides, "updated_on")


def reported_years() -> dict[str, int]:
    """The last year that a report on line is on, by the tree path of its column."""
    return dict(YEARS.rows())


def renewed_days() -> dict[str, datetime.date]:
    """The day on which a guide on line was last gone through, by the tree path of its column."""
    return dict(RENEWALS.rows())
