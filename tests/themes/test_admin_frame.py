"""The frame of the admin says what Wagtail's says, to each person their own, at once when it changes."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.template import engines
from django.test import RequestFactory
from django.utils.translation import override
from wagtail.admin.templatetags import wagtailadmin_tags
from wagtail.users.models import UserProfile

from network.tenancy.api import Site, in_site
from sites.accounts.models import Staff
from sites.accounts.roles import ROLE_BY_KEY
from tests.factories.people import client_of, staff

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]

TAGS = "{% load wagtailadmin_tags %}{% sidebar_props %}"
SHORTCUTS = "{% load wagtailadmin_tags %}{% keyboard_shortcuts_dialog %}"


def request_of(site: Site, person: Staff, **headers: Any) -> Any:
    request = RequestFactory().get("/admin/", **headers)
    request.tenant, request.user = site, person
    return request


def written(text: str, request: Any) -> str:
    return engines["django"].from_string(text).render({}, request)


@pytest.mark.parametrize("username", ["webmaster", "editor", "final", "manager", "security", "auditor"])
def test_a_sidebar_is_the_one_that_wagtail_writes(guangdong: Site, username: str) -> None:
    with in_site(guangdong):
        person = Staff.objects.filter(username=username).first()
        assert person is not None
        for language in ("zh-hans", "en"):
            with override(language):
                request = request_of(guangdong, person)
                wanted = wagtailadmin_tags.sidebar_props({"request": request})
                for _time in range(2):
                    assert written(TAGS, request) == wanted


def test_a_duty_given_or_taken_back_shows_at_the_next_screen(guangdong: Site) -> None:
    def labels() -> list[str]:
        page = client.get("/admin/").content.decode()
        found = re.search(r'<script id="wagtail-sidebar-props" type="application/json">(.*?)</script>', page)
        assert found is not None
        return re.findall(r'"label": "([^"]+)"', json.dumps(json.loads(found[1]), ensure_ascii=False))

    client = client_of(guangdong, "editor")
    assert "导入旧站" not in labels()
    with in_site(guangdong):
        group = Group.objects.get(name=ROLE_BY_KEY["final_reviewer"].name)
        staff(guangdong, "editor").groups.add(group)
    assert "导入旧站" in labels()
    with in_site(guangdong):
        staff(guangdong, "editor").groups.remove(group)
    assert "导入旧站" not in labels()


def test_two_people_of_two_sites_have_their_own_names(guangdong: Site, hebei: Site) -> None:
    for site, name in ((guangdong, "粤编辑"), (hebei, "冀编辑")):
        with in_site(site):
            Staff.objects.filter(username="editor").update(first_name=name)
            text = written(TAGS, request_of(site, Staff.objects.get(username="editor")))
        assert json.dumps(name)[1:-1] in text


def test_the_table_of_shortcuts_follows_keyboard_and_choice(guangdong: Site) -> None:
    with in_site(guangdong):
        person = Staff.objects.get(username="editor")
        plain = written(SHORTCUTS, request_of(guangdong, person))
        assert written(SHORTCUTS, request_of(guangdong, person)) == plain
        assert "⌘" not in plain
        assert "⌘" in written(SHORTCUTS, request_of(guangdong, person, HTTP_USER_AGENT="Macintosh; Mac OS X"))
        UserProfile.objects.update_or_create(user=person, defaults={"keyboard_shortcuts": False})
        off = written(SHORTCUTS, request_of(guangdong, Staff.objects.get(pk=person.pk)))
        assert "help-warning" in off and "help-warning" not in plain
