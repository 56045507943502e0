"""No way into the admin leads past the second factor."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from network.audit.models import AuditEntry
from network.errors import NotAllowed
from network.tenancy.api import Site, in_site
from sites.accounts import second_factor
from sites.accounts.models import Staff
from tests.factories.people import client_of, code_now, device_of, staff
from tests.factories.places import PASSWORD

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]
VERIFY, ENROL = "/admin/second-factor/verify/", "/admin/second-factor/enrol/"
DEMANDED = ["reviewer", "final", "secrecy", "webmaster", "security", "auditor"]
BEHIND = [
    "/admin/",
    "/admin/pages/",
    "/admin/api/main/pages/",
    "/admin/choose-page/",
    "/admin/images/chooser/",
    "/admin/reports/workflow/",
    "/admin/account/",
    "/admin/users/",
    "/admin/network/items/",
    "/admin/editing-sessions/ping/wagtailcore/page/2/1/",
    ENROL,
]


def password_only(site: Site, username: str) -> Client:
    """A browser whose owner typed the password and nothing else."""
    client = client_of(site)
    answer = client.post("/admin/login/", {"username": username, "password": PASSWORD, "next": "/admin/"})
    assert answer.status_code == 302
    return client


def send(client: Client, code: str) -> Any:
    return client.post(VERIFY, {"code": code, "next": "/admin/"})


@pytest.mark.parametrize("path", BEHIND)
def test_nothing_of_the_admin_opens_before_the_code(guangzhou: Site, path: str) -> None:
    client = password_only(guangzhou, "webmaster")
    for answer in (client.get(path), client.post(path, {})):
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith(VERIFY)
    scripted = client.get(path, HTTP_ACCEPT="application/json")
    assert (scripted.status_code, scripted.json()["address"]) == (403, VERIFY)
    # Control: the code opens it.
    assert send(client, code_now()).headers["Location"] == "/admin/"
    assert not client.get(path).headers.get("Location", "").startswith(VERIFY)


@pytest.mark.parametrize("username", DEMANDED)
def test_duties_that_need_it_are_asked(guangzhou: Site, username: str) -> None:
    client = password_only(guangzhou, username)
    assert client.get("/admin/").headers["Location"] == f"{VERIFY}?next=/admin/"
    send(client, code_now())
    assert client.get("/admin/").status_code == 200


def test_outside_the_admin_an_unfinished_session_is_nobody(guangzhou: Site) -> None:
    """Drafts' media are served to staff only."""
    media = "/media/images/missing.png"
    client = password_only(guangzhou, "webmaster")
    assert client.get(media).status_code == client_of(guangzhou).get(media).status_code
    assert client.get(media).headers.get("Location") == client_of(guangzhou).get(media).headers.get("Location")
    assert client.get("/map/").wsgi_request.user.is_authenticated is False
    send(client, code_now())
    assert client.get("/map/").wsgi_request.user.is_authenticated is True


@pytest.mark.parametrize("code", ["000000", "", "abc", "999999999", "１２３４５６", "ABCDE-23456"])
def test_a_wrong_code_opens_nothing(guangzhou: Site, code: str) -> None:
    client = password_only(guangzhou, "final")
    answer = send(client, code)
    assert answer.status_code == 200
    assert client.get("/admin/").headers["Location"].startswith(VERIFY)


def test_a_refused_code_is_recorded(guangzhou: Site) -> None:
    client = password_only(guangzhou, "final")
    send(client, "000000")
    (entry,) = AuditEntry.objects.filter(act="account.code")
    assert (entry.site, entry.person, entry.result) == ("guangzhou", "final", "refused")


def test_a_code_holds_once(guangzhou: Site) -> None:
    code = code_now()
    assert send(password_only(guangzhou, "final"), code).status_code == 302
    again = password_only(guangzhou, "final")
    assert send(again, code).status_code == 200
    assert again.get("/admin/").status_code == 302


def test_after_a_wrong_code_the_right_one_waits(guangzhou: Site) -> None:
    """A machine cannot try code after code; the answer does not say which of the two it was."""
    client = password_only(guangzhou, "final")
    wrong = send(client, "000000").content.decode()
    early = send(client, code_now()).content.decode()
    hidden = re.compile(r'(csrfmiddlewaretoken" value=|CSRF_TOKEN": )"\w+"')
    assert hidden.sub("", wrong) == hidden.sub("", early)
    with in_site(guangzhou):
        TOTPDevice.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)
    assert send(client, code_now()).status_code == 302


def test_a_new_key_is_given_to_the_session_that_showed_its_code(guangzhou: Site) -> None:
    client = password_only(guangzhou, "final")
    before = client.cookies["sessionid"].value
    send(client, code_now())
    assert client.cookies["sessionid"].value != before
    thief = client_of(guangzhou)
    thief.cookies["sessionid"] = before
    assert thief.get("/admin/").headers["Location"].startswith("/admin/login/")


def test_a_device_of_one_site_means_nothing_at_another(guangzhou: Site, shenzhen: Site) -> None:
    """Both people have the same key in the table; each device has its own secret and count."""
    here = client_of(guangzhou, "final")
    with in_site(guangzhou):
        persistent = device_of(Staff.objects.get(username="final")).persistent_id
    with in_site(shenzhen):
        TOTPDevice.objects.filter(user__username="final").delete()
    there = client_of(shenzhen, "final", is_verified=False)
    with in_site(shenzhen):
        session = there.session
        session["otp_device_id"] = persistent
        session.save()
    assert there.get("/admin/").headers["Location"].startswith(ENROL)
    assert here.get("/admin/").status_code == 200


