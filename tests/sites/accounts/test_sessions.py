"""A session ends on the server: by idleness, by age, with its account."""

from __future__ import annotations

import datetime

import pytest
import time_machine
from django.utils import timezone

from network.audit.models import AuditEntry
from network.tenancy.api import Site, in_site
from sites.accounts.models import Staff
from sites.accounts.tokens import SiteTokenGenerator
from tests.factories.people import client_of, code_now, staff
from tests.factories.places import PASSWORD

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]
PING = "/admin/editing-sessions/ping/wagtailcore/page/2/1/"
START = datetime.datetime(2026, 11, 25, 9, 0, tzinfo=datetime.UTC)


def after(minutes: float) -> datetime.datetime:
    return START + datetime.timedelta(minutes=minutes)


def test_fifteen_idle_minutes_end_it(guangzhou: Site) -> None:
    with time_machine.travel(START, tick=False) as clock:
        client, busy = client_of(guangzhou, "editor"), client_of(guangzhou, "editor2")
        for minute in (10, 14.5):
            clock.move_to(after(minute))
            assert busy.get("/admin/").status_code == 200
        clock.move_to(after(15))
        answer = client.get("/admin/")
        assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/login/?next=/admin/")
        assert client.get("/admin/").status_code == 302
        assert "长时间没有操作" in client.get("/admin/login/").content.decode()
        assert "长时间没有操作" not in client.get("/admin/login/").content.decode()
        assert busy.get("/admin/").status_code == 200
    entry = AuditEntry.objects.get(act="account.session_end")
    assert (entry.person, entry.detail["reason"]) == ("editor", "idle")


def test_eight_hours_end_a_busy_one(guangzhou: Site) -> None:
    with time_machine.travel(START, tick=False) as clock:
        client = client_of(guangzhou, "editor")
        for minute in range(10, 480, 10):
            clock.move_to(after(minute))
            assert client.get("/admin/account/").status_code == 200
        clock.move_to(after(480))
        assert client.get("/admin/").headers["Location"].startswith("/admin/login/")


def test_the_ping_of_an_open_editor_keeps_nothing_alive(guangzhou: Site) -> None:
    with time_machine.travel(START, tick=False) as clock:
        client = client_of(guangzhou, "editor")
        for minute in range(1, 15):
            clock.move_to(after(minute))
            assert client.post(PING).headers.get("Location", "").startswith("/admin/login/") is False
        clock.move_to(after(15))
        assert client.get("/admin/").headers["Location"].startswith("/admin/login/")


def test_an_ended_session_is_nobody_outside_the_admin(guangzhou: Site) -> None:
    with time_machine.travel(START, tick=False) as clock:
        client = client_of(guangzhou, "editor")
        assert client.get("/map/").wsgi_request.user.is_authenticated is True
        clock.move_to(after(15))
        assert client.get("/map/").wsgi_request.user.is_authenticated is False


def test_a_session_whose_beginning_is_unknown_is_over(guangzhou: Site) -> None:
    client = client_of(guangzhou, "editor")
    with in_site(guangzhou):
        session = client.session
        del session["accounts_started"]
        session.save()
    assert client.get("/admin/").headers["Location"].startswith("/admin/login/")


def test_remember_me_is_no_way_around(guangzhou: Site) -> None:
    form = {"username": "editor2", "password": PASSWORD, "next": "/admin/", "remember": "on"}
    with time_machine.travel(START, tick=False) as clock:
        client = client_of(guangzhou)
        client.post("/admin/login/", form)
        assert client.get("/admin/").headers["Location"].startswith("/admin/second-factor/verify/")
        client.post("/admin/second-factor/verify/", {"code": code_now()})
        assert client.get("/admin/").status_code == 200
        clock.move_to(after(15))
        assert client.get("/admin/").headers["Location"].startswith("/admin/login/")


def test_the_key_of_a_session_changes_at_sign_in(guangzhou: Site) -> None:
    client = client_of(guangzhou)
    with in_site(guangzhou):
        session = client.session
        session["planted"] = "yes"
        session.save()
    planted = client.cookies["sessionid"].value
    client.post("/admin/login/", {"username": "editor", "password": PASSWORD, "next": "/admin/"})
    assert client.cookies["sessionid"].value != planted


def test_a_leaver_is_out_at_the_next_request(guangzhou: Site, shenzhen: Site) -> None:
    leaver, stays, elsewhere = (
        client_of(guangzhou, "editor"),
        client_of(guangzhou, "editor2"),
        client_of(shenzhen, "editor"),
    )
    generator = SiteTokenGenerator()
    with in_site(guangzhou):
        person = Staff.objects.get(username="editor")
        token = generator.make_token(person)
        assert generator.check_token(person, token) is True
        Staff.objects.filter(pk=person.pk).update(is_active=False)
        person.refresh_from_db()
        assert generator.check_token(person, token) is False
    assert leaver.get("/admin/").headers["Location"].startswith("/admin/login/")
    assert leaver.get("/map/").wsgi_request.user.is_authenticated is False
    assert stays.get("/admin/").status_code == 200
    assert elsewhere.get("/admin/").status_code == 200


def test_a_superuser_does_not_get_in(guangzhou: Site) -> None:
    client = client_of(guangzhou, "webmaster")
    with in_site(guangzhou):
        Staff.objects.filter(username="webmaster").update(is_superuser=True)
    assert client.get("/admin/").headers["Location"].startswith("/admin/login/")
    form = {"username": "webmaster", "password": PASSWORD, "next": "/admin/"}
    assert client_of(guangzhou).post("/admin/login/", form).status_code == 200
    with in_site(guangzhou):
        Staff.objects.filter(username="webmaster").update(is_superuser=False)
    assert client_of(guangzhou).post("/admin/login/", form).status_code == 302


def test_a_changed_password_ends_the_other_sessions(guangzhou: Site) -> None:
    here, elsewhere = client_of(guangzhou, "editor"), client_of(guangzhou, "editor")
    words = {"old_password": PASSWORD, "new_password1": "Other-horse-34", "new_password2": "Other-horse-34"}
    profile = {
        "name_email-email": "",
        "locale-preferred_language": "zh-hans",
        "locale-current_time_zone": "Asia/Shanghai",
        "theme-theme": "system",
        "theme-contrast": "system",
        "theme-density": "default",
        "theme-keyboard_shortcuts": "on",
    }
    wrong = here.post(
        "/admin/account/", {**profile, **{f"password-{k}": v for k, v in words.items()}, "password-old_password": "x"}
    )
    assert wrong.status_code == 200
    assert elsewhere.get("/admin/").status_code == 200
    done = here.post("/admin/account/", {**profile, **{f"password-{k}": v for k, v in words.items()}})
    assert done.status_code == 302
    assert here.get("/admin/").status_code == 200
    assert elsewhere.get("/admin/").headers["Location"].startswith("/admin/login/")
    assert timezone.now() - staff(guangzhou, "editor").password_changed_at < datetime.timedelta(minutes=1)


@pytest.mark.parametrize("path", ["/admin/", "/admin/account/", "/admin/second-factor/enrol/"])
def test_back_after_signing_out_shows_nothing(guangzhou: Site, path: str) -> None:
    client = client_of(guangzhou, "editor")
    assert "no-store" in client.get(path).headers["Cache-Control"]
    client.post("/admin/logout/")
    assert client.get(path).status_code == 302
