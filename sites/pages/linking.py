"""Links between documents and what explains, amends, repeals them, read from either end.

A link is written on the later item, in a stream of its own row, so that it is reviewed with it; the earlier
item shows it without a change. A received item names its targets by content id (``relates_to``).
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import JSONField
from django.db.models.expressions import RawSQL
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from wagtail import blocks
from wagtail.models import Page

from network.blocks.api import is_blocked_here
from network.contracts import DocumentRelation
from sites.content.queries import site_path

EXPLAINS, AMENDS, REPEALS = "explains", "amends", "repeals"
TARGETS = ["sites_pages.LawPage", "sites_inbox.PlacementPage", "sites_pages.ArticlePage"]
LISTED = 3
"""Links that a line of a list bears."""


class LawLinks(blocks.StreamBlock):
    """Documents that a document changes or ends."""

    amends = blocks.PageChooserBlock(page_type=TARGETS, label=gettext_lazy("修改的文件"), icon="edit")
    repeals = blocks.PageChooserBlock(page_type=TARGETS, label=gettext_lazy("废止的文件"), icon="cross")


class ExplainedDocuments(blocks.StreamBlock):
    """Documents that an interpretation explains."""

    explains = blocks.PageChooserBlock(page_type=TARGETS, label=gettext_lazy("解读的文件"), icon="doc-full")


@dataclass(frozen=True, kw_only=True)
class Link:
    """One end of a link: the page at the other end. ``form`` tells how an interpretation is made."""

    kind: str
    title: str
    url: str
    form: str = ""
    date: datetime.date | None = None
    effective_on: datetime.date | None = None
    number: str = ""


@dataclass(frozen=True, kw_only=True)
class Links:
    """What an item says of others (``forward``), what others say of it (``backward``)."""

    forward: Sequence[Link] = ()
    backward: Sequence[Link] = ()


# A line of a link: kind, form, title, stored path, date, day of effect, document number.
_LINE = """jsonb_build_array(link.kind, link.form, page.title, page.url_path,
    (page.first_published_at AT TIME ZONE 'Asia/Shanghai')::date, link.effective, link.number)"""

_BACKWARD = """(SELECT jsonb_agg({line} ORDER BY page.first_published_at, page.id) FROM (
    SELECT other.page_ptr_id AS source, entry ->> 'type' AS kind, '' AS form, other.effective_date AS effective,
           other.document_number AS number
    FROM sites_pages_lawpage AS other CROSS JOIN LATERAL jsonb_array_elements(other.relations) AS entry
    WHERE other.relations @> jsonb_build_array(jsonb_build_object('value', {key}))
      AND entry -> 'value' = to_jsonb({key})
    UNION ALL
    SELECT other.page_ptr_id, 'explains', other.form, NULL, ''
    FROM sites_pages_interpretationpage AS other
    WHERE other.documents @> jsonb_build_array(jsonb_build_object('value', {key}))
    UNION ALL
    SELECT other.page_ptr_id, entry ->> 'type', entry ->> 'form', (entry ->> 'effective_on')::date,
           coalesce(entry ->> 'number', '')
    FROM sites_inbox_placementpage AS other CROSS JOIN LATERAL jsonb_array_elements(other.relates_to) AS entry
    WHERE other.relates_to @> jsonb_build_array(jsonb_build_object('uid', {uid}::text))
      AND entry ->> 'uid' = {uid}::text
) AS link JOIN wagtailcore_page AS page ON page.id = link.source AND page.live)"""

_FORWARD = """(SELECT jsonb_agg({line}) FROM (
    SELECT (entry ->> 'value')::int AS target, entry ->> 'type' AS kind, '' AS form, NULL AS effective, '' AS number
    FROM jsonb_array_elements({stream}) AS entry
) AS link JOIN wagtailcore_page AS page ON page.id = link.target AND page.live)"""

UID_OF_PAGE = "(SELECT own.translation_key FROM wagtailcore_page AS own WHERE own.id = {key})"


def backward_of(key: str, uid: str) -> RawSQL:
    """Expression: the links to the page under this column of the outer query; ``uid`` is its content id."""
    return RawSQL(_BACKWARD.format(line=_LINE, key=key, uid=uid), [], output_field=JSONField())  # noqa: S611  own columns


def forward_of(stream: str) -> RawSQL:
    """Expression: what the stream under this column of the outer query names."""
    return RawSQL(_FORWARD.format(line=_LINE, stream=stream), [], output_field=JSONField())  # noqa: S611  own columns


def read_links(rows: Iterable[Sequence[Any]] | None) -> list[Link]:
    """Links from the lines that the expressions give, less those whose address is stopped from above."""
    links = []
    for kind, form, title, url_path, date, effective, number in rows or ():
        url = site_path(url_path)
        if not is_blocked_here(url):
            links.append(
                Link(
                    kind=kind,
                    form=form or "",
                    title=title,
                    url=url,
                    date=_day(date),
                    effective_on=_day(effective),
                    number=number or "",
                )
            )
    return links


def _day(value: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(value) if value else None


def links_to(page_id: int, content_id: Any) -> list[Link]:
    """What live items of this site, own or received, say of a page."""
    statement = f"SELECT {_BACKWARD.format(line=_LINE, key='%(key)s::int', uid='%(uid)s')}"
    with connection.cursor() as cursor:
        cursor.execute(statement, {"key": page_id, "uid": str(content_id)})
        found = cursor.fetchone()[0]
    return read_links(json.loads(found) if isinstance(found, str) else found)


def links_from(stream: Any) -> list[Link]:
    """What a page's own stream names, live pages only, in its order."""
    wanted = [(child.block_type, child.value.pk) for child in stream if child.value is not None]
    pages = {page.pk: page for page in Page.objects.live().filter(pk__in=[pk for _kind, pk in wanted])}
    return [
        Link(kind=kind, title=pages[pk].title, url=site_path(pages[pk].url_path))
        for kind, pk in wanted
        if pk in pages and not is_blocked_here(site_path(pages[pk].url_path))
    ]


