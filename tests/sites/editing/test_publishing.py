"""Publishing as an act of its own: what is approved waits, a publisher puts exactly that on line or returns it."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import TaskState, WorkflowState

from network.audit.models import AuditEntry
from network.contracts import OutboxItem
from network.errors import InvalidValue, NetworkError, NotAllowed
from network.outbox.models import Work
from network.tenancy.api import Site, in_site
from network.upkeep.models import Rereview
from sites.accounts.models import DutyScope, Staff
from sites.editing.actions import decide
from sites.editing.models import Approval, Decision, DutyTask, PublishSchedule
from sites.editing.queries import decidable_steps, may_decide
from sites.editing.releasing import (
    KIND,
    cancel_schedule,
    order_again,
    publish_due,
    publish_waiting,
    return_waiting,
    schedule_waiting,
)
from sites.editing.rereviews import confirm_rereview
from sites.editing.workflow import add_publishing
from sites.media.models import SiteImage
from sites.pages.models import ArticlePage, ColumnPage
from sites.upkeep.desk import count_desk, desk_of
from tests.factories.articles import change_article, decide_next, draft_article, review, submit
from tests.factories.emergencies import decide_all, mark_emergency, with_lane_duty
from tests.factories.people import client_of, staff
from tests.factories.publishing import (
    PERSON,
    approve_all,
    approved_article,
    publish_apart,
    waiting_step,
    with_publisher,
)
from tests.sites.editing.gate_acts import run_sql, stored
from tests.sites.transfer.rich_site import block, picture

pytestmark = [pytest.mark.gate, pytest.mark.tenancy, pytest.mark.django_db]


def publish(site: Site, article: ArticlePage, *, by: str = PERSON) -> None:
    with in_site(site), transaction.atomic():
        step = waiting_step(article)
        publish_waiting(step.pk, step.revision_id, acting_user=Staff.objects.get(username=by))


def order(site: Site, article: ArticlePage, *, by: str = PERSON, **ahead: float) -> PublishSchedule:
    with in_site(site), transaction.atomic():
        step = waiting_step(article)
        return schedule_waiting(
            step.pk,
            step.revision_id,
            acting_user=Staff.objects.get(username=by),
            publish_at=timezone.now() + datetime.timedelta(**ahead or {"hours": 2}),
        )


def item_of(site: Site, schedule: PublishSchedule) -> OutboxItem:
    """The work that was written down for an order."""
    payload = {"schedule": schedule.pk}
    return OutboxItem(id=1, kind=KIND, site=site.slug, key=str(schedule.pk), version=0, payload=payload, attempts=0)


def hour_comes(site: Site, schedule: PublishSchedule) -> PublishSchedule:
    """The worker does the work that was written down, at the hour."""
    with time_machine.travel(schedule.publish_at + datetime.timedelta(minutes=1)), in_site(site), transaction.atomic():
        publish_due(site.slug, [item_of(site, schedule)])
        return PublishSchedule.objects.get(pk=schedule.pk)


def is_live(site: Site, article: ArticlePage) -> bool:
    return bool(stored(site, article.pk)["live"])


def test_what_is_approved_waits_until_the_publisher_acts(guangzhou: Site) -> None:
    article = approved_article(guangzhou)
    before = stored(guangzhou, article.pk)
    assert (before["live"], before["approvals"]) == (False, [])
    assert client_of(guangzhou).get(article.get_site_path()).status_code == 404
    with in_site(guangzhou):
        person = Staff.objects.get(username=PERSON)
        assert desk_of(person).waiting.count == 0
        assert not TaskState.objects.reviewable_by(person).exists()
        assert [line.page_id for line in desk_of(person).approved.lines] == [article.pk]
        assert [line.page_id for line in desk_of(Staff.objects.get(username="editor")).approved.lines] == [article.pk]
        assert desk_of(Staff.objects.get(username="reviewer")).approved.count == 0

    publish(guangzhou, article)

    assert client_of(guangzhou).get(article.get_site_path()).status_code == 200
    with in_site(guangzhou):
        approval = Approval.objects.get(page_id=article.pk, voided_at=None)
        assert (approval.kind, approval.people, len(approval.decisions)) == ("review", 3, 4)
        decision = Decision.objects.latest("pk")
        assert (decision.person_name, decision.duty, decision.outcome) == (PERSON, "publisher", "approve")
        assert desk_of(Staff.objects.get(username=PERSON)).waiting.count == 0
    acts = AuditEntry.objects.filter(object_id=str(article.pk), act__startswith="page.").order_by("pk")
    assert [(entry.act, entry.person) for entry in acts][-2:] == [("page.release", PERSON), ("page.publish", PERSON)]
    released, published = list(acts)[-2:]
    assert released.after_hash == decision.content_hash
    assert published.after_hash == approval.rows_hash


def no_duty(site: Site) -> None:
    Staff.objects.get(username=PERSON).groups.clear()


def duty_elsewhere(site: Site) -> None:
    DutyScope.objects.create(person=Staff.objects.get(username=PERSON), duty="publisher", column_key="flfg")


def author_with_the_duty(site: Site) -> None:
    with_publisher("editor")


def reviewer_with_the_duty(site: Site) -> None:
    with_publisher("final")


@pytest.mark.parametrize(
    ("prepare", "username", "why"),
    [
        (no_duty, PERSON, "须由在本栏目承担“发布”职责"),
        (duty_elsewhere, PERSON, "须由在本栏目承担“发布”职责"),
        (author_with_the_duty, "editor", "不是作者"),
        (reviewer_with_the_duty, "final", "没有审核过这一篇"),
        (no_duty, "webmaster", "须由在本栏目承担“发布”职责"),
    ],
)
def test_the_wrong_person_does_not_publish(
    guangzhou: Site, prepare: Callable[[Site], None], username: str, why: str
) -> None:
    article = approved_article(guangzhou)
    before = stored(guangzhou, article.pk)
    with in_site(guangzhou):
        prepare(guangzhou)
        decisions = Decision.objects.count()

    with pytest.raises(NotAllowed, match=why):
        publish(guangzhou, article, by=username)
    with pytest.raises(NotAllowed, match="不能办理"):
        order(guangzhou, article, by=username)

    assert stored(guangzhou, article.pk) == before
    with in_site(guangzhou):
        assert (Decision.objects.count(), PublishSchedule.objects.count()) == (decisions, 0)
        assert waiting_step(article).status == TaskState.STATUS_IN_PROGRESS
        # The seeded person with the duty on the whole site publishes the same.
        DutyScope.objects.all().delete()
        with_publisher()
    publish(guangzhou, article)
    assert is_live(guangzhou, article)


@pytest.mark.parametrize(("level", "may"), [("prefecture", True), ("subprovincial", False)])
def test_at_a_desk_of_three_a_reviewer_may_publish_never_the_author(guangzhou: Site, level: str, may: bool) -> None:
    Site.objects.filter(pk=guangzhou.pk).update(level=level)
    guangzhou.refresh_from_db()
    article = approved_article(guangzhou, by="final")
    with in_site(guangzhou):
        with_publisher("editor")
        task = DutyTask.objects.get(duty="publisher")
        page = ArticlePage.objects.get(pk=article.pk)
        assert may_decide(task, page, Staff.objects.get(username="final")) is may
        assert decidable_steps(Staff.objects.get(username="final")).exists() is may
        assert not may_decide(task, page, Staff.objects.get(username="editor"))
    if may:
        publish(guangzhou, article, by="final")
    else:
        with pytest.raises(NotAllowed):
            publish(guangzhou, article, by="final")
    assert is_live(guangzhou, article) is may


def test_without_the_choice_the_last_approval_publishes(guangzhou: Site, shenzhen: Site) -> None:
    """The choice of one site is not another's; nor one column's another's."""
    elsewhere, here, there = draft_article(shenzhen), draft_article(guangzhou, column="gzdt"), draft_article(guangzhou)
    with in_site(guangzhou), transaction.atomic():
        with_publisher()
        publish_apart("tzgg")
        review(here)
        approve_all(there)
    with in_site(shenzhen):
        review(elsewhere)
        skipped = TaskState.objects.get(task__dutytask__duty="publisher")
        assert skipped.status == TaskState.STATUS_SKIPPED
    assert [is_live(shenzhen, elsewhere), is_live(guangzhou, here), is_live(guangzhou, there)] == [True, True, False]
    address = reverse("sites_publishing:item", args=[there.pk])
    assert client_of(shenzhen, "webmaster").get(address).status_code == 404
    assert client_of(guangzhou, PERSON).get(address).status_code == 200


