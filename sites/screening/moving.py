"""The site's own words as records of a site archive."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from network.terms.api import clean_facts
from sites.screening.models import OwnTerm
from sites.transfer.kinds import ArchiveKind, Record, archive_kinds

FACTS = ("kind", "use_instead", "exceptions", "document", "clause")
KIND = "terms"


def read_terms(export: Any) -> Iterator[Record]:
    """Words in use; what was retired is history, which stays with the audit log of its install."""
    for term in OwnTerm.objects.filter(retired_at=None).order_by("word"):
        yield {"uid": term.word, "added_by": term.added_by, **{name: getattr(term, name) for name in FACTS}}


def hold_term(check: Any, record: Record) -> None:
    """Raises InvalidValue for a word that could not have been typed here."""
    clean_facts(word=str(record["uid"]), **{name: str(record[name]) for name in FACTS})


def write_terms(load: Any, records: Iterator[Record]) -> None:
    """Words only point out or stop: an archive that is not trusted may bring them, too."""
    OwnTerm.objects.bulk_create(
        OwnTerm(
            added_by=str(record["added_by"])[:150],
            **clean_facts(word=record["uid"], **{name: record[name] for name in FACTS}),
        )
        for record in records
    )


def register() -> None:
    """Called once, when the application is ready."""
    archive_kinds.register(KIND, ArchiveKind(name=KIND, order=95, read=read_terms, hold=hold_term, write=write_terms))
