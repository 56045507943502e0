"""Five failures lock an account for an address; the answers say nothing about who exists."""

from __future__ import annotations

import datetime
import re
import statistics
import time
from typing import Any

import pytest
import time_machine
from axes.models import AccessAttempt
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from network.audit.models import AuditEntry
from network.errors import NotAllowed
from network.tenancy.api import Site, in_site
from sites.accounts import lockout
from tests.factories.people import client_of, code_now, staff
from tests.factories.places import PASSWORD

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]
TOKEN = re.compile(r'(csrfmiddlewaretoken" value=|CSRF_TOKEN": )"\w+"')
VERIFY = "/admin/second-factor/verify/"


def try_password(client: Client, username: str, password: str, **extra: Any) -> Any:
    return client.post("/admin/login/", {"username": username, "password": password, "next": "/admin/"}, **extra)


def fail(site: Site, username: str, times: int, **extra: Any) -> list[Any]:
    return [try_password(client_of(site), username, "not-the-password", **extra) for _time in range(times)]


def body(answer: Any, username: str) -> str:
    return TOKEN.sub("", answer.content.decode()).replace(username, "NAME")


@pytest.mark.parametrize("username", ["editor", "nobody"])
def test_five_failures_lock(guangzhou: Site, username: str) -> None:
    answers = fail(guangzhou, username, 5)
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
    assert try_password(client_of(guangzhou), username, PASSWORD).status_code == 429


def test_four_failures_do_not(guangzhou: Site) -> None:
    fail(guangzhou, "editor", 4)
    assert try_password(client_of(guangzhou), "editor", PASSWORD).status_code == 302


def test_a_lock_is_of_one_site_one_account_one_address(guangzhou: Site, shenzhen: Site) -> None:
    fail(guangzhou, "editor", 5)
    assert try_password(client_of(guangzhou), "editor", PASSWORD).status_code == 429
    assert try_password(client_of(shenzhen), "editor", PASSWORD).status_code == 302
    assert try_password(client_of(guangzhou), "editor2", PASSWORD).status_code == 302
    assert try_password(client_of(guangzhou), "editor", PASSWORD, REMOTE_ADDR="198.51.100.7").status_code == 302


def test_a_lock_lasts_fifteen_minutes(guangzhou: Site) -> None:
    start = datetime.datetime(2026, 11, 25, 9, 0, tzinfo=datetime.UTC)
    with time_machine.travel(start, tick=False) as clock:
        fail(guangzhou, "editor", 5)
        clock.move_to(start + datetime.timedelta(minutes=14))
        assert try_password(client_of(guangzhou), "editor", PASSWORD).status_code == 429
        clock.move_to(start + datetime.timedelta(minutes=15, seconds=1))
        assert try_password(client_of(guangzhou), "editor", PASSWORD).status_code == 302


def test_the_address_is_what_the_front_server_wrote(guangzhou: Site, settings: Any) -> None:
    """Without a front server of ours a header is a claim; with it the header is what it wrote."""
    for number in range(5):
        fail(guangzhou, "editor", 1, HTTP_X_FORWARDED_FOR=f"203.0.113.{number}")
    assert try_password(client_of(guangzhou), "editor", PASSWORD, HTTP_X_FORWARDED_FOR="203.0.113.9").status_code == 429
    settings.MEDIA_PROXY = True
    assert try_password(client_of(guangzhou), "editor", PASSWORD, HTTP_X_FORWARDED_FOR="203.0.113.9").status_code == 302
    fail(guangzhou, "editor", 5, HTTP_X_FORWARDED_FOR="203.0.113.10")
    with in_site(guangzhou):
        addresses = {lock["ip_address"] for lock in lockout.locked_accounts()}
    assert addresses == {"127.0.0.1", "203.0.113.10"}


def test_known_and_unknown_get_the_same_answer(guangzhou: Site) -> None:
    known, unknown = fail(guangzhou, "editor", 5), fail(guangzhou, "nobody", 5)
    assert [body(answer, "editor") for answer in known] == [body(answer, "nobody") for answer in unknown]
    for path, field in (("/admin/password_reset/", "email"),):
        answers = [
            client_of(guangzhou).post(path, {field: address})
            for address in ("editor@example.gov.cn", "x@example.gov.cn")
        ]
        assert len({(answer.status_code, answer.headers["Location"]) for answer in answers}) == 1


