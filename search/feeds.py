"""The feed of the whole group, at the hub: from the search rows, which hold what every site shows, one item once."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from network.open_data.api import FEED_FORMS, FeedEntry, FeedFacts, data_answer
from network.tenancy.api import Site, absolute_url
from search.changes import content_id_of, public_item
from search.models import SearchDocument

FEED_LENGTH = 100
READ = 2 * FEED_LENGTH
"""Rows looked at: some stand at addresses that were stopped."""


@require_safe
def group_feed(request: HttpRequest, form: str) -> HttpResponseBase:
    """The newest items of all sites, each under its origin's address. At the hub only."""
    hub: Site = request.tenant
    if not hub.is_hub:
        raise Http404
    facts = FeedFacts(
        title=_("%(name)s网站群") % {"name": hub.full_name},
        url=absolute_url(hub, "/"),
        feed_url=absolute_url(hub, f"/feeds/group.{form}"),
    )
    rows = SearchDocument.objects.filter(is_withdrawn=False).order_by("-published_at", "-pk")[:READ]
    entries = [entry for entry in map(_entry, rows) if entry is not None]
    # Other sites' publishes do not move the name under which the hub's pages are kept.
    return data_answer(request, *FEED_FORMS[form](facts, entries[:FEED_LENGTH]), is_of_site=False)


def _entry(row: SearchDocument) -> FeedEntry | None:
    """A row under the first address that is not stopped; None where no site shows it to the public."""
    shown = public_item(row)
    if shown is None:
        return None
    return FeedEntry(
        content_id=content_id_of(row.document_id),
        title=row.title,
        url=absolute_url(shown.site, shown.path),
        published_at=row.published_at,
        updated_at=row.updated_at,
        author=row.source or shown.site.full_name,
        summary=row.summary,
        tags=[row.kind, row.department],
    )
