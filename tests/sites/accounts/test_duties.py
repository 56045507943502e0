"""System, security, audit stay in different hands; duties of control are the security administrator's to give."""

from __future__ import annotations

import datetime
from itertools import combinations
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, Permission
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from network.audit.models import AuditEntry
from network.errors import InvalidValue, NotAllowed
from network.tenancy.api import Site, in_site
from sites.accounts import duties, idle
from sites.accounts.models import AccountReview, Staff
from sites.accounts.provisioning import open_accounts
from sites.accounts.queries import duties_of
from sites.accounts.roles import ROLE_BY_KEY, conflict_of
from tests.factories.deliveries import work_off
from tests.factories.people import client_of, staff
from tests.factories.places import PASSWORD

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]
BOARD = "/admin/security/accounts/"
SYSTEM, OTHERS = {"webmaster", "network_manager"}, {"security_administrator"}
ALLOWED_BESIDE = [
    pair
    for pair in combinations(ROLE_BY_KEY, 2)
    if "auditor" not in pair and not (set(pair) & SYSTEM and set(pair) & OTHERS)
]
REFUSED_BESIDE = [pair for pair in combinations(ROLE_BY_KEY, 2) if pair not in ALLOWED_BESIDE]


def put(person: Staff, keys: Any) -> None:
    """Write the groups below every form, then have the database look."""
    with transaction.atomic():
        person.groups.set(Group.objects.filter(name__in=[ROLE_BY_KEY[key].name for key in keys]))
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@pytest.mark.parametrize("pair", REFUSED_BESIDE, ids="-".join)
def test_the_database_refuses_duties_in_one_hand(guangzhou: Site, pair: tuple[str, str]) -> None:
    assert conflict_of(pair)
    with in_site(guangzhou):
        person = Staff.objects.get(username="editor2")
        with pytest.raises(IntegrityError):
            put(person, pair)
        assert duties_of(person) == ["editor"]


def test_the_database_takes_every_other_pair(guangzhou: Site) -> None:
    assert len(ALLOWED_BESIDE) == 43
    with in_site(guangzhou):
        person = Staff.objects.get(username="editor2")
        for pair in ALLOWED_BESIDE:
            assert conflict_of(pair) == ""
            put(person, pair)
            assert set(duties_of(person)) == set(pair)


def test_provisioning_refuses_them_with_a_sentence(guangzhou: Site) -> None:
    entry = {
        "username": "both",
        "name": "新人",
        "roles": ["webmaster", "auditor"],
        "password_hash": make_password(PASSWORD),
    }
    with in_site(guangzhou):
        with pytest.raises(InvalidValue, match="审计员不兼任"):
            open_accounts(guangzhou, {"staff": [entry]})
        assert not Staff.objects.filter(username="both").exists()


