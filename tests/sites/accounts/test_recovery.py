"""The operator lets a person in again: one account, one sign-in, told in the log."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from network.audit.models import AuditEntry
from network.tenancy.api import Site, in_site
from sites.accounts.models import Staff
from sites.accounts.second_factor import confirmed_device
from tests.factories.people import client_of, staff
from tests.factories.places import PASSWORD

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]
REASON = "口令遗忘，已当面核实身份"


def recovered(site: Site, username: str, *more: str) -> str:
    out = io.StringIO()
    call_command("recover_account", site.slug, username, "--reason", REASON, *more, stdout=out)
    return out.getvalue().splitlines()[0].rpartition("：")[2]


def opens(site: Site, password: str) -> bool:
    answer = client_of(site).post("/admin/login/", {"username": "security", "password": password, "next": "/admin/"})
    return answer.status_code == 302


def test_a_security_administrator_gets_in_and_must_change_the_password(guangzhou: Site, shenzhen: Site) -> None:
    inside = client_of(guangzhou, "security")
    assert inside.get("/admin/").status_code == 200
    password = recovered(guangzhou, "security")
    assert inside.get("/admin/").status_code == 302
    with in_site(guangzhou):
        person = Staff.objects.get(username="security")
        assert person.must_change_password
        assert confirmed_device(person) is not None
    assert (opens(guangzhou, PASSWORD), opens(guangzhou, password)) == (False, True)
    # The account of the same name at another site is another account.
    assert opens(shenzhen, PASSWORD)
    (entry,) = AuditEntry.objects.filter(act="account.recover")
    assert (entry.site, entry.person, entry.detail["reason"]) == ("guangzhou", "operator", REASON)
    assert password not in str(AuditEntry.objects.values_list("detail", flat=True))


def test_a_lost_device_is_forgotten_when_asked(guangzhou: Site) -> None:
    client_of(guangzhou, "security")
    recovered(guangzhou, "security", "--second-factor")
    with in_site(guangzhou):
        assert confirmed_device(Staff.objects.get(username="security")) is None


@pytest.mark.parametrize(
    ("site", "username", "reason", "said"),
    [
        ("guangzhou", "nobody", REASON, "没有用户名为“nobody”"),
        ("nowhere", "security", REASON, "nowhere"),
        ("guangzhou", "editor", REASON, "已停用"),
        ("guangzhou", "security", "  ", "写明缘由"),
    ],
)
def test_a_refusal_changes_nothing(guangzhou: Site, site: str, username: str, reason: str, said: str) -> None:
    with in_site(guangzhou):
        Staff.objects.filter(username="editor").update(is_active=False)
    before = staff(guangzhou, "security").password, staff(guangzhou, "editor").password
    with pytest.raises(CommandError, match=said):
        call_command("recover_account", site, username, "--reason", reason)
    assert (staff(guangzhou, "security").password, staff(guangzhou, "editor").password) == before
    assert AuditEntry.objects.filter(act="account.recover").count() == 0
