"""Kinds of records in a site archive, as the apps that own them register them.

An app of a site whose rows must travel registers one ``ArchiveKind`` in its ``ready()``, then names
its models in ``classification.MODELS`` (or registers them here with ``classify``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from network.events import Registry
from sites.transfer.classification import MODELS

Record = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class ArchiveKind:
    """One file ``content/<name>.jsonl``.

    ``order`` sorts reading and writing: what others refer to comes first. ``read(export)`` yields the
    records of the site that is entered, in an order that does not depend on primary keys; ``hold(check,
    record)`` raises InvalidValue for a record that cannot be; ``write(load, records)`` stores them.
    """

    name: str
    order: int
    read: Callable[[Any], Iterator[Record]]
    hold: Callable[[Any, Record], None]
    write: Callable[[Any, Iterator[Record]], None]


archive_kinds: Registry[ArchiveKind] = Registry("archive_kinds")


def kinds_in_order() -> list[ArchiveKind]:
    """Every registered kind, what others refer to first."""
    return sorted((kind for _, kind in archive_kinds.items()), key=lambda kind: (kind.order, kind.name))


def classify(label: str, what: str, reason: str) -> None:
    """Say what becomes of a model that another app owns; ``what`` as in ``classification``."""
    if MODELS.get(label, (what, reason)) != (what, reason):
        raise ValueError(f"{label} is classified already.")
    MODELS[label] = (what, reason)