def write_a_newer_revision(article: ArticlePage) -> None:
    change_article(article, title="核准以后改过")


def edit_the_approved_revision(article: ArticlePage) -> None:
    run_sql(
        "UPDATE wagtailcore_revision SET content = jsonb_set(content, '{summary}', '\"改过\"') WHERE id = %s",
        [waiting_step(article).revision_id],
    )


def rename_its_picture(article: ArticlePage) -> None:
    SiteImage.objects.update(title="核准以后改的图名")


@pytest.mark.parametrize("change", [write_a_newer_revision, edit_the_approved_revision, rename_its_picture])
def test_what_changed_after_its_approval_is_not_published(
    guangzhou: Site, change: Callable[[ArticlePage], None]
) -> None:
    body = [block("picture", {"image": picture(guangzhou, "red").pk, "caption": ""})]
    article, other = approved_article(guangzhou, body=body), approved_article(guangzhou)
    ordered = order(guangzhou, article)
    with in_site(guangzhou):
        change(article)
    before = stored(guangzhou, article.pk)

    with pytest.raises(NotAllowed, match="核准以后"):
        publish(guangzhou, article)
    answer = client_of(guangzhou, PERSON).get(reverse("sites_publishing:item", args=[article.pk]))
    assert "核准以后" in answer.content.decode()
    ended = hour_comes(guangzhou, ordered)

    assert stored(guangzhou, article.pk) == before
    assert (ended.state, "核准以后" in ended.note) == ("refused", True)
    refused = AuditEntry.objects.filter(act="page.schedule", object_id=str(article.pk)).latest("pk")
    assert refused.result == "refused"
    publish(guangzhou, other)
    assert is_live(guangzhou, other)


