"""Plain data that crosses the borders between network, sites, search, themes.

Nothing here touches the database: a lower folder can hand these to an upper one, or take
them from it, without importing its models.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class SearchEntry:
    """What one published item says to the search index.

    ``document_id`` is the content id of an edition, or ``schema:model:uid`` of a local page.
    ``sites`` maps schema name to the address (path) under which that site shows the item, the
    origin first.
    """

    document_id: str
    origin: str
    kind: str
    title: str
    body: str
    published_at: datetime.datetime
    summary: str = ""
    source: str = ""
    language: str = "zh-hans"
    department: str = ""
    document_number: str = ""
    column: str = ""
    is_sample: bool = False
    sites: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Placed:
    """One site that shows an edition, with the path it stands under."""

    schema_name: str
    path: str


@dataclass(frozen=True, kw_only=True)
class RecallTable:
    """A table in every site's schema whose pages follow an edition.

    ``page_column`` holds the page id, ``content_column`` the content id (UUID). A recall takes
    the pages named there off line on all sites in its own transaction.
    """

    table: str
    page_column: str
    content_column: str


@dataclass(frozen=True, kw_only=True)
class OutboxItem:
    """One row of waiting work as a handler sees it."""

    id: int
    kind: str
    site: str
    key: str
    version: int
    payload: dict[str, Any]
    attempts: int


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """A regular look of the worker: ``run()`` in the group-wide schema, every so many seconds."""

    seconds: float
    run: Callable[[], object]


@dataclass(frozen=True, kw_only=True)
class LocalItem:
    """An item of a site's own that is on line there: what names it, where it stands."""

    pk: int
    kind: str
    content_id: uuid.UUID
    title: str
    path: str


@dataclass(frozen=True, kw_only=True)
class ColumnChoice:
    """A column of a standard tree, as the wizard offers it. ``parent_key`` is empty at the top."""

    key: str
    title: str
    parent_key: str = ""
    is_optional: bool = False


@dataclass(frozen=True, kw_only=True)
class GuidedType:
    """A type of information that people write. ``fields`` are (name, label) in the order of the editor."""

    key: str
    label: str
    fields: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, kw_only=True)
class UpdateDue:
    """What a column owes: something new up to and with ``due_on``; its people are told from ``alarm_on``.

    ``last_on`` is None for a column that never had an item. ``caution`` says what the day rests on,
    where a year's working days are not known yet. ``key`` is ``/`` for the home page.
    """

    key: str
    title: str
    due_on: datetime.date
    alarm_on: datetime.date
    last_on: datetime.date | None = None
    department: str = ""
    person: str = ""
    caution: str = ""


@dataclass(frozen=True, kw_only=True)
class ListItem:
    """One line of a list of items on a public page. ``date`` is shown as YYYY-MM-DD.

    ``relations`` are (label, address) of what belongs to the item, for example its interpretation.
    ``validity`` is said of a document that is not simply in force, as in ``Document``, or ``archived`` of a special.
    """

    title: str
    url: str
    date: datetime.date | None = None
    source: str = ""
    summary: str = ""
    kind: str = ""
    is_sample: bool = False
    is_received: bool = False
    image_url: str = ""
    image_alt: str = ""
    relations: Sequence[tuple[str, str]] = ()
    validity: str = ""
    validity_label: str = ""


@dataclass(frozen=True, kw_only=True)
class Section:
    """A column as the home page shows it: its newest items with a link to the rest."""

    key: str
    title: str
    url: str
    items: Sequence[ListItem] = ()
    intro: str = ""


