"""A ticket into a site below: for whom, from where, once, for a minute; each refusal beside what succeeds."""

from __future__ import annotations

import datetime
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core import signing
from django.db import IntegrityError, connection, transaction
from django.test import Client

from network.audit.models import AuditEntry
from network.entry.models import EntryTicket, Visit
from network.entry.tickets import SALT, TicketText, hash_secret
from network.tenancy.api import Site, get_site, in_site
from sites.accounts.models import Staff
from tests.factories.entering import ask, door, enter, issue, ticket_in
from tests.factories.lives import bring_to
from tests.factories.people import client_of, staff

SESSION_COOKIE = "sessionid"
pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]


def visitors(site: Site) -> int:
    with in_site(site):
        return Staff.objects.filter(visit_id__isnull=False).count()


def audited(act: str, *, result: str) -> list[tuple[str, str, str]]:
    """Site, person and reason of these entries, oldest first."""
    rows = AuditEntry.objects.filter(act=act, result=result).order_by("id")
    return [(row.site, row.person, row.detail.get("reason", "")) for row in rows]


def require_refused(client: Client, text: str, site: Site, reason: str) -> None:
    """The door says no: no visit, no account, no session; written down on the site."""
    before = (Visit.objects.count(), visitors(site), list(EntryTicket.objects.values("id", "used_at", "withdrawn_at")))
    answer = client.post("/admin/entry/", {"ticket": text})
    assert answer.status_code == 403
    assert SESSION_COOKIE not in client.cookies
    after = (Visit.objects.count(), visitors(site), list(EntryTicket.objects.values("id", "used_at", "withdrawn_at")))
    assert after == before
    last = AuditEntry.objects.filter(act="entry.enter", site=site.slug).order_by("-id")[0]
    assert (last.result, last.detail["reason"]) == ("refused", reason)


def test_the_hub_enters_a_city_and_both_sides_know(hub: Site, guangzhou: Site) -> None:
    answer = ask(hub, "manager", guangzhou, "核对栏目设置")
    assert answer.status_code == 200
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer.headers["Cache-Control"]
    assert "form-action 'self' http://guangzhou.localhost:" in answer.headers["Content-Security-Policy"]
    assert re.search(
        r'<form action="http://guangzhou\.localhost:\d+/admin/entry/" method="post">', answer.content.decode()
    )
    (row,) = EntryTicket.objects.all()
    assert row.expires_at - row.created_at == datetime.timedelta(seconds=60)
    assert row.secret_hash not in answer.content.decode()

    client, entered = enter(guangzhou, ticket_in(answer))
    assert (entered.status_code, entered.headers["Location"]) == (302, "/admin/")
    assert client.get("/admin/").status_code == 200
    (visit,) = Visit.objects.all()
    assert (visit.site, visit.home_site, visit.person, visit.purpose) == ("guangzhou", "hub", "manager", "核对栏目设置")
    assert audited("entry.issue", result="done") == [("hub", "manager", ""), ("guangzhou", "manager", "")]
    assert audited("entry.enter", result="done") == [("hub", "manager", ""), ("guangzhou", "manager", "")]


def test_no_secret_of_a_ticket_is_kept(hub: Site, guangzhou: Site) -> None:
    text = issue(hub, "manager", guangzhou)
    secret = signing.loads(text, salt=SALT)[1]
    kept = [str(value) for row in EntryTicket.objects.values() for value in row.values()]
    kept += [str(value) for row in AuditEntry.objects.values() for value in row.values()]
    assert not [value for value in kept if secret in value or text in value]


@pytest.mark.parametrize(
    ("home", "target"),
    [
        ("hub", "guangdong"),
        ("hub", "hebei"),
        ("hub", "shenzhen"),
        ("guangdong", "guangzhou"),
        ("guangdong", "shenzhen"),
    ],
)
def test_hub_and_province_enter_what_lies_below(db: None, home: str, target: str) -> None:
    client, entered = enter(get_site(target), issue(get_site(home), "manager", get_site(target)))
    assert entered.status_code == 302
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize(
    ("home", "username", "target"),
    [
        ("hebei", "manager", "guangzhou"),
        ("hebei", "manager", "guangdong"),
        ("guangdong", "manager", "hebei"),
        ("guangdong", "manager", "hub"),
        ("guangdong", "manager", "guangdong"),
        ("hub", "manager", "hub"),
    ],
)
def test_nobody_enters_outside_the_subtree_or_the_own_site(db: None, home: str, username: str, target: str) -> None:
    answer = ask(get_site(home), username, get_site(target), "越权进入")
    assert answer.status_code == 404
    assert EntryTicket.objects.count() == 0
    assert {row[0] for row in audited("entry.issue", result="refused")} == {home, target}


