"""What waits for a person at a site."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone
from wagtail.models import Page, Revision, TaskState

from network.tenancy.api import Site, in_site
from sites.accounts.models import Staff
from sites.editing.models import PublishSchedule
from sites.editing.queries import may_decide
from sites.upkeep import wagtail_hooks
from sites.upkeep.desk import count_desk, desk_of
from tests.factories.articles import change_article, decide_next, draft_article, reviewed_article, submit
from tests.factories.people import client_of

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]


def waiting(username: str) -> list[int]:
    return [line.page_id for line in desk_of(Staff.objects.get(username=username)).waiting.lines]


def test_what_waits_is_what_may_be_decided(guangzhou: Site) -> None:
    by_editor = draft_article(guangzhou)
    by_reviewer = draft_article(guangzhou, author="reviewer")
    touched = draft_article(guangzhou)
    again = reviewed_article(guangzhou)
    with in_site(guangzhou):
        change_article(touched, author="reviewer", summary="改过")
        change_article(again, author="editor", summary="再改")
        for article in (by_editor, by_reviewer, touched, again):
            submit(article)
        decide_next(by_editor)
        asked = 0
        for person in Staff.objects.filter(is_system=False):
            expected = {
                state.revision.object_id
                for state in TaskState.objects.filter(status="in_progress").select_related("revision")
                if may_decide(state.task.specific, Page.objects.get(pk=state.revision.object_id), person)
            }
            asked += len(expected)
            assert {str(line.page_id) for line in desk_of(person).waiting.lines} == expected, person
        assert asked == 2
        assert by_reviewer.pk not in waiting("reviewer")
        assert touched.pk not in waiting("reviewer")


def test_a_visitor_decides_nothing(guangzhou: Site) -> None:
    article = draft_article(guangzhou)
    with in_site(guangzhou):
        submit(article)
        assert waiting("reviewer") == [article.pk]
        reviewer = Staff.objects.get(username="reviewer")
        reviewer.visit_id = 1
        assert desk_of(reviewer).waiting.count == 0


def test_a_returned_draft_goes_back_to_its_author_with_the_reason(guangzhou: Site, shenzhen: Site) -> None:
    article, other = draft_article(guangzhou), draft_article(guangzhou, author="reviewer")
    with in_site(guangzhou):
        submit(article)
        decide_next(article, action="reject", comment="缺少来源")
        (line,) = desk_of(Staff.objects.get(username="editor")).returned.lines
        assert (line.page_id, line.note, line.title) == (article.pk, "缺少来源", article.title)
        assert desk_of(Staff.objects.get(username="reviewer")).returned.count == 0
        assert desk_of(Staff.objects.get(username="webmaster")).returned.count == 1
        assert count_desk()["returned_items"] == 1
        article.current_workflow_state.resume(user=Staff.objects.get(username="editor"))
        assert count_desk()["returned_items"] == 0
        assert other.pk not in waiting("final")
    with in_site(shenzhen):
        assert count_desk() == {"returned_items": 0, "scheduled_items": 0, "expiring_items": 0}


def test_schedules_and_ends_are_listed_in_their_order(guangzhou: Site) -> None:
    now = timezone.now()
    first, second = draft_article(guangzhou), draft_article(guangzhou)
    ending, gone = reviewed_article(guangzhou), reviewed_article(guangzhou)
    with in_site(guangzhou):
        PublishSchedule.objects.create(
            page_id=first.pk,
            revision_id=first.get_latest_revision().pk,
            task_state_id=0,
            person_id=0,
            publish_at=now + datetime.timedelta(days=2),
        )
        Revision.objects.filter(pk=second.get_latest_revision().pk).update(
            approved_go_live_at=now + datetime.timedelta(days=1)
        )
        Page.objects.filter(pk=ending.pk).update(expire_at=now + datetime.timedelta(days=3))
        Page.objects.filter(pk=gone.pk).update(expire_at=now - datetime.timedelta(days=3))
        desk = desk_of(Staff.objects.get(username="webmaster"))
        assert [line.page_id for line in desk.scheduled.lines] == [second.pk, first.pk]
        assert [line.page_id for line in desk.expiring.lines] == [ending.pk]
        assert count_desk() == {"returned_items": 0, "scheduled_items": 2, "expiring_items": 1}
        assert desk_of(Staff.objects.get(username="reviewer")).scheduled.count == 0


def test_a_home_with_much_under_review_lists_only_what_the_board_shows(
    guangzhou: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    with in_site(guangzhou):
        for title in ("第一件待审", "第二件待审"):
            submit(draft_article(guangzhou, title=title))

    def lists(username: str) -> int:
        return client_of(guangzhou, username).get("/admin/").content.decode().count("/admin/pages/workflow/action/")

    listed = lists("reviewer")
    assert listed > 0
    monkeypatch.setattr(wagtail_hooks, "MOST_LISTED", 1)
    assert lists("reviewer") == 0
    assert "第一件待审" in client_of(guangzhou, "reviewer").get("/admin/").content.decode()
