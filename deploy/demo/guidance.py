"""Guidance of the demo: notes with samples that the hub and a province wrote."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import transaction

from network.guidance.api import notes_for, write_guidance
from network.tenancy.api import get_site, in_site, is_network_manager
from sites.accounts.models import Staff

FILE = Path(__file__).parent / "guidance.toml"


def read_guidance() -> list[dict[str, Any]]:
    """Every note as the file says it."""
    notes: list[dict[str, Any]] = tomllib.loads(FILE.read_text(encoding="utf-8"))["note"]
    return notes


def load_guidance(*, report: Callable[[str], None]) -> int:
    """Have each site's network manager write its notes; where the site says something already, it stays."""
    written = 0
    for entry in read_guidance():
        try:
            site = get_site(entry["site"])
        except LookupError:
            continue
        with in_site(site), transaction.atomic():
            held = notes_for(site, entry["type"]).get(entry["field"], [])
            if any(note.is_own for note in held):
                continue
            people = Staff.objects.filter(is_active=True, is_system=False, visit_id__isnull=True).order_by("pk")
            person = next((person for person in people if is_network_manager(person, site)), None)
            if person is None:
                raise LookupError(f"'{site.slug}' has no network manager who could write its guidance.")
            write_guidance(
                acting_user=person,
                site=site,
                page_type=entry["type"],
                field=entry["field"],
                note=entry.get("note", ""),
                sample=entry.get("sample", ""),
            )
            written += 1
    report(f"采编指导 {written} 条")
    return written