def test_a_return_voids_the_approval_and_every_step_comes_again(guangzhou: Site) -> None:
    article = approved_article(guangzhou)
    with in_site(guangzhou), transaction.atomic():
        step, person = waiting_step(article), Staff.objects.get(username=PERSON)
        with pytest.raises(InvalidValue, match="写明原因"):
            return_waiting(step.pk, step.revision_id, acting_user=person, reasons=[])
        return_waiting(step.pk, step.revision_id, acting_user=person, reasons=["栏目不对"], note="移到  政策栏")
        (line,) = desk_of(Staff.objects.get(username="editor")).returned.lines
        assert (line.page_id, line.note) == (article.pk, "栏目不对；移到 政策栏")
        state = WorkflowState.objects.get(object_id=str(article.pk))
        assert state.status == WorkflowState.STATUS_NEEDS_CHANGES

        change_article(article, summary="按意见改过")
        state.resume(user=Staff.objects.get(username="editor"))
        for duty in ("reviewer", "final_reviewer", "secrecy_reviewer"):
            page = ArticlePage.objects.get(pk=article.pk)
            assert page.current_workflow_task.specific.duty == duty
            decide_next(article)
        assert ArticlePage.objects.get(pk=article.pk).current_workflow_task.specific.duty == "publisher"
    assert not is_live(guangzhou, article)
    publish(guangzhou, article)
    assert is_live(guangzhou, article)


def test_a_schedule_publishes_at_its_hour_in_the_name_of_whoever_ordered_it(guangzhou: Site) -> None:
    article = approved_article(guangzhou)
    ordered = order(guangzhou, article)
    work = Work.objects.get(kind=KIND)
    assert (work.site, work.key) == ("guangzhou", str(ordered.pk))
    assert datetime.timedelta(minutes=115) < work.not_before - timezone.now() <= datetime.timedelta(hours=2)
    with in_site(guangzhou):
        person = Staff.objects.get(username=PERSON)
        assert [line.page_id for line in desk_of(person).scheduled.lines] == [article.pk]
        assert count_desk()["scheduled_items"] == 1
        # Too early, as after a clock was set back: it waits on.
        publish_due("guangzhou", [item_of(guangzhou, ordered)])
    assert not is_live(guangzhou, article)

    assert hour_comes(guangzhou, ordered).state == "done"

    assert is_live(guangzhou, article)
    assert AuditEntry.objects.filter(act="page.publish", object_id=str(article.pk)).latest("pk").person == PERSON
    assert hour_comes(guangzhou, ordered).state == "done"


@pytest.mark.parametrize("ahead", [{"hours": -1}, {"days": 400}])
def test_an_hour_that_cannot_be_is_refused_by_value(guangzhou: Site, ahead: dict[str, float]) -> None:
    article = approved_article(guangzhou)
    with pytest.raises(InvalidValue, match="一年以内，填写的是 20"):
        order(guangzhou, article, **ahead)
    with in_site(guangzhou):
        assert PublishSchedule.objects.count() == 0
    assert not Work.objects.filter(kind=KIND).exists()


def leave(site: Site) -> None:
    Staff.objects.filter(username=PERSON).update(is_active=False)


def lose_the_duty(site: Site) -> None:
    no_duty(site)


