"""Reads of the audit log for its auditors."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Permission
from django.db import connection
from django.db.models import Q, QuerySet

from network.audit.actions import SYSTEM
from network.audit.models import AuditAnchor, AuditEntry, AuditLink, AuditVerification, Result
from network.tenancy.graded import READ_AUDIT
from network.tenancy.models import Level, Site
from network.tenancy.queries import all_sites, subtree

PAGE_SIZE = 50
WHOLE_GROUP = ""
"""The site of rows about the group as a whole; the hub's auditor alone reads them."""

UNSEALED = """
SELECT entry.site, count(*) FROM public.network_audit_auditentry AS entry
WHERE (entry.txid, entry.id) > (coalesce((SELECT max(txid) FROM public.network_audit_auditanchor), 0)::text::xid8, 0)
  AND NOT EXISTS (SELECT FROM public.network_audit_auditlink AS link WHERE link.entry_id = entry.id)
GROUP BY entry.site
"""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What an auditor looks for; empty fields do not narrow. Times bound ``at``, both included.

    ``who`` is ``people`` (what people did, and every refusal and failure) or ``machines`` (the rest).
    """

    site: str = ""
    person: str = ""
    act: str = ""
    object_id: str = ""
    result: str = ""
    address: str = ""
    who: str = ""
    since: datetime.datetime | None = None
    until: datetime.datetime | None = None


@dataclass(frozen=True)
class EntryPage:
    """One page of rows, newest first, with the place values of its neighbours (empty: none)."""

    entries: list[AuditEntry]
    newer: str = ""
    older: str = ""


def is_auditor(person: Any) -> bool:
    """Whether the person holds the auditor's duty itself: being a superuser is not enough."""
    if not person.is_authenticated or not person.is_active:
        return False
    if not person.is_superuser:
        return READ_AUDIT in person.get_group_permissions()
    app_label, codename = READ_AUDIT.split(".")
    rights = Permission.objects.filter(group__user=person, content_type__app_label=app_label, codename=codename)
    return rights.exists()


def readable_sites(site: Site) -> list[Site]:
    """Sites whose rows an auditor of this one reads: the group, the own subtree, the own site."""
    if site.is_hub:
        return list(all_sites())
    return list(subtree(site)) if site.level == Level.PROVINCE else [site]


def find_entries(wanted: Wanted, *, reader: Site) -> QuerySet[AuditEntry]:
    """The rows that an auditor of this site may read and looks for."""
    rows = AuditEntry.objects.all()
    if not reader.is_hub:
        rows = rows.filter(site__in=[site.slug for site in readable_sites(reader)])
    equal = {name: getattr(wanted, name) for name in ("site", "person", "act", "object_id", "result", "address")}
    rows = rows.filter(**{name: value for name, value in equal.items() if value})
    by_a_machine = Q(person__in=("", SYSTEM), result=Result.DONE)
    if wanted.who == "people":
        rows = rows.exclude(by_a_machine)
    if wanted.who == "machines":
        rows = rows.filter(by_a_machine)
    if wanted.since:
        rows = rows.filter(at__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(at__lte=wanted.until)
    return rows


def entry_page(rows: QuerySet[AuditEntry], *, older_than: str = "", newer_than: str = "") -> EntryPage:
    """The page behind or before a place. Costs the same wherever the place is; a false place is the first page."""
    place = _place(older_than) or _place(newer_than)
    is_back = place is not None and not _place(older_than)
    if place is not None:
        at, pk = place
        side = ("gte", "gt") if is_back else ("lte", "lt")
        rows = rows.filter(**{f"at__{side[0]}": at}).filter(Q(**{f"at__{side[1]}": at}) | Q(**{f"pk__{side[1]}": pk}))
    order = ("at", "pk") if is_back else ("-at", "-pk")
    found = list(rows.order_by(*order)[: PAGE_SIZE + 1])
    has_more = len(found) > PAGE_SIZE
    entries = found[:PAGE_SIZE][::-1] if is_back else found[:PAGE_SIZE]
    if not entries:
        return EntryPage([])
    has_newer = has_more if is_back else place is not None
    has_older = True if is_back else has_more
    return EntryPage(
        entries,
        newer=_mark(entries[0]) if has_newer else "",
        older=_mark(entries[-1]) if has_older else "",
    )


def _mark(entry: AuditEntry) -> str:
    return f"{entry.at.astimezone(datetime.UTC).strftime('%Y%m%dT%H%M%S%f')}-{entry.pk}"


def _place(mark: str) -> tuple[datetime.datetime, int] | None:
    moment, _dash, number = mark.partition("-")
    try:
        at = datetime.datetime.strptime(moment, "%Y%m%dT%H%M%S%f").replace(tzinfo=datetime.UTC)
        return at, int(number)
    except ValueError:
        return None


def link_of(entry: AuditEntry) -> AuditLink | None:
    """The seal of a row; None while it waits for it."""
    return AuditLink.objects.filter(entry_id=entry.pk).first()


def seal_states(slugs: Sequence[str]) -> list[dict[str, Any]]:
    """For each site: how far it is sealed, what waits, the last anchor, the last verification."""
    with connection.cursor() as cursor:
        cursor.execute(UNSEALED)
        waiting = dict(cursor.fetchall())
    anchors = AuditAnchor.objects.filter(site__in=slugs).order_by("site", "-position").distinct("site")
    last_anchor = {anchor.site: anchor for anchor in anchors}
    verifications = AuditVerification.objects.filter(site__in=slugs).order_by("site", "-id").distinct("site")
    last_verification = {verification.site: verification for verification in verifications}
    return [
        {
            "site": slug,
            "anchor": last_anchor.get(slug),
            "unsealed": waiting.get(slug, 0),
            "verification": last_verification.get(slug),
        }
        for slug in slugs
    ]
