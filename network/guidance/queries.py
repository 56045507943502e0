"""Reads of guidance: what a site's authors are told, what one site says itself."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from network.branding.api import level_label
from network.contracts import GuidedType
from network.events import guided_types
from network.guidance.models import Guidance
from network.tenancy.api import Site

WHOLE = "page"
"""The field of what holds for the whole item."""


@dataclass(frozen=True, kw_only=True)
class Note:
    """What one level says of a field. ``is_own`` where the site that is asked for says it itself."""

    field: str
    site: str
    source: str
    level: str
    written_on: datetime.date
    note: str
    sample: str
    is_own: bool


def known_types() -> list[GuidedType]:
    """Every type of information that the editor writes, as the folders above registered them."""
    return [kind for _name, types in guided_types.items() for kind in types()]


def find_type(key: str) -> GuidedType:
    """One type by its key. Raises LookupError."""
    found = next((kind for kind in known_types() if kind.key == key), None)
    if found is None:
        raise LookupError(f"No type '{key}' is guided.")
    return found


def field_label(kind: GuidedType, field: str) -> str:
    """What a field is called in the editor. Raises LookupError for one that the type does not have."""
    labels = dict(fields_of(kind))
    if field not in labels:
        raise LookupError(f"Type '{kind.key}' has no field '{field}'.")
    return labels[field]


def fields_of(kind: GuidedType) -> list[tuple[str, str]]:
    """What can be spoken of in a type: the whole item, then its fields in the order of the editor."""
    return [(WHOLE, _("整篇")), *kind.fields]


def sites_that_guide(site: Site) -> list[Site]:
    """The sites whose guidance counts at a site: those above it, the hub first, the site itself last."""
    return site.lineage[::-1]


def notes_for(site: Site, page_type: str) -> dict[str, list[Note]]:
    """What the authors of a type are told at a site, by field, the hub's word first; one statement."""
    chain = sites_that_guide(site)
    order = {other.slug: place for place, other in enumerate(chain)}
    rows = Guidance.objects.filter(page_type=page_type, site__in=order, retired_at=None)
    found: dict[str, list[Note]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: order[row.site]):
        source = chain[order[row.site]]
        found[row.field].append(
            Note(
                field=row.field,
                site=row.site,
                source=source.short_name,
                level=level_label(source.level),
                written_on=timezone.localdate(row.written_at),
                note=row.note,
                sample=row.sample,
                is_own=row.site == site.slug,
            )
        )
    return dict(found)


def counts_of(sites: Sequence[Site]) -> Mapping[tuple[str, str], int]:
    """How many fields of a type each of these sites speaks of, by (site, type)."""
    rows = (
        Guidance.objects.filter(site__in=[site.slug for site in sites], retired_at=None)
        .values_list("site", "page_type")
        .order_by()
        .annotate(count=Count("pk"))
    )
    return {(site, page_type): count for site, page_type, count in rows}
