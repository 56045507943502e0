"""Every write of one-time entry: issuing a ticket, using it, ending a visit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from network.audit.api import client_address, record
from network.entry.limits import IDLE_LIFE, TICKET_LIFE, VISIT_LIFE
from network.entry.models import Visit
from network.entry.queries import ticket_row
from network.entry.tickets import Forged, TicketText, hash_secret, new_secret, read_text
from network.errors import InvalidValue, NetworkError, NotAllowed
from network.outbox.api import enqueue
from network.tenancy.api import Site, State, host_of, require_manages

CLOSE_KIND = "entry.close"
LONGEST_PURPOSE = 300
SHORTEST_PURPOSE = 2
SHUT_STATES = (State.MERGED, State.CLOSED)

INSERT_TICKET = """
INSERT INTO public.network_entry_entryticket
    (secret_hash, site, host, home_site, home_schema, person_id, person, person_name, purpose, created_at, expires_at)
SELECT %s, %s, %s, %s, %s, %s, %s, %s, %s, now.at, now.at + %s::interval FROM (SELECT clock_timestamp() AS at) AS now
RETURNING id
"""
CLAIM_TICKET = """
UPDATE public.network_entry_entryticket SET used_at = clock_timestamp()
WHERE id = %s AND secret_hash = %s AND person = %s AND host = %s AND site = %s AND host = %s
    AND used_at IS NULL AND withdrawn_at IS NULL AND expires_at > clock_timestamp()
RETURNING id
"""
INSERT_VISIT = """
INSERT INTO public.network_entry_visit
    (ticket_id, site, home_site, person, person_name, purpose, address, started_at, last_seen_at, ends_at,
     end_reason, ended_by)
SELECT id, site, home_site, person, person_name, purpose, %s, now.at, now.at, now.at + %s::interval, '', ''
FROM public.network_entry_entryticket, (SELECT clock_timestamp() AS at) AS now WHERE id = %s
RETURNING id
"""
TOUCH_VISIT = """
UPDATE public.network_entry_visit AS visit SET last_seen_at = clock_timestamp()
FROM public.network_entry_entryticket AS ticket
WHERE visit.id = %s AND visit.site = %s AND ticket.id = visit.ticket_id AND ticket.withdrawn_at IS NULL
    AND visit.ended_at IS NULL AND visit.ends_at > clock_timestamp()
    AND visit.last_seen_at > clock_timestamp() - %s::interval