@pytest.fixture
def newcomer(guangzhou: Site) -> Client:
    """A reviewer who has a password and no device yet, signed in."""
    with in_site(guangzhou):
        person = Staff.objects.create_user(username="newcomer", password=PASSWORD, display_name="新人")
        person.groups.set(Group.objects.filter(name__in=["初审"]))
    return password_only(guangzhou, "newcomer")


def enrol(client: Client, site: Site, username: str, **fields: str) -> Any:
    client.get(ENROL)
    with in_site(site):
        TOTPDevice.objects.filter(user__username=username, confirmed=False).update(key=b"12345678901234567890".hex())
    return client.post(ENROL, {"code": code_now(), "next": "/admin/", **fields})


def test_a_duty_that_needs_it_enrols_before_anything_else(guangzhou: Site, newcomer: Client) -> None:
    assert newcomer.get("/admin/").headers["Location"] == f"{ENROL}?next=/admin/"
    page = newcomer.get(ENROL).content.decode()
    with in_site(guangzhou):
        pending = TOTPDevice.objects.get(user__username="newcomer")
        shown = second_factor.key_of(pending)
    assert pending.confirmed is False
    assert shown in page
    assert len(shown.split()) == 8 and "<svg" in page
    # Control: the pending device's code opens nothing before it is confirmed here.
    assert newcomer.get("/admin/pages/").headers["Location"].startswith(ENROL)

    answer = enrol(newcomer, guangzhou, "newcomer")
    codes = re.findall(r"<code>([a-z2-9]{5}-[a-z2-9]{5})</code>", answer.content.decode())
    assert len(set(codes)) == 10
    assert newcomer.get("/admin/").status_code == 200
    with in_site(guangzhou):
        stored = set(StaticToken.objects.values_list("token", flat=True))
    assert len(stored) == 10
    assert not stored & {code.replace("-", "") for code in codes}


def test_a_wrong_code_enrols_nothing(guangzhou: Site, newcomer: Client) -> None:
    newcomer.get(ENROL)
    assert list(newcomer.post(ENROL, {"code": "000000"}).context["form"].errors) == ["code"]
    with in_site(guangzhou):
        assert TOTPDevice.objects.get(user__username="newcomer").confirmed is False
        assert StaticDevice.objects.filter(user__username="newcomer").count() == 0
    assert newcomer.get("/admin/").status_code == 302


def test_a_recovery_code_opens_once(guangzhou: Site, newcomer: Client) -> None:
    codes = re.findall(r"<code>([a-z2-9-]{11})</code>", enrol(newcomer, guangzhou, "newcomer").content.decode())
    first = password_only(guangzhou, "newcomer")
    assert send(first, codes[0].upper()).status_code == 302
    second = password_only(guangzhou, "newcomer")
    assert send(second, codes[0]).status_code == 200
    with in_site(guangzhou):
        StaticDevice.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)
    assert send(second, codes[1]).status_code == 302


def test_an_editor_may_enrol_and_is_asked_from_then_on(guangzhou: Site) -> None:
    with in_site(guangzhou):
        TOTPDevice.objects.filter(user__username="editor").delete()
    client = password_only(guangzhou, "editor")
    assert client.get("/admin/").status_code == 200
    assert enrol(client, guangzhou, "editor").status_code == 200
    assert password_only(guangzhou, "editor").get("/admin/").headers["Location"].startswith(VERIFY)


def test_replacing_needs_a_code_of_the_device_in_use(guangzhou: Site) -> None:
    client = client_of(guangzhou, "final")
    with in_site(guangzhou):
        before = TOTPDevice.objects.get(user__username="final", confirmed=True).pk
    refused = enrol(client, guangzhou, "final", current_code="000000")
    with in_site(guangzhou):
        assert TOTPDevice.objects.get(user__username="final", confirmed=True).pk == before
        TOTPDevice.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)
    assert list(refused.context["form"].errors) == ["current_code"]
    assert "恢复码只显示这一次" in enrol(client, guangzhou, "final", current_code=code_now()).content.decode()
    with in_site(guangzhou):
        assert TOTPDevice.objects.get(user__username="final", confirmed=True).pk != before
    assert client.get("/admin/").status_code == 200


def test_only_the_security_administrator_resets_never_the_own(guangzhou: Site) -> None:
    people = {name: staff(guangzhou, name) for name in ("final", "security", "webmaster")}
    with in_site(guangzhou):
        for acting, person in (("webmaster", "final"), ("security", "security"), ("final", "final")):
            with pytest.raises(NotAllowed):
                second_factor.reset(acting_user=people[acting], person=people[person])
            assert TOTPDevice.objects.filter(user=people[person], confirmed=True).count() == 1
        second_factor.reset(acting_user=people["security"], person=people["final"])
        assert TOTPDevice.objects.filter(user=people["final"]).count() == 0
    assert password_only(guangzhou, "final").get("/admin/").headers["Location"].startswith(ENROL)
