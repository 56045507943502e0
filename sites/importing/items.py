"""Items on their way in: as a source gives them, as they become pages."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from bs4.element import Tag


class Level(StrEnum):
    """How much a note weighs."""

    NOTE = "note"
    """The item enters; a person should look."""

    REFUSAL = "refusal"
    """The item cannot enter as it is."""

    SKIP = "skip"
    """Not an item: a list page, a home page."""


@dataclass(frozen=True, kw_only=True)
class Note:
    """One remark on one row: the field, the value found there, a sentence with the remedy."""

    level: Level
    field: str
    value: str = ""
    message: str

    def as_record(self) -> dict[str, str]:
        return {**asdict(self), "level": str(self.level), "value": shortened(self.value)}


MOST_SHOWN = 120


def shortened(value: object) -> str:
    """A value as a report shows it."""
    text = str(value).replace("\x00", "␀").strip()
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"


@dataclass(kw_only=True)
class RawItem:
    """One item as its source words it; nothing is judged yet but what the reader alone can see.

    ``body`` is HTML, as text or parsed, or plain text where ``is_plain``. ``base`` is what addresses in the body
    are relative to, ``address`` where the item stood, ``key`` what names it at the source for good. ``column`` is the
    name of its column there. ``attachments`` are ``(address, title)`` besides those in the body.
    """

    number: int
    key: str = ""
    title: str = ""
    body: str | Tag = ""
    is_plain: bool = False
    published: str | datetime.datetime | datetime.date = ""
    column: str = ""
    address: str = ""
    base: str = ""
    source: str = ""
    author: str = ""
    department: str = ""
    keywords: str = ""
    summary: str = ""
    document_number: str = ""
    kind: str = ""
    type: str = ""
    subject: str = ""
    document_form: str = ""
    openness: str = ""
    openness_ground: str = ""
    scope: str = ""
    created_on: str | datetime.datetime | datetime.date = ""
    index_number: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    """What the source says besides: a label, or ``type.field``, to the value found there."""

    attachments: Sequence[tuple[str, str]] = ()
    notes: list[Note] = field(default_factory=list)


@dataclass(kw_only=True)
class Prepared:
    """What a page is made of. ``blocks`` are the body's, with addresses where a page has keys (``html_body``)."""

    title: str
    column_id: int
    kind: str
    published_at: str = ""
    """ISO 8601; empty where the source tells none."""

    summary: str = ""
    source: str = ""
    author: str = ""
    department: str = ""
    keywords: str = ""
    document_number: str = ""
    host: str = ""
    """Of the old site, to tell links within it from links that lead elsewhere; empty where none is known."""

    blocks: list[dict[str, Any]] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)
    """``{"address", "is_picture", "alt"}`` that the blocks refer to."""

    type: str = "article"
    facts: dict[str, Any] = field(default_factory=dict)
    """Field of the type to its value as JSON holds it; streams as their stored form."""

    catalogue: dict[str, str] = field(default_factory=dict)
    """Field of the catalogue to its value as JSON holds it, those that the source tells."""

    legacy_number: str = ""
    """The index number that the old site gave."""

    links: list[dict[str, str]] = field(default_factory=list)
    """``{"type", "number"}``: documents that the item explains, amends, repeals, by their numbers."""

    def as_record(self) -> dict[str, Any]:
        return asdict(self)


class Reader(Protocol):
    """Reads the items of one source from disk. Opening it raises InvalidValue for a source that cannot be read."""

    @property
    def total(self) -> int:
        """How many rows the source has."""

    columns: Sequence[str]
    """Names of a table's columns; empty for other sources."""

    def items(self, start: int, count: int) -> Iterator[RawItem]:
        """``count`` items after the first ``start``. Broken ones come with a refusal, not an exception."""

    def open_file(self, address: str) -> bytes | None:
        """The bytes that the source itself holds for an address; None when it has none. Raises InvalidValue."""

    def has_file(self, address: str) -> bool:
        """Whether the source itself holds bytes for an address."""

    def close(self) -> None:
        """Give up the file."""
