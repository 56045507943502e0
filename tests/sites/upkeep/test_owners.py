"""Who owes a column its updates; what the start page says to whom."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from network.audit.models import AuditEntry
from network.errors import InvalidValue, NotAllowed
from network.outbox.models import Work
from network.tenancy.api import Site, in_site
from network.upkeep.models import Exemption
from sites.accounts.models import Staff
from sites.pages.models import ColumnPage
from sites.upkeep.actions import ask_for_exemption, set_owner
from sites.upkeep.models import ColumnOwner
from tests.factories.articles import draft_article, submit
from tests.factories.people import client_of, staff

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]
HOME = "/admin/"


def name(site: Site, *, by: str = "webmaster", key: str = "tzgg", **facts: Any) -> ColumnOwner:
    with in_site(site):
        person = facts.pop("person", None)
        return set_owner(
            ColumnPage.objects.get(key=key),
            acting_user=Staff.objects.get(username=by),
            site=site,
            department=facts.pop("department", ""),
            person=Staff.objects.get(username=person) if person else None,
        )


def test_an_owner_is_named_and_changed_by_the_webmaster(guangzhou: Site, shenzhen: Site) -> None:
    name(guangzhou, department=" 办公室 ", person="editor")
    name(guangzhou, department="法规处")
    with in_site(guangzhou):
        owner = ColumnOwner.objects.get()
    assert (owner.department, owner.person_id) == ("法规处", None)
    last = AuditEntry.objects.filter(act="column.owner").order_by("-id")[0]
    assert (last.site, last.object_id, last.detail) == (
        "guangzhou",
        "tzgg",
        {"before": "办公室 editor", "after": "法规处"},
    )
    assert Work.objects.filter(kind="boards.summary", site="guangzhou").count() == 1
    with in_site(shenzhen):
        assert ColumnOwner.objects.count() == 0


@pytest.mark.parametrize(
    ("facts", "error", "words"),
    [
        ({"by": "editor", "department": "办公室"}, NotAllowed, "须由本站的站点管理员办理"),
        ({}, InvalidValue, "请写明“通知公告”的责任部门或者责任人"),
        ({"department": "处" * 81}, InvalidValue, "现在是 81 个字"),
        ({"person": "system"}, InvalidValue, "不是本站在用的人员账号"),
    ],
)
def test_a_wrong_owner_is_refused(guangzhou: Site, facts: dict[str, str], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        name(guangzhou, **facts)
    with in_site(guangzhou):
        assert ColumnOwner.objects.count() == 0


def test_a_visitor_from_above_neither_names_nor_asks(guangzhou: Site) -> None:
    visitor = staff(guangzhou, "webmaster")
    visitor.visit_id = 1
    with in_site(guangzhou):
        column = ColumnPage.objects.get(key="tzgg")
        with pytest.raises(NotAllowed):
            set_owner(column, acting_user=visitor, site=guangzhou, department="办公室", person=None)
        with pytest.raises(NotAllowed):
            ask_for_exemption(column, acting_user=visitor, site=guangzhou, reason="不定期更新")
        assert ColumnOwner.objects.count() == 0
    assert Exemption.objects.count() == 0


def test_the_start_page_says_what_is_owed_and_whose_it_is(guangzhou: Site) -> None:
    name(guangzhou, person="editor")
    article = draft_article(guangzhou)
    with in_site(guangzhou):
        submit(article)
    page = client_of(guangzhou, "editor").get(HOME).content.decode()
    assert 'data-column="tzgg" data-state="fine" class="gs-duties__own"' in page
    assert 'data-column="/"' in page
    assert article.title not in page.split('data-pile="waiting"')[1].split("</section>")[0]
    page = client_of(guangzhou, "reviewer").get(HOME).content.decode()
    assert "gs-duties__own" not in page
    assert article.title in page.split('data-pile="waiting"')[1].split("</section>")[0]
    assert "data-below-overdue" not in page


def test_the_level_above_has_its_sites_on_the_start_page(guangdong: Site) -> None:
    assert "data-below-overdue" in client_of(guangdong, "manager").get(HOME).content.decode()
    assert "data-below-overdue" not in client_of(guangdong, "editor").get(HOME).content.decode()


def test_the_screens_name_and_ask(guangzhou: Site) -> None:
    with in_site(guangzhou):
        column, person = ColumnPage.objects.get(key="jggk"), Staff.objects.get(username="editor")
    webmaster, columns = client_of(guangzhou, "webmaster"), reverse("upkeep:columns")
    assert "国办秘函〔2019〕19号" in webmaster.get(columns).content.decode()
    done = webmaster.post(reverse("upkeep:owner", args=[column.pk]), {"department": "人事处", "person": person.pk})
    assert (done.status_code, done.headers["Location"]) == (302, columns)
    refused = webmaster.post(reverse("upkeep:owner", args=[column.pk]), {"department": "", "person": ""})
    assert "请写明“机构概况”的责任部门或者责任人" in refused.content.decode()
    asked = webmaster.post(reverse("upkeep:exemption", args=[column.pk]), {"reason": "机构职能确有变动时才更新"})
    assert asked.status_code == 302
    again = webmaster.post(reverse("upkeep:exemption", args=[column.pk]), {"reason": "机构职能确有变动时才更新"})
    assert "已经申请过" in again.content.decode()
    page = webmaster.get(columns).content.decode()
    assert "人事处" in page
    assert "申请待批" in page
    assert Exemption.objects.get().column_key == "jggk"


def test_other_staff_look_and_change_nothing(guangzhou: Site) -> None:
    with in_site(guangzhou):
        column = ColumnPage.objects.get(key="jggk")
    editor = client_of(guangzhou, "editor")
    page = editor.get(reverse("upkeep:columns"))
    assert (page.status_code, "申请不定期更新</a>" in page.content.decode()) == (200, False)
    for view in ("upkeep:owner", "upkeep:exemption"):
        assert editor.post(reverse(view, args=[column.pk]), {"department": "x", "reason": "xxxx"}).status_code == 404
    with in_site(guangzhou):
        assert ColumnOwner.objects.count() == 0
    assert Exemption.objects.count() == 0
