"""Reads of index numbers."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from network.compiled import Compiled
from network.numbering.models import IndexNumber, IndexScheme
from network.rules.api import rule_value, rule_values
from network.tenancy.api import Site, once_per_act

PREFIX = "index_number."
PATTERNS = "index_number.patterns"
PATTERN = "index_number.pattern"


@dataclass(frozen=True)
class Scheme:
    """Under which code and pattern a site's next number is issued. ``organisation`` is empty where there is none."""

    organisation: str
    pattern: str
    is_own: bool = False


_SITE = "\0site"
"""Stands in a compiled statement for the key of a site."""

OWN = Compiled(lambda: IndexScheme.objects.filter(site=_SITE)[:1])


def scheme_of(site: Site) -> Scheme:
    """The site's own scheme, or the one by rule under its site code."""
    own = OWN.first({_SITE: site.slug})
    if own is not None:
        return Scheme(own.organisation, own.pattern, is_own=True)
    rules = once_per_act("index_number", lambda: rule_values(PREFIX, level=site.level))
    pattern = rules[PATTERNS.removeprefix(PREFIX)][rules[PATTERN.removeprefix(PREFIX)]]
    return Scheme((site.site_code or "").upper(), fitted(pattern, site))


def pattern_choices(site: Site) -> dict[str, str]:
    """Patterns of the rules by name, for a site of this level."""
    patterns: dict[str, str] = rule_value(PATTERNS, level=site.level)
    return patterns


def fitted(pattern: str, site: Site) -> str:
    """A pattern with what is fixed for a site written out."""
    return pattern.replace("{division}", site.division_code or "")


def index_number(content_id: uuid.UUID) -> str:
    """The number of a content; empty before it was ever published."""
    return IndexNumber.objects.filter(content_id=content_id).values_list("number", flat=True).first() or ""


def index_numbers(content_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Numbers of many contents by content id."""
    return dict(IndexNumber.objects.filter(content_id__in=list(content_ids)).values_list("content_id", "number"))