@pytest.mark.parametrize(("happen", "why"), [(leave, "账号已停用"), (lose_the_duty, "承担“发布”职责")])
def test_a_schedule_of_somebody_who_may_no_longer_publish_is_refused(
    guangzhou: Site, happen: Callable[[Site], None], why: str
) -> None:
    article = approved_article(guangzhou)
    ordered = order(guangzhou, article)
    with in_site(guangzhou):
        happen(guangzhou)
    ended = hour_comes(guangzhou, ordered)
    assert (ended.state, why in ended.note, is_live(guangzhou, article)) == ("refused", True, False)
    with in_site(guangzhou):
        with_publisher("reviewer")
        assert waiting_step(article).status == TaskState.STATUS_IN_PROGRESS


def test_a_schedule_ends_with_what_somebody_does_before(guangzhou: Site) -> None:
    """Taken back, replaced, the review cancelled; a restore orders anew what waits."""
    article, other = approved_article(guangzhou), approved_article(guangzhou)
    first, second, third = order(guangzhou, article), order(guangzhou, article, hours=3), order(guangzhou, other)
    with in_site(guangzhou), transaction.atomic():
        Work.objects.filter(kind=KIND).delete()
        assert order_again(guangzhou) == {"schedules": 2}
        assert set(Work.objects.filter(kind=KIND).values_list("key", flat=True)) == {str(second.pk), str(third.pk)}
        with pytest.raises(NotAllowed):
            cancel_schedule(second.pk, acting_user=Staff.objects.get(username="editor"))
        cancel_schedule(second.pk, acting_user=Staff.objects.get(username=PERSON))
        WorkflowState.objects.get(object_id=str(other.pk)).cancel(user=Staff.objects.get(username="editor"))
    states = [hour_comes(guangzhou, each).state for each in (first, second, third)]
    assert states == ["cancelled", "cancelled", "cancelled"]
    assert not is_live(guangzhou, article)
    assert not is_live(guangzhou, other)
    publish(guangzhou, article)


def test_the_emergency_lane_waits_for_no_publisher(guangdong: Site) -> None:
    article = draft_article(guangdong)
    with in_site(guangdong), transaction.atomic():
        with_publisher()
        publish_apart()
        with_lane_duty()
        mark_emergency(article)
        decide_all(article)
    assert is_live(guangdong, article)
    with in_site(guangdong), transaction.atomic():
        row = Rereview.objects.get(site="guangdong", page_id=article.pk)
        assert confirm_rereview(row.pk, acting_user=Staff.objects.get(username="reviewer"), site=guangdong) is True
        assert Approval.objects.get(page_id=article.pk, voided_at=None).kind == "review"


def test_a_move_to_where_a_reviewer_does_not_reach_asks_before_the_publisher(guangzhou: Site) -> None:
    article = approved_article(guangzhou)
    with in_site(guangzhou), transaction.atomic():
        DutyScope.objects.create(person=Staff.objects.get(username="final"), duty="final_reviewer", column_key="tzgg")
        page = ArticlePage.objects.get(pk=article.pk)
        page.move(ColumnPage.objects.get(key="gzdt"), pos="last-child")
        page = ArticlePage.objects.get(pk=article.pk)
        assert page.current_workflow_task.specific.duty == "final_reviewer"
    with pytest.raises(TaskState.DoesNotExist):
        publish(guangzhou, article)
    with in_site(guangzhou), transaction.atomic():
        person = Staff.objects.create(username="final2", display_name="final2")
        person.groups.set(Staff.objects.get(username="final").groups.all())
        decide_next(article, by="final2")
    publish(guangzhou, article)
    assert is_live(guangzhou, article)


def test_several_are_published_at_once_and_each_refusal_is_told(guangzhou: Site) -> None:
    first, second, changed = (approved_article(guangzhou) for _each in range(3))
    client = client_of(guangzhou, PERSON)
    board = reverse("sites_publishing:board")
    with in_site(guangzhou):
        chosen = [f"{step.pk}-{step.revision_id}" for step in map(waiting_step, (first, second, changed))]
        edit_the_approved_revision(changed)
    page = client.get(board).content.decode()
    assert all(f'data-page="{each.pk}"' in page for each in (first, second, changed))
    answer = client.post(board, {"chosen": [*chosen, "x-1"]}, follow=True).content.decode()
    assert "已发布 2 篇" in answer
    assert "核准以后改过" in answer
    assert [is_live(guangzhou, each) for each in (first, second, changed)] == [True, True, False]
    # Nobody else publishes by the same form.
    third = approved_article(guangzhou)
    with in_site(guangzhou):
        step = waiting_step(third)
    client_of(guangzhou, "webmaster").post(board, {"chosen": [f"{step.pk}-{step.revision_id}"]})
    assert not is_live(guangzhou, third)