@dataclass(frozen=True, kw_only=True)
class NavigationItem:
    """One entry of the navigation row. ``user_type`` says whom a column serves, as its tree words it."""

    title: str
    url: str
    key: str = ""
    is_current: bool = False
    children: Sequence[NavigationItem] = ()
    user_type: str = ""


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file offered with an article. ``size`` is in bytes."""

    title: str
    url: str
    kind: str
    size: int
    sha256: str = ""


@dataclass(frozen=True, kw_only=True)
class DocumentRelation:
    """Another page that belongs to a document: it explains, repeals, amends it, or is repealed or amended by it.

    ``label`` is what readers call the relation, for example “政策解读”, “废止本文”, “修改本文”.
    """

    label: str
    title: str
    url: str
    date: datetime.date | None = None


@dataclass(frozen=True, kw_only=True)
class Article:
    """An item as the article page shows it, whether local or received.

    ``body_html`` is already safe HTML. ``origin_name`` is the full name of the sending bureau
    for a received item, else empty. ``facts`` are label/value pairs such as document number,
    issuing body, dates. ``relations`` lead to what explains it, or what it explains.
    """

    title: str
    url: str
    body_html: str
    published_at: datetime.datetime
    source: str
    kind: str
    kind_label: str
    summary: str = ""
    author: str = ""
    keywords: Sequence[str] = ()
    facts: Sequence[tuple[str, str]] = ()
    attachments: Sequence[Attachment] = ()
    image_url: str = ""
    image_alt: str = ""
    is_sample: bool = False
    origin_name: str = ""
    origin_url: str = ""
    local_note: str = ""
    index_number: str = ""
    content_id: uuid.UUID | None = None
    version: int = 0
    relations: Sequence[DocumentRelation] = ()
    video: Attachment | None = None


@dataclass(frozen=True, kw_only=True)
class Document(Article):
    """An official document (公文) with its data table.

    ``validity`` is ``valid``, ``amended``, ``repealed`` or ``expired``, ``validity_label`` its word;
    ``validity_note`` says by what and since when, where it is not simply valid.
    """

    document_number: str = ""
    issuing_body: str = ""
    issued_on: datetime.date | None = None
    effective_on: datetime.date | None = None
    subject: str = ""
    validity: str = "valid"
    validity_label: str = ""
    validity_note: str = ""


@dataclass(frozen=True, kw_only=True)
class Special:
    """A special (专题): a subject for a time, with columns of its own. ``is_archived`` marks one that is over."""

    title: str
    url: str
    summary: str = ""
    image_url: str = ""
    image_alt: str = ""
    opened_on: datetime.date | None = None
    is_archived: bool = False
    is_sample: bool = False
    sections: Sequence[Section] = ()


@dataclass(frozen=True, kw_only=True)
class Leader:
    """A leader as the leaders' page shows him or her. Without ``portrait_url`` a neutral drawing stands there."""

    name: str
    post: str
    url: str = ""
    portrait_url: str = ""
    duties: str = ""
    resume: Sequence[str] = ()
    is_sample: bool = False


@dataclass(frozen=True, kw_only=True)
class Department:
    """A department within a bureau."""

    name: str
    duties: str = ""
    head: str = ""
    phone: str = ""
    room: str = ""


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """A bureau as its page of duties and departments shows it."""

    name: str
    url: str
    duties: Sequence[str] = ()
    departments: Sequence[Department] = ()
    address: str = ""
    post_code: str = ""
    hours: str = ""
    phone: str = ""
    basis: str = ""


@dataclass(frozen=True, kw_only=True)
class ServiceGroup:
    """Entries of services for one kind of user (个人, 法人) or by subject (主题)."""

    key: str
    title: str
    url: str = ""
    entries: Sequence[NavigationItem] = ()


@dataclass(frozen=True, kw_only=True)
class Statistic:
    """A series of numbers for a chart with its table. ``points`` are (label, number) in order of time.

    ``as_of`` is the day up to which the numbers count, ``source`` who counted. ``header`` with ``rows`` is the
    whole table, where it has more than the series; ``downloads`` are (kind of file, address).
    """

    title: str
    unit: str
    points: Sequence[tuple[str, float]] = ()
    header: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    downloads: Sequence[tuple[str, str]] = ()
    url: str = ""
    source: str = ""
    as_of: datetime.date | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class ArchiveMonth:
    """A month of a column's archive. ``count`` is how many items it holds."""

    month: int
    count: int
    url: str
    is_current: bool = False


@dataclass(frozen=True, kw_only=True)
class ArchiveYear:
    """A year of a column's archive with its months, newest first."""

    year: int
    count: int
    url: str
    is_current: bool = False
    months: Sequence[ArchiveMonth] = ()