def test_the_application_role_writes_no_rights(guangzhou: Site) -> None:
    """Neither a group's rights, nor a group's name, nor a right of a person's own."""
    with in_site(guangzhou):
        person, editors = Staff.objects.get(username="editor"), Group.objects.get(name="编辑")
        right = Permission.objects.get(codename="manage_security")
        for act in (
            lambda: person.user_permissions.add(right),
            lambda: editors.permissions.add(right),
            lambda: Group.objects.filter(pk=editors.pk).update(name="安全"),
            lambda: Group.objects.create(name="别的"),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                act()
        assert not Staff.objects.get(pk=person.pk).has_perm("sites_accounts.manage_security")


def test_the_security_administrator_grants_duties_of_control(guangzhou: Site, shenzhen: Site) -> None:
    security, person = staff(guangzhou, "security"), staff(guangzhou, "editor2")
    inside = client_of(guangzhou, "editor2")
    assert inside.get("/admin/").status_code == 200
    client = client_of(guangzhou, "security")
    answer = client.post(f"{BOARD}{person.pk}/duties/", {"keys": ["webmaster"]})
    assert answer.status_code == 302
    with in_site(guangzhou):
        assert duties_of(person) == ["editor", "webmaster"]
    # The change ends what the person had open.
    assert inside.get("/admin/").headers["Location"].startswith("/admin/login/")
    entry = AuditEntry.objects.get(act="account.duties")
    assert (entry.person, entry.detail["before"], entry.detail["after"]) == (
        security.username,
        ["editor"],
        ["editor", "webmaster"],
    )
    with in_site(shenzhen):
        assert duties_of(Staff.objects.get(username="editor2")) == ["editor"]


@pytest.mark.parametrize(
    ("acting", "target", "keys"),
    [
        ("webmaster", "editor2", ["webmaster"]),
        ("auditor", "editor2", ["webmaster"]),
        ("editor", "editor2", ["webmaster"]),
        ("security", "security", ["security_administrator", "webmaster"]),
        ("security", "editor2", ["webmaster", "security_administrator"]),
        ("security", "editor2", ["auditor"]),
        ("security", "editor2", ["editor"]),
        ("security", "system", ["webmaster"]),
    ],
)
def test_every_other_grant_is_refused(guangzhou: Site, acting: str, target: str, keys: list[str]) -> None:
    people = {name: staff(guangzhou, name) for name in (acting, target)}
    with in_site(guangzhou):
        before = duties_of(people[target])
        with pytest.raises((NotAllowed, InvalidValue)):
            duties.set_control_duties(acting_user=people[acting], person=people[target], keys=keys)
        assert duties_of(people[target]) == before
    answer = client_of(guangzhou, acting).post(f"{BOARD}{people[target].pk}/duties/", {"keys": keys})
    assert answer.status_code in (400, 403, 404)
    with in_site(guangzhou):
        assert duties_of(people[target]) == before


def edit_form(person: Staff, groups: list[str], **changes: Any) -> dict[str, Any]:
    return {
        "display_name": person.display_name or "编辑",
        "department": "",
        "email": "",
        "password1": "",
        "password2": "",
        "is_active": "on",
        "groups": list(Group.objects.filter(name__in=groups).values_list("pk", flat=True)),
        **changes,
    }


def test_the_webmaster_gives_duties_of_content_only(guangzhou: Site) -> None:
    client = client_of(guangzhou, "webmaster")
    with in_site(guangzhou):
        person = Staff.objects.get(username="editor2")
        content, control = edit_form(person, ["编辑", "初审"]), edit_form(person, ["编辑", "安全管理"])
    assert client.post(f"/admin/users/edit/{person.pk}/", control).status_code == 200
    with in_site(guangzhou):
        assert duties_of(person) == ["editor"]
    assert client.post(f"/admin/users/edit/{person.pk}/", content).status_code == 302
    with in_site(guangzhou):
        assert duties_of(person) == ["editor", "reviewer"]


def test_the_webmaster_keeps_hands_off_accounts_with_control(guangzhou: Site) -> None:
    """Not the duty, not the password, not the door."""
    client = client_of(guangzhou, "webmaster")
    with in_site(guangzhou):
        for name in ("security", "auditor", "webmaster"):
            person = Staff.objects.get(username=name)
            held, password = duties_of(person), person.password
            form = edit_form(person, [], password1="Stolen-horse-1", password2="Stolen-horse-1", is_active="")
            with transaction.atomic():
                client.post(f"/admin/users/edit/{person.pk}/", form)
            again = Staff.objects.get(username=name)
            assert (duties_of(again), again.password, again.is_active) == (held, password, True)


def test_a_leaver_goes_by_the_security_administrator(guangzhou: Site) -> None:
    inside, person = client_of(guangzhou, "final"), staff(guangzhou, "final")
    security = client_of(guangzhou, "security")
    refused = security.post(f"{BOARD}{person.pk}/close/", {"reason": " "})
    assert (refused.status_code, list(refused.context["reason_form"].errors)) == (400, ["reason"])
    assert refused.context["refusal"] == ""
    assert inside.get("/admin/").status_code == 200
    assert client_of(guangzhou, "webmaster").post(f"{BOARD}{person.pk}/close/", {"reason": "调离"}).status_code == 403
    assert inside.get("/admin/").status_code == 200
    assert security.post(f"{BOARD}{person.pk}/close/", {"reason": "调离"}).status_code == 302
    assert inside.get("/admin/").headers["Location"].startswith("/admin/login/")
    assert AuditEntry.objects.get(act="account.close").detail["reason"] == "调离"
    # Back again: the old session stays dead, device and password are new business.
    assert security.post(f"{BOARD}{person.pk}/reopen/").status_code == 302
    assert inside.get("/admin/").headers["Location"].startswith("/admin/login/")
    with in_site(guangzhou):
        again = Staff.objects.get(username="final")
        assert (again.is_active, again.must_change_password, again.totpdevice_set.count()) == (True, True, 0)


def test_idle_accounts_close_except_the_last_security_administrator(guangzhou: Site) -> None:
    long_ago = timezone.now() - datetime.timedelta(days=91)
    with in_site(guangzhou):
        Staff.objects.filter(is_system=False).update(last_login=timezone.now(), date_joined=long_ago)
        Staff.objects.filter(username__in=["editor", "security"]).update(last_login=long_ago)
        Staff.objects.filter(username="editor2").update(last_login=None)
        Staff.objects.filter(username="final").update(last_login=timezone.now() - datetime.timedelta(days=89))
        assert duties.close_idle_accounts() == 2
        closed = set(Staff.objects.filter(is_active=False, is_system=False).values_list("username", flat=True))
        assert duties.close_idle_accounts() == 0
    assert closed == {"editor", "editor2"}
    rows = AuditEntry.objects.filter(act="account.close_idle")
    assert {entry.detail["username"] for entry in rows} == closed


def test_the_worker_asks_every_site(guangzhou: Site, shenzhen: Site) -> None:
    long_ago = timezone.now() - datetime.timedelta(days=91)
    for site in (guangzhou, shenzhen):
        with in_site(site):
            Staff.objects.filter(username="editor2").update(last_login=None, date_joined=long_ago)
    idle.ask_everywhere()
    idle.ask_everywhere()
    work_off()
    for site in (guangzhou, shenzhen):
        with in_site(site):
            closed = set(Staff.objects.filter(is_active=False, is_system=False).values_list("username", flat=True))
        assert closed == {"editor2"}


def test_the_review_is_confirmed_by_name_and_falls_due_again(guangzhou: Site, shenzhen: Site) -> None:
    security = client_of(guangzhou, "security")
    assert "还没有清查过" in security.get(BOARD).content.decode()
    assert client_of(guangzhou, "auditor").post(f"{BOARD}review/").status_code == 403
    assert security.post(f"{BOARD}review/", {"note": "第四季度"}).status_code == 302
    with in_site(guangzhou):
        review = AccountReview.objects.get()
        assert (review.confirmed_by.username, review.note) == ("security", "第四季度")
        assert review.accounts == Staff.objects.filter(is_active=True, is_system=False).count()
    assert "下次清查应在" in security.get(BOARD).content.decode()
    entry = AuditEntry.objects.get(act="account.review")
    assert entry.detail["accounts"]["webmaster"] == ["webmaster"]
    with in_site(shenzhen):
        assert AccountReview.objects.count() == 0
    with in_site(guangzhou), pytest.raises(DatabaseError), transaction.atomic():
        AccountReview.objects.update(note="x")


@pytest.mark.parametrize("username", ["editor", "webmaster", "auditor", "final"])
def test_the_screens_are_the_security_administrators(guangzhou: Site, username: str) -> None:
    client, person = client_of(guangzhou, username), staff(guangzhou, "editor2")
    for path in (BOARD, f"{BOARD}{person.pk}/"):
        assert client.get(path).status_code == 403
        assert client_of(guangzhou, "security").get(path).status_code == 200
    assert BOARD not in client.get("/admin/").content.decode()
    assert BOARD in client_of(guangzhou, "security").get("/admin/").content.decode()
