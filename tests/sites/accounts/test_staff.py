"""Staff belong to one site; no duty holds the right to publish."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.auth.tokens import default_token_generator
from wagtail.models import GroupPagePermission

from network.tenancy.api import Site, get_site, in_site
from sites.accounts.models import Staff
from sites.accounts.roles import ROLES
from sites.accounts.tokens import SiteTokenGenerator
from tests.factories.deliveries import work_off
from tests.factories.people import client_of, staff
from tests.factories.places import PASSWORD

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]
SLUGS = ["hub", "guangdong", "guangzhou"]


@pytest.mark.parametrize("slug", SLUGS)
def test_no_group_may_publish(db: None, slug: str) -> None:
    with in_site(get_site(slug)):
        held = set(GroupPagePermission.objects.values_list("permission__codename", flat=True))
        assert held == {"add_page", "change_page"}
        assert not Permission.objects.filter(
            group__isnull=False, codename__in=["publish_page", "bulk_delete_page"]
        ).exists()
        assert {group.name for group in Group.objects.all()} == {role.name for role in ROLES}


@pytest.mark.parametrize("slug", SLUGS)
def test_no_group_holds_rights_over_group_wide_tables(db: None, slug: str) -> None:
    with in_site(get_site(slug)):
        labels = set(Permission.objects.filter(group__isnull=False).values_list("content_type__app_label", flat=True))
    assert not {label for label in labels if label.startswith("network_") or label == "search"}


def test_a_session_of_one_site_is_nobody_at_another(guangzhou: Site, shenzhen: Site) -> None:
    client = client_of(guangzhou, "editor")
    assert client.get("/admin/").status_code == 200
    stranger = client_of(shenzhen)
    stranger.cookies = copy.deepcopy(client.cookies)
    answer = stranger.get("/admin/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/login/?next=/admin/")
    assert client.get("/admin/").status_code == 200


def test_a_password_of_one_site_opens_no_other(guangzhou: Site, shenzhen: Site) -> None:
    with in_site(guangzhou):
        person = Staff.objects.create_user(username="onlyhere", password=PASSWORD)
        person.groups.add(Group.objects.get(name="编辑"))
    form = {"username": "onlyhere", "password": PASSWORD, "next": "/admin/"}
    assert client_of(guangzhou).post("/admin/login/", form).status_code == 302
    assert client_of(shenzhen).post("/admin/login/", form).status_code == 200


def test_a_reset_token_holds_on_one_site(guangzhou: Site, shenzhen: Site) -> None:
    """Equal key, name, password, login: the row of a clone."""
    here, there = staff(guangzhou, "editor"), staff(shenzhen, "editor")
    assert here.pk == there.pk
    with in_site(shenzhen):
        Staff.objects.filter(pk=there.pk).update(password=here.password, last_login=here.last_login)
        there.refresh_from_db()
    generator = SiteTokenGenerator()
    with in_site(guangzhou):
        token = generator.make_token(here)
        stock = default_token_generator.make_token(here)
        assert generator.check_token(here, token) is True
    with in_site(shenzhen):
        assert generator.check_token(there, token) is False
        # Control: Django's own generator takes it there.
        assert default_token_generator.check_token(there, stock) is True


def test_the_admin_sends_tokens_of_its_site(guangzhou: Site, shenzhen: Site, mailoutbox: list[Any]) -> None:
    for site in (guangzhou, shenzhen):
        with in_site(site):
            person = Staff.objects.get(username="editor")
            person.email = "editor@example.gov.cn"
            person.password = staff(guangzhou, "editor").password
            person.save()
    client_of(guangzhou).post("/admin/password_reset/", {"email": "editor@example.gov.cn"})
    assert mailoutbox == []  # the answer does not wait for the mail, nor for who is known
    work_off()
    (mail,) = mailoutbox
    path = re.search(r"/admin/password_reset/confirm/\S+", mail.body).group()  # type: ignore[union-attr]
    assert client_of(shenzhen).get(path, follow=True).status_code == 200
    assert "new_password1" not in client_of(shenzhen).get(path, follow=True).content.decode()
    assert "new_password1" in client_of(guangzhou).get(path, follow=True).content.decode()
    assert "hub.localhost" not in mail.body


def test_the_system_user_cannot_sign_in(guangzhou: Site) -> None:
    system = staff(guangzhou, "system")
    assert (system.is_active, system.is_system, system.has_usable_password()) == (False, True, False)


def test_a_webmaster_makes_no_superuser(guangzhou: Site) -> None:
    """Rights on a site are duties; the form offers no way around them."""
    client = client_of(guangzhou, "webmaster")
    form = {
        "username": "newcomer",
        "display_name": "新人",
        "department": "",
        "email": "n@example.gov.cn",
        "first_name": "",
        "last_name": "",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "is_superuser": "on",
        "is_active": "on",
    }
    client.post("/admin/users/new/", form)
    with in_site(guangzhou):
        assert Staff.objects.filter(is_superuser=True).count() == 0
