"""What a password must be like, when a new one is due."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from network.audit.models import AuditEntry
from network.tenancy.api import Site, in_site
from sites.accounts.models import PasswordHistory, Staff
from sites.accounts.provisioning import open_accounts
from tests.factories.people import client_of, code_now
from tests.factories.places import PASSWORD

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]
NEW_PASSWORD = "/admin/new-password/"
NEW = "Fresh-horse-56"


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("Ab1-xyzzy", "password_too_short"),
        ("onlysmallletters", "password_too_plain"),
        ("smalland1234567", "password_too_plain"),
        ("Editor-99-xyz", "password_like_username"),
        ("rotide-99-XYZ", "password_like_username"),
        ("Password123", "password_too_common"),
    ],
)
def test_a_weak_password_is_refused(guangzhou: Site, password: str, code: str) -> None:
    with in_site(guangzhou):
        with pytest.raises(ValidationError) as refusal:
            validate_password(password, Staff.objects.get(username="editor"))
        assert code in {error.code for error in refusal.value.error_list}
        # Control
        validate_password(NEW, Staff.objects.get(username="editor"))


def test_none_of_the_last_five_comes_back(guangzhou: Site) -> None:
    with in_site(guangzhou):
        person = Staff.objects.get(username="editor")
        for number in range(1, 7):
            person.set_password(f"Horse-number-{number}")
            person.save()
        for number in range(2, 7):
            with pytest.raises(ValidationError):
                validate_password(f"Horse-number-{number}", person)
        validate_password("Horse-number-1", person)
        assert PasswordHistory.objects.filter(person=person).count() == 7


def sign_in(site: Site, username: str, password: str) -> Any:
    client = client_of(site)
    client.post("/admin/login/", {"username": username, "password": password, "next": "/admin/"})
    return client


def change(client: Any, old: str, new: str) -> Any:
    return client.post(NEW_PASSWORD, {"old_password": old, "new_password1": new, "new_password2": new})


def test_an_old_password_is_changed_before_anything_else(guangzhou: Site) -> None:
    with in_site(guangzhou):
        Staff.objects.filter(username="final").update(password_changed_at=timezone.now() - datetime.timedelta(days=90))
    client = client_of(guangzhou, "final")
    for path in ("/admin/", "/admin/pages/", "/admin/account/"):
        assert client.get(path).headers["Location"].startswith(NEW_PASSWORD)
    assert change(client, "wrong", NEW).status_code == 200
    assert change(client, PASSWORD, PASSWORD).status_code == 200
    assert client.get("/admin/").status_code == 302
    assert change(client, PASSWORD, NEW).status_code == 302
    assert client.get("/admin/").status_code == 200
    assert AuditEntry.objects.filter(act="account.password", person="final").count() == 1


def test_a_password_that_someone_else_set_is_changed_first(guangzhou: Site) -> None:
    entry = {"username": "newone", "name": "新人", "roles": ["editor"], "password_hash": make_password(PASSWORD)}
    with in_site(guangzhou):
        open_accounts(guangzhou, {"staff": [{**entry, "must_change_password": True}]})
        open_accounts(guangzhou, {"staff": [{**entry, "username": "demo-account"}]})
    fresh = sign_in(guangzhou, "newone", PASSWORD)
    assert fresh.get("/admin/").headers["Location"].startswith(NEW_PASSWORD)
    assert change(fresh, PASSWORD, NEW).status_code == 302
    assert fresh.get("/admin/").status_code == 200
    # Control: without the wish nothing is asked.
    assert sign_in(guangzhou, "demo-account", PASSWORD).get("/admin/").status_code == 200


def test_the_webmaster_sets_a_password_for_one_sign_in(guangzhou: Site) -> None:
    webmaster = client_of(guangzhou, "webmaster")
    with in_site(guangzhou):
        person = Staff.objects.get(username="editor")
        editors = list(person.groups.values_list("pk", flat=True))
        TOTPDevice.objects.filter(user=person).delete()
    form = {
        "display_name": "编辑",
        "department": "",
        "email": "",
        "password1": NEW,
        "password2": NEW,
        "is_active": "on",
        "groups": editors,
    }
    assert webmaster.post(f"/admin/users/edit/{person.pk}/", form).status_code == 302
    client = sign_in(guangzhou, "editor", NEW)
    assert client.get("/admin/").headers["Location"].startswith(NEW_PASSWORD)
    assert AuditEntry.objects.filter(act="account.set_password", person="webmaster").count() == 1


def test_the_second_factor_comes_before_the_new_password(guangzhou: Site) -> None:
    with in_site(guangzhou):
        Staff.objects.filter(username="final").update(must_change_password=True)
    client = sign_in(guangzhou, "final", PASSWORD)
    assert client.get(NEW_PASSWORD).headers["Location"].startswith("/admin/second-factor/verify/")
    client.post("/admin/second-factor/verify/", {"code": code_now()})
    assert client.get("/admin/").headers["Location"].startswith(NEW_PASSWORD)