@dataclass(frozen=True, kw_only=True)
class EditionContent:
    """An item in neutral form, ready to become an edition.

    ``body`` is JSON in which every reference is ``{"kind": ..., "uid": ...}``; ``files`` lists
    ``{"sha256", "name", "kind", "size"}``. ``local_document_id`` is the search document that stood for
    the item before it travelled.
    """

    content_id: uuid.UUID
    kind: str
    column: str
    title: str
    body: dict[str, Any]
    text: str
    published_at: datetime.datetime
    schema_version: str
    summary: str = ""
    source: str = ""
    document_number: str = ""
    department: str = ""
    files: Sequence[dict[str, Any]] = ()
    is_sample: bool = False
    path: str = ""
    local_document_id: str = ""


@dataclass(frozen=True, kw_only=True)
class PageLink:
    """One number in a pagination row. An empty ``url`` is a gap (``number`` 0) or the current page."""

    number: int
    url: str = ""
    is_current: bool = False


@dataclass(frozen=True, kw_only=True)
class Pagination:
    """Where a reader stands in a paged list. ``total`` counts items, ``total_pages`` pages."""

    number: int
    total_pages: int
    total: int
    previous_url: str = ""
    next_url: str = ""
    links: Sequence[PageLink] = ()

    @property
    def has_previous(self) -> bool:
        return bool(self.previous_url)

    @property
    def has_next(self) -> bool:
        return bool(self.next_url)


@dataclass(frozen=True, kw_only=True)
class ColumnFacts:
    """A column as its own page shows it. ``kind`` is its ``ColumnType`` label."""

    title: str
    url: str
    description: str = ""
    kind: str = ""


@dataclass(frozen=True, kw_only=True)
class FacetChoice:
    """One value of a facet. ``url`` leads to the results with this value toggled."""

    value: str
    label: str
    count: int
    url: str
    is_selected: bool = False


@dataclass(frozen=True, kw_only=True)
class Facet:
    """One way to narrow results. ``name`` is the query parameter: region, level, kind or year."""

    name: str
    label: str
    choices: Sequence[FacetChoice] = ()

    @property
    def has_selection(self) -> bool:
        return any(choice.is_selected for choice in self.choices)


@dataclass(frozen=True, kw_only=True)
class SearchHit:
    """One result. ``title_html`` and ``snippet_html`` are escaped text with ``<mark>`` only.

    ``also_on`` holds (site name, address) of other sites that show the same item, cut to what a
    page can bear; ``also_on_total`` is how many there are.
    """

    title_html: str
    url: str
    snippet_html: str = ""
    site_name: str = ""
    date: datetime.date | None = None
    kind_label: str = ""
    source: str = ""
    document_number: str = ""
    also_on: Sequence[tuple[str, str]] = ()
    also_on_total: int = 0
    is_sample: bool = False


@dataclass(frozen=True, kw_only=True)
class SearchPage:
    """Everything the search page shows.

    ``scope`` is ``site`` or ``group``. ``engine`` is the name of the backend that answered,
    ``is_fallback`` that it was not the preferred one. ``error`` is a sentence for the reader
    (too short, too long, unavailable), else empty. ``suggestion`` is another query worth trying,
    ``suggestion_url`` its address. ``parameters`` are the (name, value) pairs that the form must
    carry on as hidden fields besides ``q`` and ``scope``. ``sort_urls`` are (value, label, address).
    """

    query: str = ""
    scope: str = "group"
    total: int = 0
    seconds: float = 0.0
    engine: str = ""
    is_fallback: bool = False
    hits: Sequence[SearchHit] = ()
    facets: Sequence[Facet] = ()
    pagination: Pagination | None = None
    site_url: str = ""
    group_url: str = ""
    clear_url: str = ""
    sort: str = "relevance"
    sort_urls: Sequence[tuple[str, str, str]] = ()
    suggestion: str = ""
    suggestion_url: str = ""
    error: str = ""
    parameters: Sequence[tuple[str, str]] = ()