def test_a_publisher_sees_what_was_approved_and_acts_on_that_form_only(guangzhou: Site) -> None:
    article = approved_article(guangzhou, title="核准的标题")
    address = reverse("sites_publishing:item", args=[article.pk])
    client = client_of(guangzhou, PERSON)
    assert "核准的标题" in client.get(reverse("sites_publishing:preview", args=[article.pk])).content.decode()
    page = client.get(address).content.decode()
    for word in ("reviewer", "final", "secrecy", "立即发布", "到时发布", "退回"):
        assert word in page, word
    assert "立即发布" not in client_of(guangzhou, "editor").get(address).content.decode()
    assert client_of(guangzhou, "auditor").get(address).status_code == 404
    with in_site(guangzhou):
        step = waiting_step(article)
    form = f"{step.pk}-{step.revision_id}"
    assert client.post(address, {"act": "publish", "form": f"{step.pk}-0"}).status_code == 400
    assert client.post(address, {"act": "return", "form": form, "reasons": ["other"]}).status_code == 200
    assert not is_live(guangzhou, article)
    assert client.post(address, {"act": "publish", "form": form}).status_code == 302
    assert is_live(guangzhou, article)
    assert client.get(address).status_code == 404


def test_a_publisher_returns_and_schedules_on_the_screen(guangzhou: Site) -> None:
    returned, ordered = approved_article(guangzhou), approved_article(guangzhou)
    client = client_of(guangzhou, PERSON)
    for article, fields in (
        (returned, {"act": "return", "reasons": ["files", "other"], "note": "附件打不开"}),
        (ordered, {"act": "schedule", "publish_at": f"{timezone.localdate() + datetime.timedelta(days=2)} 08:30"}),
    ):
        with in_site(guangzhou):
            step = waiting_step(article)
        data = {**fields, "form": f"{step.pk}-{step.revision_id}"}
        answer = client.post(reverse("sites_publishing:item", args=[article.pk]), data)
        assert answer.status_code == 302, answer.content.decode()
    with in_site(guangzhou):
        assert Decision.objects.filter(page_id=returned.pk).latest("pk").comment == (
            "图片或附件打不开、与正文不符；附件打不开"
        )
        schedule = PublishSchedule.objects.get(page_id=ordered.pk)
    page = client.get(reverse("sites_publishing:board")).content.decode()
    assert timezone.localtime(schedule.publish_at).strftime("%Y-%m-%d 08:30") in page
    client.post(reverse("sites_publishing:cancel", args=[schedule.pk]))
    with in_site(guangzhou):
        assert PublishSchedule.objects.get(page_id=ordered.pk).state == "cancelled"


def test_nobody_edits_what_waits_for_its_publisher(guangzhou: Site) -> None:
    article = approved_article(guangzhou)
    with in_site(guangzhou):
        page, task = ArticlePage.objects.get(pk=article.pk), DutyTask.objects.get(duty="publisher")
        for username in ("editor", PERSON, "webmaster"):
            assert task.locked_for_user(page, Staff.objects.get(username=username))


def test_a_visitor_from_above_publishes_nothing(guangzhou: Site) -> None:
    article = approved_article(guangzhou)
    person = staff(guangzhou, PERSON)
    person.visit_id = 1
    with in_site(guangzhou), transaction.atomic(), pytest.raises(NotAllowed):
        decide(DutyTask.objects.get(duty="publisher"), waiting_step(article), acting_user=person, action_name="approve")
    assert not is_live(guangzhou, article)


def test_an_older_site_gains_the_step_by_its_upgrade(guangzhou: Site) -> None:
    with in_site(guangzhou), transaction.atomic():
        task = DutyTask.objects.get(duty="publisher")
        task.workflow_tasks.all().delete()
        task.delete()
        add_publishing()
        add_publishing()
        article = draft_article(guangzhou)
        submit(article)
        steps = article.get_workflow().tasks
        assert [step.specific.duty for step in steps] == [
            "reviewer", "final_reviewer", "secrecy_reviewer", "publisher",
        ]  # fmt: skip


def test_errors_of_acts_name_what_to_do(guangzhou: Site) -> None:
    """What was published meanwhile is told, not done twice."""
    article = approved_article(guangzhou)
    with in_site(guangzhou):
        step = waiting_step(article)
    publish(guangzhou, article)
    with in_site(guangzhou), transaction.atomic():
        person: Any = Staff.objects.get(username=PERSON)
        with pytest.raises(NetworkError, match="可能已经发布、退回或者重新送审"):
            publish_waiting(step.pk, step.revision_id, acting_user=person)
    connection.check_constraints()
