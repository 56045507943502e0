"""A visitor from above: what the account may do, who sees it, how it ends."""

from __future__ import annotations

import copy
import datetime

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.test import Client, RequestFactory
from django.utils import timezone

from network.audit.models import AuditEntry
from network.entry.models import Visit
from network.outbox.api import drain
from network.outbox.models import Work
from network.tenancy.api import Site, in_site
from sites.accounts.models import Staff
from sites.editing.models import DutyTask
from sites.editing.queries import may_decide
from sites.pages.models import ArticlePage, ColumnPage
from tests.factories.articles import draft_article, reviewed_article, submit
from tests.factories.entering import visitor
from tests.factories.people import client_of
from tests.factories.places import PASSWORD

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]


def account(site: Site) -> Staff:
    """The latest visitor's account of a site."""
    with in_site(site):
        return Staff.objects.filter(visit_id__isnull=False).latest("id")


def is_inside(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def test_the_account_says_who_and_whence(hub: Site, guangzhou: Site) -> None:
    visitor(hub, guangzhou)
    (visit,) = Visit.objects.all()
    held = account(guangzhou)
    assert held.username == f"manager@hub#{visit.pk}"
    assert (str(held), held.department) == ("manager（工商总局来访）", "工商总局")
    assert (held.is_superuser, held.has_usable_password()) == (False, False)


def test_a_visitor_holds_the_webmasters_duty_and_no_other(hub: Site, guangdong: Site) -> None:
    client = visitor(hub, guangdong)
    held = account(guangdong)
    with in_site(guangdong):
        assert [group.name for group in held.groups.all()] == ["站点管理"]
        assert held.has_perm("sites_accounts.take_down")
        for right in ("manage_network", "manage_security", "read_audit"):
            assert not held.has_perm(f"sites_accounts.{right}")
    assert client.get("/admin/network/items/").status_code == 404
    assert client.get("/admin/network/entry/").status_code == 404


def test_a_visitor_writes_and_reviews_nothing(hub: Site, guangzhou: Site) -> None:
    draft, live = draft_article(guangzhou), reviewed_article(guangzhou)
    with in_site(guangzhou):
        column = ColumnPage.objects.get(key="tzgg").pk
        submit(draft)
        task = DutyTask.objects.first()
    inside = visitor(hub, guangzhou)
    for address in (
        f"/admin/pages/{draft.pk}/edit/",
        f"/admin/pages/{live.pk}/edit/",
        f"/admin/pages/{column}/edit/",
        f"/admin/pages/add/sites_pages/articlepage/{column}/",
        f"/admin/pages/{live.pk}/copy/",
        f"/admin/pages/{live.pk}/move/",
        f"/admin/pages/{live.pk}/delete/",
    ):
        assert inside.get(address).status_code == 302, address
        assert inside.post(address, {"title": "改过"}).status_code == 302, address
    held = account(guangzhou)
    with in_site(guangzhou):
        held.groups.add(task.group)
        assert not may_decide(task, ArticlePage.objects.get(pk=draft.pk), held)
        # Control: the person of the duty may.
        assert may_decide(task, ArticlePage.objects.get(pk=draft.pk), Staff.objects.get(username="reviewer"))
        assert not ArticlePage.objects.filter(title="改过").exists()
    # Control: the site's own webmaster edits.
    assert client_of(guangzhou, "webmaster").get(f"/admin/pages/{live.pk}/edit/").status_code == 200


def test_what_a_visitor_does_is_recorded_under_person_and_home(hub: Site, guangzhou: Site) -> None:
    live = reviewed_article(guangzhou)
    inside = visitor(hub, guangzhou)
    assert inside.post(f"/admin/pages/{live.pk}/unpublish/").status_code == 302
    entries = AuditEntry.objects.filter(act="page.take_down", object_id=live.pk)
    assert {(entry.site, entry.person) for entry in entries} == {("guangzhou", account(guangzhou).username)}
    with in_site(guangzhou):
        assert not ArticlePage.objects.get(pk=live.pk).live


def test_the_account_opens_by_no_password(hub: Site, guangzhou: Site) -> None:
    visitor(hub, guangzhou)
    held = account(guangzhou)
    with in_site(guangzhou):
        with pytest.raises(IntegrityError, match="visitor_has_no_password"), transaction.atomic():
            held.set_password(PASSWORD)
            held.save()
        held.set_password(PASSWORD)
        assert not held.check_password(PASSWORD)
        held.refresh_from_db()
        assert authenticate(RequestFactory().post("/admin/login/"), username=held.username, password=PASSWORD) is None
    form = {"username": held.username, "password": PASSWORD, "next": "/admin/"}
    assert client_of(guangzhou).post("/admin/login/", form).status_code == 200
    # Control: a person of the site signs in with this very form.
    assert client_of(guangzhou).post("/admin/login/", {**form, "username": "editor"}).status_code == 302


def test_no_reset_is_sent_to_a_visitor(hub: Site, guangzhou: Site, mailoutbox: list[object]) -> None:
    visitor(hub, guangzhou)
    with in_site(guangzhou):
        Staff.objects.filter(visit_id__isnull=False).update(email="v@example.gov.cn")
        Staff.objects.filter(username="editor").update(email="e@example.gov.cn")
    client_of(guangzhou).post("/admin/password_reset/", {"email": "v@example.gov.cn"})
    drain()
    assert mailoutbox == []
    client_of(guangzhou).post("/admin/password_reset/", {"email": "e@example.gov.cn"})
    drain()
    assert len(mailoutbox) == 1


def test_the_sites_webmaster_changes_no_visitors_account(hub: Site, guangzhou: Site) -> None:
    visitor(hub, guangzhou)
    held = account(guangzhou)
    webmaster = client_of(guangzhou, "webmaster")
    form = {"username": "renamed", "display_name": "改名", "department": "", "email": "x@example.gov.cn"}
    form |= {"password1": PASSWORD, "password2": PASSWORD, "is_active": "on"}
    webmaster.post(f"/admin/users/edit/{held.pk}/", form)
    with in_site(guangzhou):
        role = Group.objects.get(name="终审").pk
    give = "/admin/bulk/sites_accounts/staff/assign_role/?next=/admin/users/&id="
    assert webmaster.post(f"{give}{held.pk}", {"role": role}).status_code == 403
    fresh = account(guangzhou)
    with in_site(guangzhou):
        assert (fresh.username, fresh.password, str(fresh)) == (held.username, held.password, str(held))
        assert [group.name for group in fresh.groups.all()] == ["站点管理"]


def test_the_banner_stands_on_every_page_of_the_visitor_only(hub: Site, guangzhou: Site) -> None:
    inside, own = visitor(hub, guangzhou, purpose="检查用户清单"), client_of(guangzhou, "webmaster")
    for address in ("/admin/", "/admin/pages/", "/admin/users/", "/admin/entry/visits/"):
        page = inside.get(address, follow=True).content.decode()
        assert "data-visit=" in page
        assert "您以工商总局 manager 的身份进入，事由：检查用户清单，剩余 60 分钟" in page
        assert "gs-visit-banner" not in own.get(address, follow=True).content.decode()


def test_the_visited_site_sees_who_is_inside_others_do_not(hub: Site, guangzhou: Site, shenzhen: Site) -> None:
    visitor(hub, guangzhou, purpose="检查用户清单")
    for username, may_end in (("webmaster", True), ("editor", False)):
        page = client_of(guangzhou, username).get("/admin/").content.decode()
        assert "检查用户清单" in page
        assert "现在有 1 人在站内" in page
        assert ("结束来访" in page) is may_end
    assert "检查用户清单" not in client_of(shenzhen, "webmaster").get("/admin/").content.decode()
    assert "检查用户清单" not in client_of(shenzhen, "webmaster").get("/admin/entry/visits/").content.decode()


def test_leaving_ends_session_and_account(hub: Site, guangzhou: Site) -> None:
    inside, other = visitor(hub, guangzhou), visitor(hub, guangzhou)
    first = Visit.objects.earliest("id")
    answer = inside.post("/admin/entry/leave/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("http://hub.localhost")
    assert not is_inside(inside)
    first.refresh_from_db()
    assert (first.end_reason, first.ended_by) == ("left", "")
    with in_site(guangzhou):
        held = Staff.objects.get(visit_id=first.pk)
        assert (held.is_active, held.groups.count()) == (False, 0)
    rows = AuditEntry.objects.filter(act="entry.end").order_by("id")
    assert [(row.site, row.person, row.person_site) for row in rows] == [
        ("hub", "manager", "hub"),
        ("guangzhou", "manager", "hub"),
    ]
    # Control: the other visit goes on.
    assert is_inside(other)


def test_the_sites_webmaster_shows_a_visitor_out_at_once(hub: Site, guangzhou: Site) -> None:
    inside = visitor(hub, guangzhou)
    visit = Visit.objects.get()
    answer = client_of(guangzhou, "webmaster").post(f"/admin/entry/visits/{visit.pk}/end/")
    assert answer.status_code == 302
    assert not is_inside(inside)
    visit.refresh_from_db()
    assert (visit.end_reason, visit.ended_by) == ("ended", "webmaster")
    rows = AuditEntry.objects.filter(act="entry.end").order_by("id")
    assert [(row.site, row.person, row.person_site) for row in rows] == [
        ("hub", "webmaster", "guangzhou"),
        ("guangzhou", "webmaster", "guangzhou"),
    ]


@pytest.mark.parametrize("who", ["editor", "reviewer", "visitor", "neighbour"])
def test_nobody_else_shows_a_visitor_out(hub: Site, guangzhou: Site, shenzhen: Site, who: str) -> None:
    inside = visitor(hub, guangzhou)
    visit = Visit.objects.get()
    client = {
        "editor": lambda: client_of(guangzhou, "editor"),
        "reviewer": lambda: client_of(guangzhou, "reviewer"),
        "visitor": lambda: visitor(hub, guangzhou),
        "neighbour": lambda: client_of(shenzhen, "webmaster"),
    }[who]()
    client.post(f"/admin/entry/visits/{visit.pk}/end/")
    assert is_inside(inside)
    visit.refresh_from_db()
    assert visit.ended_at is None


@pytest.mark.parametrize(
    ("moved", "reason"),
    [({"minutes_over": 61, "minutes_idle": 1}, "expired"), ({"minutes_over": 40, "minutes_idle": 31}, "idle")],
)
def test_time_ends_a_visit(hub: Site, guangzhou: Site, moved: dict[str, int], reason: str) -> None:
    inside = visitor(hub, guangzhou)
    now = timezone.now()
    started = now - datetime.timedelta(minutes=moved["minutes_over"])
    Visit.objects.update(
        started_at=started,
        ends_at=started + datetime.timedelta(minutes=60),
        last_seen_at=now - datetime.timedelta(minutes=moved["minutes_idle"]),
    )
    assert not is_inside(inside)
    visit = Visit.objects.get()
    assert visit.end_reason == reason
    assert not account(guangzhou).is_active


def test_a_visit_ends_with_the_duty_at_home(hub: Site, guangzhou: Site) -> None:
    inside = visitor(hub, guangzhou)
    assert is_inside(inside)
    with in_site(hub):
        Staff.objects.get(username="manager").groups.clear()
    assert not is_inside(inside)
    assert Visit.objects.get().end_reason == "withdrawn"


def test_the_worker_closes_what_nobody_closed(hub: Site, guangzhou: Site) -> None:
    visitor(hub, guangzhou)
    drain()
    assert Visit.objects.get().ended_at is None  # not before its hour is over
    assert account(guangzhou).is_active
    started = timezone.now() - datetime.timedelta(minutes=61)
    Visit.objects.update(started_at=started, last_seen_at=started, ends_at=started + datetime.timedelta(minutes=60))
    Work.objects.update(not_before=started)
    drain()
    assert Visit.objects.get().end_reason == "idle"
    assert not account(guangzhou).is_active
    assert not Work.objects.exists()


def test_a_session_of_a_visit_opens_no_other_site(hub: Site, guangzhou: Site, shenzhen: Site) -> None:
    inside = visitor(hub, guangzhou)
    elsewhere = client_of(shenzhen)
    elsewhere.cookies = copy.deepcopy(inside.cookies)
    assert not is_inside(elsewhere)
    assert is_inside(inside)


def test_an_ended_visit_stays_ended(hub: Site, guangzhou: Site) -> None:
    """Even for an account that was made active again."""
    inside = visitor(hub, guangzhou)
    client_of(guangzhou, "webmaster").post(f"/admin/entry/visits/{Visit.objects.get().pk}/end/")
    with in_site(guangzhou):
        Staff.objects.filter(visit_id__isnull=False).update(is_active=True)
    assert not is_inside(inside)
    assert not account(guangzhou).is_active
    assert AuditEntry.objects.filter(act="entry.end").count() == 2


def test_a_visit_of_more_than_an_hour_cannot_be_written(hub: Site, guangzhou: Site) -> None:
    visitor(hub, guangzhou)
    with pytest.raises(IntegrityError, match="visit_lasts_an_hour"), transaction.atomic():
        Visit.objects.update(ends_at=timezone.now() + datetime.timedelta(hours=2))