def test_known_and_unknown_take_the_same_time(guangzhou: Site, settings: Any) -> None:
    """With the real hashing, which is where the time goes."""
    settings.PASSWORD_HASHERS = ["deploy.demo.hashers.DemoArgon2PasswordHasher"]
    with in_site(guangzhou):
        person = staff(guangzhou, "editor")
        person.set_password(PASSWORD)
        person.save()
    seconds: dict[str, list[float]] = {"editor": [], "nobody": []}
    for number in range(40):
        for username, taken in seconds.items():
            client = client_of(guangzhou)
            began = time.perf_counter()
            try_password(client, username, "not-the-password", REMOTE_ADDR=f"198.51.100.{number}")
            taken.append(time.perf_counter() - began)
    medians = {username: statistics.median(taken) for username, taken in seconds.items()}
    assert 0.7 < medians["editor"] / medians["nobody"] < 1.4


def test_wrong_codes_lock_too_and_a_right_password_does_not_wipe_them(guangzhou: Site) -> None:
    def wrong_code() -> Any:
        client = client_of(guangzhou)
        answer = try_password(client, "final", PASSWORD)
        if answer.status_code != 302:
            return answer
        return client.post(VERIFY, {"code": "000000"})

    assert [wrong_code().status_code for _time in range(5)] == [200, 200, 200, 200, 429]
    assert wrong_code().status_code == 429
    with in_site(guangzhou):
        TOTPDevice.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)
        AccessAttempt.objects.all().delete()
    client = client_of(guangzhou)
    try_password(client, "final", PASSWORD)
    assert client.post(VERIFY, {"code": code_now()}).status_code == 302


def test_a_whole_sign_in_forgets_earlier_failures(guangzhou: Site) -> None:
    fail(guangzhou, "final", 4)
    client = client_of(guangzhou)
    try_password(client, "final", PASSWORD)
    with in_site(guangzhou):
        assert AccessAttempt.objects.get().failures_since_start == 4
    client.post(VERIFY, {"code": code_now()})
    with in_site(guangzhou):
        assert AccessAttempt.objects.count() == 0


def test_the_security_administrator_unlocks(guangzhou: Site) -> None:
    fail(guangzhou, "editor", 5)
    security, webmaster = client_of(guangzhou, "security"), client_of(guangzhou, "webmaster")
    assert 'data-locked="editor"' in security.get("/admin/security/accounts/").content.decode()
    assert webmaster.get("/admin/security/accounts/").status_code == 403
    assert webmaster.post("/admin/security/accounts/unlock/", {"username": "editor"}).status_code == 403
    assert try_password(client_of(guangzhou), "editor", PASSWORD).status_code == 429
    assert security.post("/admin/security/accounts/unlock/", {"username": "editor"}).status_code == 302
    assert try_password(client_of(guangzhou), "editor", PASSWORD).status_code == 302
    entry = AuditEntry.objects.get(act="account.unlock")
    assert (entry.site, entry.person, entry.object_id) == ("guangzhou", "security", "editor")


def test_nobody_unlocks_the_own_account(guangzhou: Site) -> None:
    fail(guangzhou, "security", 5)
    person = staff(guangzhou, "security")
    with in_site(guangzhou):
        with pytest.raises(NotAllowed):
            lockout.unlock(acting_user=person, username="security")
        assert len(lockout.locked_accounts()) == 1


def test_failures_and_locks_are_recorded_without_what_cannot_be_a_name(guangzhou: Site) -> None:
    fail(guangzhou, "editor", 5)
    fail(guangzhou, "Meine Passphrase!", 1)
    refused = AuditEntry.objects.filter(act="account.sign_in", result="refused").values_list("person", flat=True)
    assert sorted(refused) == ["-", *["editor"] * 5]
    assert AuditEntry.objects.filter(act="account.lock", person="editor").count() == 1
    with in_site(guangzhou):
        assert not AccessAttempt.objects.filter(post_data__contains="not-the-password").exists()
