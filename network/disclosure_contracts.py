"""What the pages of disclosure show: guide, laws and rules, parts of a yearly report."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from network.contracts import Attachment


@dataclass(frozen=True, kw_only=True)
class Guide:
    """The guide to a bureau's information. ``classes`` are (name, what belongs to it, address of its column or empty),
    ``ways`` (name, how), ``steps`` of a request (name, what to do, term or empty).
    """

    url: str
    organ: str
    address: str = ""
    post_code: str = ""
    hours: str = ""
    phone: str = ""
    fax: str = ""
    email: str = ""
    updated_on: datetime.date | None = None
    arrangement: str = ""
    classes: Sequence[tuple[str, str, str]] = ()
    ways: Sequence[tuple[str, str]] = ()
    steps: Sequence[tuple[str, str, str]] = ()
    request_form: Attachment | None = None
    fees: str = ""
    remedies: str = ""


@dataclass(frozen=True, kw_only=True)
class LegalText:
    """A text that a bureau discloses by. ``link`` are the attributes of its link; empty where it leads nowhere."""

    title: str
    number: str = ""
    body: str = ""
    issued_on: datetime.date | None = None
    link: Mapping[str, str] = field(default_factory=dict)
    validity_label: str = ""


@dataclass(frozen=True, kw_only=True)
class ReportPart:
    """A part of a yearly report: words, or a table as its form lays it out (rows of ``text, scope, colspan, rowspan``).

    ``downloads`` are (kind, address) of the table as a file.
    """

    number: str
    title: str
    text: str = ""
    head_rows: Sequence[Sequence[tuple[str, str, int, int]]] = ()
    rows: Sequence[Sequence[tuple[str, str, int, int]]] = ()
    downloads: Sequence[tuple[str, str]] = ()
