"""A name is one person's for ever: plain, not changed, not used again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import DatabaseError, IntegrityError, transaction

from network.errors import InvalidValue
from network.tenancy.api import Site, in_site
from sites.accounts.models import Staff
from sites.accounts.provisioning import open_accounts
from tests.factories.people import client_of
from tests.factories.places import PASSWORD

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]
LOOK_ALIKES = ["Admin", "ADMIN", "ａｄｍｉｎ", "аdmin", "admin ", "ad min", "管理员", "-admin", "admin\n", ""]


def creation(username: str, **changes: Any) -> dict[str, Any]:
    return {
        "username": username,
        "display_name": "新人",
        "department": "",
        "email": "",
        "password1": PASSWORD,
        "password2": PASSWORD,
        **changes,
    }


@pytest.mark.parametrize("username", LOOK_ALIKES)
def test_look_alikes_cannot_stand_beside_a_name(guangzhou: Site, username: str) -> None:
    """Held by the form, by provisioning, by the database."""
    entry = {"username": username, "name": "新人", "roles": [], "password_hash": make_password(PASSWORD)}
    with in_site(guangzhou):
        Staff.objects.create_user(username="admin", password=PASSWORD)
        before = Staff.objects.count()
        with pytest.raises(IntegrityError), transaction.atomic():
            Staff.objects.bulk_create([Staff(username=username)])
        with pytest.raises(InvalidValue):
            open_accounts(guangzhou, {"staff": [entry]})
    if username.strip() == username:  # a form takes off the spaces around a name
        answer = client_of(guangzhou, "webmaster").post("/admin/users/new/", creation(username))
        assert answer.status_code == 200
    with in_site(guangzhou):
        assert Staff.objects.count() == before


def test_a_plain_name_opens_an_account(guangzhou: Site) -> None:
    answer = client_of(guangzhou, "webmaster").post("/admin/users/new/", creation("zhang.san-2"))
    assert answer.status_code == 302
    with in_site(guangzhou):
        person = Staff.objects.get(username="zhang.san-2")
    assert (person.display_name, person.must_change_password, person.is_superuser) == ("新人", True, False)


def test_a_name_on_screen_is_asked_for(guangzhou: Site) -> None:
    answer = client_of(guangzhou, "webmaster").post("/admin/users/new/", creation("zhangsan", display_name=" "))
    assert answer.status_code == 200
    with in_site(guangzhou):
        assert not Staff.objects.filter(username="zhangsan").exists()


def test_a_closed_accounts_name_is_not_used_again(guangzhou: Site) -> None:
    with in_site(guangzhou):
        Staff.objects.filter(username="editor2").update(is_active=False)
    answer = client_of(guangzhou, "webmaster").post("/admin/users/new/", creation("editor2"))
    assert "用户名不重复使用" in answer.content.decode()
    with in_site(guangzhou):
        assert Staff.objects.get(username="editor2").is_active is False


def test_a_visitors_name_has_a_shape_that_no_form_takes(guangzhou: Site) -> None:
    with in_site(guangzhou):
        Staff.objects.create(username="webmaster@guangdong#12")
        before = Staff.objects.count()
    assert client_of(guangzhou, "webmaster").post("/admin/users/new/", creation("x@hub#1")).status_code == 200
    with in_site(guangzhou):
        assert Staff.objects.count() == before


@pytest.mark.django_db(transaction=True)
def test_accounts_are_neither_deleted_nor_renamed_by_any_role(
    guangzhou: Site, owner: Callable[[], AbstractContextManager[None]]
) -> None:
    def attempts() -> None:
        with in_site(guangzhou):
            person = Staff.objects.get(username="editor2")
            for act in (
                lambda: Staff.objects.filter(pk=person.pk)._raw_delete("default"),
                lambda: Staff.objects.filter(pk=person.pk).update(username="someone"),
            ):
                with pytest.raises(DatabaseError), transaction.atomic():
                    act()
            assert Staff.objects.get(pk=person.pk).username == "editor2"
            # Control: what is no name changes.
            assert Staff.objects.filter(pk=person.pk).update(department="办公室") == 1

    attempts()
    with owner():
        attempts()


def test_no_screen_deletes_an_account(guangzhou: Site) -> None:
    client = client_of(guangzhou, "webmaster")
    with in_site(guangzhou):
        person = Staff.objects.get(username="editor2")
        editors = Group.objects.get(name="编辑").pk
    assert client.post(f"/admin/users/delete/{person.pk}/").status_code in (302, 403)
    for action in ("delete", "assign_role", "set_active_state"):
        answer = client.post(
            f"/admin/bulk/sites_accounts/staff/{action}/?id={person.pk}",
            {"role": editors, "mark_as_active": "False"},
        )
        assert answer.status_code in (302, 403, 404)
    with in_site(guangzhou):
        again = Staff.objects.get(pk=person.pk)
        assert (again.is_active, list(again.groups.values_list("name", flat=True))) == (True, ["编辑"])
    listed = client.get("/admin/users/").content.decode()
    assert "/admin/users/delete/" not in listed
    assert "data-bulk-action-checkbox" not in listed
    assert "data-bulk-action-select-all-checkbox" not in listed