@pytest.mark.parametrize(
    ("home", "username"),
    [("guangzhou", "webmaster"), ("guangdong", "webmaster"), ("hub", "editor"), ("hub", "auditor")],
)
def test_whoever_manages_no_group_gets_no_ticket(db: None, home: str, username: str) -> None:
    answer = ask(get_site(home), username, get_site("shenzhen"), "越权进入")
    assert answer.status_code == 404
    assert EntryTicket.objects.count() == 0


@pytest.mark.parametrize("purpose", ["", " ", "a", "长" * 301])
def test_a_purpose_is_asked_for(hub: Site, guangzhou: Site, purpose: str) -> None:
    answer = ask(hub, "manager", guangzhou, purpose)
    assert answer.status_code == 200
    assert "ticket" not in answer.context or answer.context.get("ticket") is None
    assert EntryTicket.objects.count() == 0


def test_a_ticket_opens_once(hub: Site, guangzhou: Site) -> None:
    text = issue(hub, "manager", guangzhou)
    assert enter(guangzhou, text)[1].status_code == 302
    require_refused(client_of(guangzhou), text, guangzhou, "used")
    assert ("hub", "manager", "used") in audited("entry.enter", result="refused")
    assert Visit.objects.count() == 1


def test_a_ticket_opens_no_other_host(hub: Site, guangzhou: Site, shenzhen: Site) -> None:
    text = issue(hub, "manager", guangzhou)
    require_refused(client_of(shenzhen), text, shenzhen, "host")
    assert audited("entry.enter", result="refused") == [("hub", "manager", "host"), ("shenzhen", "manager", "host")]
    # Control: it was not spent by the attempt.
    assert enter(guangzhou, text)[1].status_code == 302


def test_a_ticket_is_for_the_main_host_alone(hub: Site, guangzhou: Site) -> None:
    from network.tenancy.models import Domain

    Domain.objects.create(domain="old.gz.gov.cn", tenant=guangzhou, is_primary=False)
    text = issue(hub, "manager", guangzhou)
    require_refused(Client(HTTP_HOST="old.gz.gov.cn"), text, guangzhou, "host")
    assert enter(guangzhou, text)[1].status_code == 302


def test_a_ticket_holds_for_a_minute_of_the_database(hub: Site, guangzhou: Site) -> None:
    late, in_time = aged_ticket(hub, guangzhou, seconds=61), aged_ticket(hub, guangzhou, seconds=50)
    require_refused(client_of(guangzhou), late, guangzhou, "expired")
    assert enter(guangzhou, in_time)[1].status_code == 302


def aged_ticket(home: Site, site: Site, *, seconds: int) -> str:
    """A ticket issued some time ago: no row is ever moved into the past, so it is written there."""
    (values,) = EntryTicket.objects.filter(pk=signing.loads(issue(home, "manager", site), salt=SALT)[0]).values()
    past, secret = datetime.timedelta(seconds=seconds), f"aged {seconds}"
    del values["id"]
    values |= {
        "secret_hash": hash_secret(secret),
        "created_at": values["created_at"] - past,
        "expires_at": values["expires_at"] - past,
    }
    row = EntryTicket.objects.create(**values)
    return TicketText(ticket_id=row.pk, secret=secret, host=row.host, person=row.person).sign()


@pytest.mark.parametrize("change", ["", "x", "other salt", "other key", "no ticket"])
def test_a_forged_ticket_opens_nothing(hub: Site, guangzhou: Site, change: str) -> None:
    text = issue(hub, "manager", guangzhou)
    payload = signing.loads(text, salt=SALT)
    forged = {
        "": "",
        "x": f"{text}x",
        "other salt": signing.dumps(payload, salt="other"),
        "other key": signing.dumps(payload, salt=SALT, key="another install"),
        "no ticket": "长" * 3000,
    }[change]
    require_refused(client_of(guangzhou), forged, guangzhou, "forged")
    assert enter(guangzhou, text)[1].status_code == 302