RETURNING visit.id
"""
END_VISIT = """
UPDATE public.network_entry_visit SET ended_at = least(clock_timestamp(), ends_at), end_reason = %s, ended_by = %s
WHERE id = %s AND ended_at IS NULL
RETURNING id
"""


class TicketRefused(NotAllowed):
    """The ticket opens nothing; ``reason`` is the word that the audit log keeps."""

    code = "network.entry.refused"

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message, reason=reason)
        self.reason = reason


@dataclass(frozen=True)
class IssuedTicket:
    """A ticket as its holder gets it, once."""

    text: str
    site: Site
    host: str
    purpose: str


def person_abroad(person: str, home_site: str) -> str:
    """How a visitor is named in the records of the site that is visited."""
    return f"{person}@{home_site}"


def issue_ticket(*, acting_user: Any, home: Site, site: Site, purpose: str) -> IssuedTicket:
    """A ticket for one person into one site of the subtree.

    Raises NotAllowed or InvalidValue; a refusal is audited, nothing else is written.
    """
    person = acting_user.get_username()
    try:
        require_manages(acting_user, home, site)
        _require_open(site)
        purpose = _clean_purpose(purpose)
    except NetworkError as error:
        _record_both(
            "entry.issue",
            site.slug,
            home=home.slug,
            site=site.slug,
            person=person,
            object_kind="site",
            detail={"reason": error.fields.get("reason", error.code)},
            is_refused=True,
        )
        raise
    secret, host = new_secret(), _bare(host_of(site))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            INSERT_TICKET,
            [
                hash_secret(secret),
                site.slug,
                host,
                home.slug,
                home.schema_name,
                acting_user.pk,
                person,
                acting_user.get_full_name()[:150],
                purpose,
                str(TICKET_LIFE),
            ],
        )
        ticket_id = cursor.fetchone()[0]
        _record_both(
            "entry.issue",
            ticket_id,
            home=home.slug,
            site=site.slug,
            person=person,
            object_kind="ticket",
            detail={"purpose": purpose},
        )
    text = TicketText(ticket_id=ticket_id, secret=secret, host=host, person=person).sign()
    return IssuedTicket(text=text, site=site, host=host, purpose=purpose)


def use_ticket(text: str, *, site: Site, host: str) -> Visit:
    """Turn a ticket into a visit, once, inside the caller's transaction. Raises TicketRefused; audits nothing then.

    The statement that marks the ticket as used is what decides: of two uses at the same time one
    waits for the other, then finds it used.
    """
    try:
        said = read_text(text)
    except Forged:
        raise TicketRefused(_("凭条无效：不是本系统签发的。请回到原站点重新进入。"), reason="forged") from None
    _require_open(site)
    if not claim_ticket(said, site=site, host=_bare(host)):
        raise refusal_of(said, site=site, host=_bare(host))
    with connection.cursor() as cursor:
        cursor.execute(INSERT_VISIT, [client_address.get(), str(VISIT_LIFE), said.ticket_id])
        visit = Visit.objects.get(pk=cursor.fetchone()[0])
    _record_both(
        "entry.enter",
        visit.pk,
        home=visit.home_site,
        site=visit.site,
        person=visit.person,
        detail={"purpose": visit.purpose, "ticket": said.ticket_id},
    )
    enqueue(CLOSE_KIND, site=site.slug, key=str(visit.pk), after=VISIT_LIFE)
    return visit


def claim_ticket(said: TicketText, *, site: Site, host: str) -> bool:
    """Mark a ticket as used; False when it opens nothing here and now."""
    with connection.cursor() as cursor:
        cursor.execute(
            CLAIM_TICKET, [said.ticket_id, hash_secret(said.secret), said.person, said.host, site.slug, host]
        )
        return cursor.fetchone() is not None


def refusal_of(said: TicketText, *, site: Site, host: str) -> TicketRefused:
    """Why a ticket was not claimed."""
    row = ticket_row(said.ticket_id)
    is_this = row is not None and (row.secret_hash, row.person, row.host) == (
        hash_secret(said.secret),
        said.person,
        said.host,
    )
    if row is None or not is_this:
        return TicketRefused(_("凭条无效：没有这张凭条。请回到原站点重新进入。"), reason="unknown")
    if row.site != site.slug or row.host != host:
        return TicketRefused(
            _("凭条是给“%(host)s”的，不能用于本站。请回到原站点重新进入。") % {"host": row.host}, reason="host"
        )
    if row.used_at is not None:
        return TicketRefused(_("凭条已经用过，只能使用一次。请回到原站点重新进入。"), reason="used")
    if row.withdrawn_at is not None:
        return TicketRefused(_("签发凭条的人员已不担任站群管理，凭条作废。"), reason="withdrawn")
    return TicketRefused(_("凭条已经过期，签发后一分钟内有效。请回到原站点重新进入。"), reason="expired")


def record_refused_use(text: str, *, site: Site, reason: str) -> None:
    """Audit a refused ticket on this site, on the home site as well when it is known."""
    try:
        said = read_text(text)
    except Forged:
        record("entry.enter", site=site.slug, object_kind="ticket", detail={"reason": reason}, is_refused=True)
        return
    row = ticket_row(said.ticket_id)
    if row is None:
        record(
            "entry.enter",
            site=site.slug,
            person=said.person,
            object_kind="ticket",
            object_id=said.ticket_id,
            detail={"reason": reason},
            is_refused=True,
        )
        return
    _record_both(
        "entry.enter",
        row.pk,
        home=row.home_site,
        site=site.slug,
        person=row.person,
        object_kind="ticket",
        detail={"reason": reason, "meant_for": row.site},
        is_refused=True,
    )


def touch_visit(visit_id: int, *, site: Site) -> bool:
    """Note a request of a visitor; False when the visit is over, whoever or whatever ended it."""
    with connection.cursor() as cursor:
        cursor.execute(TOUCH_VISIT, [visit_id, site.slug, str(IDLE_LIFE)])
        return cursor.fetchone() is not None


@transaction.atomic
def end_visit(visit: Visit, *, reason: str, ended_by: str = "") -> bool:
    """Write the end of a visit with its audit rows; False when it was written before.

    ``ended_by`` is a person of the visited site; without one the visitor left, or time did it.
    """
    with connection.cursor() as cursor:
        cursor.execute(END_VISIT, [reason, ended_by, visit.pk])
        if cursor.fetchone() is None:
            return False
    _record_both(
        "entry.end",
        visit.pk,
        home=visit.home_site,
        site=visit.site,
        person=ended_by or visit.person,
        person_site=visit.site if ended_by else visit.home_site,
        detail={"reason": str(reason), "visitor": person_abroad(visit.person, visit.home_site)},
    )
    return True


def _require_open(site: Site) -> None:
    if site.state in SHUT_STATES:
        raise TicketRefused(
            _("“%(site)s”%(state)s，不能进入。") % {"site": site.short_name, "state": site.get_state_display()},
            reason="state",
        )
    if site.maintenance:
        raise TicketRefused(
            _("“%(site)s”%(state)s，请稍后再进入。")
            % {"site": site.short_name, "state": site.get_maintenance_display()},
            reason="maintenance",
        )


def _clean_purpose(purpose: str) -> str:
    cleaned = " ".join(purpose.split())
    if not SHORTEST_PURPOSE <= len(cleaned) <= LONGEST_PURPOSE:
        raise InvalidValue(
            _("进入事由应为 %(least)s 至 %(most)s 个字，现在是 %(count)s 个字。")
            % {"least": SHORTEST_PURPOSE, "most": LONGEST_PURPOSE, "count": len(cleaned)}
        )
    return cleaned


def _bare(host: str) -> str:
    """A host without port and closing dot, as the registry knows it."""
    return host.lower().partition(":")[0].rstrip(".")


def _record_both(
    act: str,
    object_id: object,
    *,
    home: str,
    site: str,
    person: str,
    detail: dict[str, Any],
    person_site: str = "",
    object_kind: str = "visit",
    is_refused: bool = False,
) -> None:
    """One row for the site that is entered, one for the site the visitor belongs to."""
    for where in dict.fromkeys((home, site)):
        record(
            act,
            site=where,
            person=person,
            person_site=person_site or home,
            object_kind=object_kind,
            object_id=object_id,
            detail={**detail, "home": home, "site": site},
            is_refused=is_refused,
        )
