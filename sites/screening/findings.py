"""What a check says of a text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Check(StrEnum):
    """Names of the checks; each has its rule ``screening.<name>``."""

    IDENTITY_NUMBER = "identity_number"
    BANK_CARD = "bank_card"
    PHONE_NUMBER = "phone_number"
    WRONG_NAME = "wrong_name"
    RETIRED_NAME = "retired_name"
    BANNED = "banned"
    CONFUSABLE = "confusable"
    MISSING_SOURCE = "missing_source"
    MISSING_ALTERNATIVE = "missing_alternative"
    HIDDEN_LINK = "hidden_link"
    DEAD_LINK = "dead_link"
    UNPUBLISHED_LINK = "unpublished_link"
    MISSING_GROUND = "missing_ground"
    NOT_OPEN = "not_open"
    FUTURE_DATE = "future_date"
    IMPOSSIBLE_DATE = "impossible_date"
    INFECTED_FILE = "infected_file"
    UNSCANNED_FILE = "unscanned_file"
    ACTIVE_PDF = "active_pdf"
    PDF_FILES = "pdf_files"
    UNREAD_PDF = "unread_pdf"


class Outcome(StrEnum):
    """What a rule makes of a finding."""

    BLOCK = "block"
    WARN = "warn"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where in a form: the field, the block of a body by its id (empty outside of one)."""

    field: str
    block: str = ""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing to mend. ``sentence`` names what was found with the remedy, personal numbers with their middle covered.

    ``basis`` is the document with the clause behind the rule or the word.
    """

    check: Check
    place: Place
    sentence: str
    outcome: Outcome
    basis: str = ""

    @property
    def is_blocking(self) -> bool:
        return self.outcome == Outcome.BLOCK