@pytest.mark.parametrize(
    ("position", "value"), [(0, 999_999), (1, "guess"), (2, "shenzhen.localhost"), (3, "webmaster")]
)
def test_a_signed_text_that_fits_no_row_opens_nothing(hub: Site, guangzhou: Site, position: int, value: Any) -> None:
    """Whoever holds the signing key still does not hold the secret."""
    text = issue(hub, "manager", guangzhou)
    payload = signing.loads(text, salt=SALT)
    payload[position] = value
    require_refused(client_of(guangzhou), signing.dumps(payload, salt=SALT), guangzhou, "unknown")
    assert enter(guangzhou, text)[1].status_code == 302


@pytest.mark.parametrize("leaving", ["group", "inactive"])
def test_a_ticket_ends_with_the_duty(hub: Site, guangzhou: Site, leaving: str) -> None:
    text = issue(hub, "manager", guangzhou)
    with in_site(hub):
        person = Staff.objects.get(username="manager")
        if leaving == "group":
            person.groups.remove(Group.objects.get(name="站群管理"))
        else:
            person.is_active = False
            person.save()
    require_refused(client_of(guangzhou), text, guangzhou, "withdrawn")
    assert client_of(guangzhou).post("/admin/entry/", {"ticket": text}).status_code == 403


def test_the_duty_of_others_ends_no_ticket(hub: Site, guangdong: Site, guangzhou: Site) -> None:
    text = issue(hub, "manager", guangzhou)
    for site, username in ((hub, "editor"), (guangdong, "manager")):
        with in_site(site):
            Staff.objects.get(username=username).groups.clear()
    assert enter(guangzhou, text)[1].status_code == 302


@pytest.mark.parametrize(
    ("state", "is_open"), [("merged", False), ("closed", False), ("suspended", True), ("preparing", True)]
)
def test_a_site_that_is_gone_is_not_entered(
    hub: Site, guangzhou: Site, shenzhen: Site, state: str, is_open: bool
) -> None:
    text = issue(hub, "manager", guangzhou)
    gone = bring_to(guangzhou, state, into=shenzhen)
    if is_open:
        assert enter(guangzhou, text)[1].status_code == 302
    else:
        require_refused(client_of(guangzhou), text, gone, "state")
        assert ask(hub, "manager", guangzhou, "再试一次").status_code == 200
        assert EntryTicket.objects.count() == 1


def test_the_door_takes_tickets_by_post_only(hub: Site, guangzhou: Site) -> None:
    text = issue(hub, "manager", guangzhou)
    assert client_of(guangzhou).get("/admin/entry/", {"ticket": text}).status_code == 405
    assert enter(guangzhou, text)[1].status_code == 302


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE public.network_entry_entryticket SET expires_at = now() + interval '1 day'",
        "UPDATE public.network_entry_entryticket SET withdrawn_at = NULL",
        "DELETE FROM public.network_entry_entryticket",
        "DELETE FROM public.network_entry_visit",
    ],
)
def test_the_application_may_not_rewrite_tickets(hub: Site, guangzhou: Site, statement: str) -> None:
    from django.db import ProgrammingError

    issue(hub, "manager", guangzhou)
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_ticket_of_more_than_a_minute_cannot_be_written(hub: Site, guangzhou: Site) -> None:
    issue(hub, "manager", guangzhou)
    (row,) = EntryTicket.objects.values()
    long = {**row, "secret_hash": "0" * 64, "expires_at": row["expires_at"] + datetime.timedelta(seconds=1)}
    del long["id"]
    with pytest.raises(IntegrityError, match="ticket_lives_a_minute"), transaction.atomic():
        EntryTicket.objects.create(**long)


@pytest.mark.django_db(transaction=True)
def test_of_two_uses_at_once_one_wins(hub: Site, guangzhou: Site) -> None:
    text = issue(hub, "manager", guangzhou)

    def use(_number: int) -> int:
        try:
            return door(guangzhou, text).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=4) as pool:
        answers = sorted(pool.map(use, range(4)))
    assert answers == [302, 403, 403, 403]
    assert Visit.objects.count() == 1
    assert visitors(guangzhou) == 1
    assert staff(hub, "manager").is_active