def neutral_links(stream: Any, **facts: str) -> list[dict[str, Any]]:
    """A stream in neutral form: ``{"type", "uid", "title", "path"}`` with the facts of the page that says it.

    ``path`` is where the origin shows an item of its own, for readers of sites that do not hold it.
    """
    from sites.inbox.api import content_ids_of_placements  # received items know the page types

    wanted = [(child.block_type, child.value) for child in stream if child.value is not None and child.value.live]
    received = content_ids_of_placements([page.pk for _kind, page in wanted])
    return [
        {
            "type": kind,
            "uid": str(received.get(page.pk, page.translation_key)),
            "title": page.title,
            "path": "" if page.pk in received else site_path(page.url_path),
            **facts,
        }
        for kind, page in wanted
    ]


def relations(links: Links) -> list[DocumentRelation]:
    """Both ends as the public page lists them: who explains, ends, changes it, then what it changes itself."""
    forward = {EXPLAINS: _("解读的文件"), AMENDS: _("修改的文件"), REPEALS: _("废止的文件")}
    backward = {EXPLAINS: _("政策解读"), AMENDS: _("修改本文"), REPEALS: _("废止本文")}
    order = (EXPLAINS, REPEALS, AMENDS)
    found = []
    for side, labels in ((links.backward, backward), (links.forward, forward)):
        for link in sorted(side, key=lambda entry: order.index(entry.kind)):
            label = _form_label(link.form) if link.kind == EXPLAINS and link.form else labels[link.kind]
            found.append(DocumentRelation(label=label, title=link.title, url=link.url, date=link.date))
    return found


def listed_relations(links: Links) -> list[tuple[str, str]]:
    """``(label, address)`` beside a line of a list: a document's interpretations, an interpretation's documents."""
    explanation, original = _line_labels(get_language())
    pairs = [(explanation, link.url) for link in links.backward if link.kind == EXPLAINS]
    pairs += [(original, link.url) for link in links.forward if link.kind == EXPLAINS]
    return pairs[:LISTED]


@cache
def _line_labels(language: str | None) -> tuple[str, str]:
    """In the language of the moment; a list has hundreds of them, and Chinese words stand in no catalogue."""
    return _("解读"), _("原文")


def _form_label(form: str) -> str:
    from sites.pages.interpretation import Form  # the page type links through this module

    return str(Form(form).label) if form in Form.values else _("政策解读")
