"""The newest release of statistics that is drawn, own or received, for the home page."""

from __future__ import annotations

import json
from typing import Any

from network.blocks.api import is_blocked_here
from network.contracts import Statistic
from network.errors import InvalidValue
from sites.content.queries import site_path
from sites.pages.presenting import statistic_of
from sites.pages.tables import rows_of

# An own release has the names of its neutral details; its table is read from the stored stream.
_OWN = """
SELECT page.title, page.url_path, jsonb_build_object(
        'unit', own.unit, 'counted_by', own.counted_by, 'as_of', coalesce(own.as_of::text, ''),
        'chart_column', own.chart_column, 'data', own."table" -> 0 -> 'value' -> 'data') AS details,
    page.first_published_at AS published
FROM sites_pages_statisticspage AS own JOIN wagtailcore_page AS page ON page.id = own.page_ptr_id
WHERE page.live AND own.chart_column > 0
"""
_RECEIVED = """
SELECT edition.title, page.url_path, edition.body -> 'details', edition.published_at
FROM sites_inbox_placementpage AS placement
JOIN wagtailcore_page AS page ON page.id = placement.page_ptr_id AND page.live
JOIN public.network_syndication_item AS item ON item.content_id = placement.content_id AND item.state = 'live'
JOIN public.network_syndication_edition AS edition
  ON edition.content_id = item.content_id AND edition.version = item.version
WHERE edition.kind = 'statistics' AND (edition.body -> 'details' ->> 'chart_column')::int > 0
"""


def newest_query(*, with_received: bool) -> str:
    """Scalar query, asked along with the items of the home page: the newest five.

    The first that is not stopped from above is drawn. Planning the search among received items takes longer than
    everything else; a site that holds none is spared it.
    """
    releases = f"{_OWN} UNION ALL {_RECEIVED}" if with_received else _OWN
    return f"""
SELECT jsonb_agg(jsonb_build_array(title, url_path, details) ORDER BY published DESC) FROM (
{releases} ORDER BY published DESC LIMIT 5) AS newest
"""


def newest_statistic(held: Any) -> Statistic | None:
    """The release that the home page draws, from what ``newest_query`` gave; None where the site shows none."""
    for title, url_path, found in (json.loads(held) if isinstance(held, str) else held) or ():
        url = site_path(url_path)
        if is_blocked_here(url):
            continue
        try:
            return statistic_of(_neutral(found), title=title, url=url)
        except (InvalidValue, IndexError):
            continue  # the table of an old row that cannot be drawn
    return None


def _neutral(found: dict[str, Any]) -> dict[str, Any]:
    """The details of a release, a stored table as the neutral form has it."""
    if "data" not in found:
        return found
    header, *rows = rows_of(found) or [[]]
    return {**found, "header": header, "rows": rows}
