"""The emergency lane: fewer people, named; a second look in time, or off line."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import TaskState

from network.audit.models import AuditEntry
from network.errors import InvalidValue, NotAllowed
from network.tenancy.api import Site, in_site
from network.upkeep.models import Rereview
from network.upkeep.rereviews import tell_overdue
from sites.accounts.models import Staff
from sites.editing.emergency import start_emergency
from sites.editing.lane import lane_of
from sites.editing.models import Approval, Decision, EmergencyMark
from sites.editing.queries import may_decide
from sites.editing.rereviews import agree_with_group, confirm_rereview, take_down_rereviewed
from sites.pages.models import ArticlePage
from sites.pages.sources import edition_source
from sites.upkeep.desk import desk_of
from tests.factories.articles import change_article, decide_next, dispatch, draft_article, review, submit
from tests.factories.emergencies import (
    REASON,
    decide_all,
    mark_emergency,
    released_article,
    rereview_row,
    with_lane_duty,
)
from tests.factories.people import client_of, staff

pytestmark = [pytest.mark.gate, pytest.mark.tenancy, pytest.mark.django_db]
BOARD = "sites_editing:board"


def row_of(site: Site) -> Rereview:
    return Rereview.objects.get(site=site.slug, state="waiting")


def confirm(site: Site, row: Rereview, *, by: str) -> bool:
    with in_site(site), transaction.atomic():
        return confirm_rereview(row.pk, acting_user=Staff.objects.get(username=by), site=site)


def take_down(site: Site, row: Rereview, *, by: str, reason: str = "数据有误，先行撤下核对") -> None:
    with in_site(site), transaction.atomic():
        take_down_rereviewed(row.pk, acting_user=Staff.objects.get(username=by), site=site, reason=reason)


def is_live(site: Site, article: ArticlePage) -> bool:
    with in_site(site):
        return bool(ArticlePage.objects.get(pk=article.pk).live)


def kinds_in_force(site: Site, article: ArticlePage) -> list[str]:
    with in_site(site):
        return list(Approval.objects.filter(page_id=article.pk, voided_at=None).values_list("kind", flat=True))


def test_the_named_two_publish_and_a_second_look_is_owed(guangdong: Site) -> None:
    article = draft_article(guangdong)
    with in_site(guangdong), transaction.atomic():
        with_lane_duty()
        mark_emergency(article)
        task = ArticlePage.objects.get(pk=article.pk).current_workflow_task_state.task
        assert task.specific.duty == "final_reviewer"
        decide_all(article)
        assert list(Decision.objects.order_by("pk").values_list("person_name", "duty")) == [
            ("final", "final_reviewer"),
            ("secrecy", "secrecy_reviewer"),
        ]
    assert kinds_in_force(guangdong, article) == ["emergency"]
    assert client_of(guangdong).get(article.get_site_path()).status_code == 200
    row = row_of(guangdong)
    assert (row.page_id, row.reason, row.asked_by, row.reviewed_by) == (article.pk, REASON, "editor", "final、secrecy")
    assert row.due_at - row.published_at == datetime.timedelta(hours=24)
    acts = AuditEntry.objects.filter(object_id=str(article.pk), act__startswith="page.").order_by("pk")
    assert list(acts.values_list("act", flat=True)) == [
        "page.emergency", "page.approve", "page.approve", "page.publish",
    ]  # fmt: skip
    marked = acts.first()
    assert marked is not None
    assert marked.detail["reason"] == REASON
    assert marked.detail["people"] == {"final_reviewer": "final", "secrecy_reviewer": "secrecy"}


def another_final(site: Site) -> None:
    """A second person of the same duty, who is not named; inside the site."""
    from sites.accounts.roles import FINAL_REVIEWER, group_of

    person = Staff.objects.create(username="final2", display_name="final2")
    person.groups.add(group_of(FINAL_REVIEWER))


def test_only_who_is_named_decides_and_only_they_see_it(guangdong: Site) -> None:
    article = draft_article(guangdong)
    with in_site(guangdong), transaction.atomic():
        another_final(guangdong)
        with_lane_duty()
        mark_emergency(article)
        page = ArticlePage.objects.get(pk=article.pk)
        state = page.current_workflow_task_state
        asked = {}
        for person in Staff.objects.filter(is_system=False):
            may = may_decide(state.task.specific, page, person)
            assert [line.page_id for line in desk_of(person).waiting.lines] == ([page.pk] if may else []), person
            asked[person.username] = may
        assert [name for name, may in asked.items() if may] == ["final"]
        assert desk_of(Staff.objects.get(username="final")).waiting.lines[0].note == "应急：终审"
        with pytest.raises(NotAllowed, match="须由承担该职责"), transaction.atomic():
            decide_next(article, by="final2")
        assert Decision.objects.count() == 0


def without_the_duty(article: ArticlePage) -> None:
    mark_emergency(article, by="editor2")


def with_a_reason_too_short(article: ArticlePage) -> None:
    mark_emergency(article, reason="急")


def with_the_author_named(article: ArticlePage) -> None:
    mark_emergency(article, final_reviewer="editor")


def with_somebody_of_another_duty(article: ArticlePage) -> None:
    mark_emergency(article, final_reviewer="reviewer")


def with_one_step_unnamed(article: ArticlePage) -> None:
    start_emergency(
        article,
        acting_user=Staff.objects.get(username="editor"),
        site=Site.objects.get(slug="guangdong"),
        reason=REASON,
        reviewers={"final_reviewer": Staff.objects.get(username="final")},
    )


def with_one_person_for_both(article: ArticlePage) -> None:
    from sites.accounts.roles import SECRECY_REVIEWER, group_of

    Staff.objects.get(username="final").groups.add(group_of(SECRECY_REVIEWER))
    mark_emergency(article, secrecy_reviewer="final")


@pytest.mark.parametrize(
    ("act", "error", "words"),
    [
        (without_the_duty, NotAllowed, "须承担“应急发布”职责"),
        (with_a_reason_too_short, InvalidValue, "应急理由应为 8 至 500 个字，现在是 1 个字"),
        (with_the_author_named, InvalidValue, "请为“终审”指定一人"),
        (with_somebody_of_another_duty, InvalidValue, "请为“终审”指定一人"),
        (with_one_step_unnamed, InvalidValue, "请为“保密审查”指定一人"),
        (with_one_person_for_both, InvalidValue, "不能一人办理两个环节"),
    ],
)
def test_a_mark_is_refused_with_its_reason(
    guangdong: Site, act: Callable[[ArticlePage], None], error: type[Exception], words: str
) -> None:
    article = draft_article(guangdong)
    with in_site(guangdong):
        with_lane_duty()
        with pytest.raises(error, match=words), transaction.atomic():
            act(ArticlePage.objects.get(pk=article.pk))
        assert EmergencyMark.objects.count() == 0
        assert ArticlePage.objects.get(pk=article.pk).current_workflow_state is None
        mark_emergency(article)
        assert EmergencyMark.objects.count() == 1


def test_a_prefecture_has_no_lane(shenzhen: Site, guangzhou: Site) -> None:
    Site.objects.filter(pk=shenzhen.pk).update(level="prefecture")
    shenzhen.refresh_from_db()
    article = draft_article(shenzhen)
    with in_site(shenzhen):
        with_lane_duty()
        with pytest.raises(NotAllowed, match="没有开放应急通道"), transaction.atomic():
            start_emergency(
                ArticlePage.objects.get(pk=article.pk),
                acting_user=Staff.objects.get(username="editor"),
                site=shenzhen,
                reason=REASON,
                reviewers={},
            )
        assert EmergencyMark.objects.count() == 0
    assert lane_of(guangzhou).is_open


def test_an_ordinary_review_under_way_gives_way(guangdong: Site) -> None:
    article = draft_article(guangdong)
    with in_site(guangdong), transaction.atomic():
        with_lane_duty()
        ordinary = submit(article)
        mark_emergency(article)
        ordinary.refresh_from_db()
        assert ordinary.status == "cancelled"
        decide_all(article)
    assert kinds_in_force(guangdong, article) == ["emergency"]


def test_a_change_in_the_lane_asks_for_every_step(guangdong: Site) -> None:
    """Returned, changed, submitted again: the mark was for the earlier form."""
    article = draft_article(guangdong)
    with in_site(guangdong), transaction.atomic():
        with_lane_duty()
        mark_emergency(article)
        decide_next(article, action="reject", comment="请补充批次")
        change_article(article, summary="补充批次")
        state = ArticlePage.objects.get(pk=article.pk).current_workflow_state
        state.resume(user=Staff.objects.get(username="editor"))
        decide_all(article)
        duties = TaskState.objects.filter(workflow_state=state, status="approved").values_list(
            "task__dutytask__duty", flat=True
        )
        assert set(duties) == {"reviewer", "final_reviewer", "secrecy_reviewer"}
    assert kinds_in_force(guangdong, article) == ["review"]
    assert not Rereview.objects.exists()


def test_a_later_ordinary_submission_of_the_same_form_is_ordinary(guangdong: Site) -> None:
    article = draft_article(guangdong)
    with in_site(guangdong), transaction.atomic():
        with_lane_duty()
        mark_emergency(article).cancel(user=Staff.objects.get(username="editor"))
        review(article)
    assert kinds_in_force(guangdong, article) == ["review"]
    assert not Rereview.objects.exists()


def test_the_missing_step_confirms(guangdong: Site) -> None:
    article = released_article(guangdong)
    row = row_of(guangdong)
    for name in ("editor", "final", "secrecy", "webmaster"):
        with pytest.raises(NotAllowed, match="不能补审"):
            confirm(guangdong, row, by=name)
    assert kinds_in_force(guangdong, article) == ["emergency"]
    assert confirm(guangdong, row, by="reviewer") is True
    assert kinds_in_force(guangdong, article) == ["review"]
    row.refresh_from_db()
    assert (row.state, row.settled_by) == ("confirmed", "reviewer")
    with in_site(guangdong):
        approval = Approval.objects.get(page_id=article.pk, voided_at=None)
        assert (approval.people, approval.revision_id) == (3, article.live_revision_id)
    assert is_live(guangdong, article)
    with pytest.raises(InvalidValue, match="可能已经办理"):
        confirm(guangdong, row, by="reviewer")


def test_a_step_whose_person_left_is_taken_again(guangdong: Site) -> None:
    """The gate counts people in service: the second look needs another final reviewer, too."""
    article = released_article(guangdong)
    with in_site(guangdong):
        another_final(guangdong)
        Staff.objects.filter(username="final").update(is_active=False)
    row = row_of(guangdong)
    assert confirm(guangdong, row, by="reviewer") is False
    assert kinds_in_force(guangdong, article) == ["emergency"]
    assert confirm(guangdong, row, by="final2") is True
    assert kinds_in_force(guangdong, article) == ["review"]


def test_a_newer_draft_is_not_what_is_looked_at(guangdong: Site) -> None:
    article = released_article(guangdong)
    title = article.title
    with in_site(guangdong):
        change_article(article, title="另一个草稿")
    assert confirm(guangdong, row_of(guangdong), by="reviewer") is True
    with in_site(guangdong):
        page = ArticlePage.objects.get(pk=article.pk)
        assert (page.title, page.live_revision_id) == (title, article.live_revision_id)


@pytest.mark.parametrize("by", ["reviewer", "webmaster"])
def test_a_second_look_takes_down_with_a_reason(guangdong: Site, by: str) -> None:
    article = released_article(guangdong)
    row = row_of(guangdong)
    for name, error in (("editor", NotAllowed), ("final", NotAllowed)):
        with pytest.raises(error):
            take_down(guangdong, row, by=name)
    with pytest.raises(InvalidValue, match="撤下的理由应为"):
        take_down(guangdong, row, by=by, reason="错")
    assert is_live(guangdong, article)
    take_down(guangdong, row, by=by)
    assert not is_live(guangdong, article)
    assert kinds_in_force(guangdong, article) == []
    row.refresh_from_db()
    assert (row.state, row.settled_by, row.note) == ("taken_down", by, "数据有误，先行撤下核对")
    assert client_of(guangdong).get(article.get_site_path()).status_code == 404


def test_an_ordinary_take_down_ends_the_duty(guangdong: Site) -> None:
    article = released_article(guangdong)
    with in_site(guangdong):
        ArticlePage.objects.get(pk=article.pk).unpublish(user=Staff.objects.get(username="webmaster"))
    assert list(Rereview.objects.values_list("state", flat=True)) == ["taken_down"]


def test_an_ordinary_review_of_a_new_form_ends_the_duty(guangdong: Site) -> None:
    article = released_article(guangdong)
    with in_site(guangdong):
        change_article(article, title="审过的新标题")
        review(article)
    assert list(Rereview.objects.values_list("state", flat=True)) == ["replaced"]
    assert kinds_in_force(guangdong, article) == ["review"]


def test_releasing_again_buys_no_time(guangdong: Site) -> None:
    article = released_article(guangdong)
    first = row_of(guangdong)
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=20)), in_site(guangdong), transaction.atomic():
        change_article(article, summary="第二次应急")
        mark_emergency(article)
        decide_all(article)
    first.refresh_from_db()
    second = row_of(guangdong)
    assert (first.state, second.due_at) == ("replaced", first.due_at)


def test_what_travels_does_not_take_the_lane_and_the_lane_does_not_travel(guangdong: Site) -> None:
    released = released_article(guangdong)
    with pytest.raises(InvalidValue, match="补审确认以后"):
        dispatch(guangdong, released)
    confirm(guangdong, row_of(guangdong), by="reviewer")
    dispatch(guangdong, released)
    with in_site(guangdong):
        assert edition_source(released.pk)[1]["kind"] == "review"
        change_article(released, summary="下发以后的修改")
        with pytest.raises(InvalidValue, match="已下发到其他站点"), transaction.atomic():
            mark_emergency(released)
        assert EmergencyMark.objects.count() == 1


def test_the_alarm_goes_to_both_sides_once(guangdong: Site, guangzhou: Site, shenzhen: Site) -> None:
    rereview_row(guangzhou, 1, hours=-1)
    rereview_row(shenzhen, 2, hours=1)
    assert (tell_overdue(), tell_overdue()) == (1, 0)
    told = AuditEntry.objects.filter(act="page.rereview_overdue").order_by("pk").values_list("site", "object_title")
    assert list(told) == [("guangzhou", "应急发布的信息"), ("guangdong", "应急发布的信息")]


def test_the_home_of_the_admin_alarms_its_own_site_only(guangdong: Site, hebei: Site) -> None:
    article = released_article(guangdong)
    home = client_of(guangdong, "webmaster").get("/admin/").content.decode()
    assert 'data-rereviews="1" data-rereviews-late="0"' in home and "还有 23" in home
    Rereview.objects.update(due_at=timezone.now() - datetime.timedelta(hours=3))
    home = client_of(guangdong, "webmaster").get("/admin/").content.decode()
    assert 'data-rereviews-late="1"' in home and "逾期 3" in home and article.title in home
    assert "data-rereviews" not in client_of(hebei, "webmaster").get("/admin/").content.decode()


def test_a_restored_site_owes_exactly_what_stands(guangdong: Site) -> None:
    article = released_article(guangdong)
    Rereview.objects.all().update(state="confirmed", settled_at=timezone.now(), settled_by="reviewer")
    gone = rereview_row(guangdong, 999_999)
    other = rereview_row(Site.objects.get(slug="hebei"), 999_999)
    with in_site(guangdong):
        assert agree_with_group(guangdong) == {"opened": 1, "ended": 1}
        assert agree_with_group(guangdong) == {"opened": 0, "ended": 0}
    gone.refresh_from_db()
    other.refresh_from_db()
    assert (gone.state, other.state, row_of(guangdong).page_id) == ("ended", "waiting", article.pk)


def post(site: Site, username: str, name: str, argument: int, fields: dict[str, Any]) -> Any:
    return client_of(site, username).post(reverse(name, args=[argument]), fields)


def test_the_screens_from_mark_to_confirmation(guangdong: Site, hebei: Site) -> None:
    article = draft_article(guangdong)
    with in_site(guangdong):
        with_lane_duty()
        people = {name: Staff.objects.get(username=name).pk for name in ("final", "secrecy")}
    edit = client_of(guangdong, "editor").get(f"/admin/pages/{article.pk}/edit/").content.decode()
    address = reverse("sites_editing:start", args=[article.pk])
    assert address in edit
    assert address not in client_of(guangdong, "editor2").get(f"/admin/pages/{article.pk}/edit/").content.decode()
    fields = {"reason": REASON, "final_reviewer": people["final"], "secrecy_reviewer": people["secrecy"]}
    assert post(guangdong, "editor2", "sites_editing:start", article.pk, fields).status_code == 404
    short = post(guangdong, "editor", "sites_editing:start", article.pk, {**fields, "reason": "急"})
    assert "应急理由应为 8 至 500 个字" in short.content.decode()
    assert post(guangdong, "editor", "sites_editing:start", article.pk, fields).status_code == 302
    with in_site(guangdong), transaction.atomic():
        decide_all(article)
    row = row_of(guangdong)
    board = client_of(guangdong, "reviewer").get(reverse(BOARD)).content.decode()
    assert f'data-rereview="{row.pk}"' in board and 'data-late="no"' in board and "初审" in board
    assert reverse("sites_editing:rereview", args=[row.pk]) in board
    assert (
        reverse("sites_editing:rereview", args=[row.pk])
        not in client_of(guangdong, "editor").get(reverse(BOARD)).content.decode()
    )
    assert post(guangdong, "editor", "sites_editing:rereview", row.pk, {"outcome": "confirm"}).status_code == 404
    assert post(hebei, "reviewer", "sites_editing:rereview", row.pk, {"outcome": "confirm"}).status_code == 404
    asked = post(guangdong, "reviewer", "sites_editing:rereview", row.pk, {"outcome": "take_down", "note": ""})
    assert "撤下的理由应为" in asked.content.decode()
    assert is_live(guangdong, article)
    assert post(guangdong, "reviewer", "sites_editing:rereview", row.pk, {"outcome": "confirm"}).status_code == 302
    assert kinds_in_force(guangdong, article) == ["review"]
    assert client_of(guangdong, "reviewer").get(reverse("sites_editing:rereview", args=[row.pk])).status_code == 404


def test_a_visitor_from_above_takes_no_part(guangdong: Site) -> None:
    released_article(guangdong)
    reviewer = staff(guangdong, "reviewer")
    reviewer.visit_id = 1
    with in_site(guangdong), pytest.raises(NotAllowed):
        confirm_rereview(row_of(guangdong).pk, acting_user=reviewer, site=guangdong)
