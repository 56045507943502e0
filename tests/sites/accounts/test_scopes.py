"""A duty limited to columns, or to those of a department, holds there and nowhere else."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from wagtail.models import Page, TaskState

from network.audit.models import AuditEntry
from network.errors import InvalidValue, NotAllowed
from network.tenancy.api import Site, in_site
from sites.accounts.models import DutyScope, Staff
from sites.accounts.roles import COLLECTOR, REVIEWER, WEBMASTER, group_of
from sites.accounts.scopes import covers, set_scopes, who_may
from sites.editing.actions import INSERT_DECISION, approve
from sites.editing.lane import candidates, lane_tasks, may_use_lane, rereview_task
from sites.editing.models import Approval, Decision
from sites.editing.queries import may_decide
from sites.pages.models import ArticlePage, ColumnPage
from sites.upkeep.desk import desk_of
from sites.upkeep.models import ColumnOwner
from tests.factories.articles import decide_next, draft_article, review, submit
from tests.factories.emergencies import released_article, with_lane_duty
from tests.factories.people import client_of, staff
from tests.sites.editing.gate_acts import committing, refused_by_gate, run_sql, stored

pytestmark = [pytest.mark.gate, pytest.mark.tenancy, pytest.mark.django_db]
HERE, THERE, ABOVE_HERE = "tzgg", "gzdt", "zwgk"


def limit(username: str, duty: str, *columns: str, department: str = "") -> Staff:
    """Limit a duty, as rows; inside the site."""
    person = Staff.objects.get(username=username)
    for key in columns:
        DutyScope.objects.create(person=person, duty=duty, column_key=key)
    if department:
        DutyScope.objects.create(person=person, duty=duty, department=department)
    return Staff.objects.get(username=username)


def second_reviewer() -> Staff:
    person = Staff.objects.create(username="reviewer2", display_name="reviewer2")
    person.groups.add(group_of(REVIEWER))
    return person


def column(key: str) -> ColumnPage:
    return ColumnPage.objects.get(key=key)


@pytest.mark.parametrize(
    ("places", "reaches"),
    [
        ([], True),
        ([HERE], True),
        ([THERE, HERE], True),
        ([ABOVE_HERE], True),
        ([THERE], False),
        (["no-such-column"], False),
        (["no-such-column", HERE], True),
    ],
)
def test_a_limit_reaches_its_columns_and_those_below(guangdong: Site, places: list[str], reaches: bool) -> None:
    """A limit whose column is gone reaches nothing, not everything."""
    article = draft_article(guangdong, column=HERE)
    with in_site(guangdong):
        person = limit("reviewer", "reviewer", *places)
        page = Page.objects.get(pk=article.pk)
        assert covers(person, "reviewer", page) is reaches
        assert covers(person, "reviewer", column(HERE)) is reaches
        assert covers(person, "final_reviewer", page) is True
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT public.accounts_duty_covers(%s, %s, 'reviewer', %s)",
                [guangdong.schema_name, person.pk, page.pk],
            )
            assert cursor.fetchone() == (reaches,)


def test_a_department_reaches_the_columns_it_keeps_now(guangdong: Site) -> None:
    with in_site(guangdong):
        owner = ColumnOwner.objects.create(column=column(HERE), department="办公室")
        ColumnOwner.objects.create(column=column(THERE), department="宣传处")
        limit("reviewer", "reviewer", department="办公室")

        def reached() -> list[bool]:
            person = Staff.objects.get(username="reviewer")
            return [covers(person, "reviewer", column(key)) for key in (HERE, THERE)]

        assert reached() == [True, False]
        owner.department = "宣传处"
        owner.save()
        assert reached() == [False, False]
        ColumnOwner.objects.filter(column=column(THERE)).update(department="办公室")
        assert reached() == [False, True]


def test_a_limit_of_one_site_is_none_at_another(guangdong: Site, hebei: Site) -> None:
    here, there = draft_article(guangdong, column=HERE), draft_article(hebei, column=HERE)
    with in_site(guangdong):
        limit("reviewer", "reviewer", THERE)
        submit(here)
        with pytest.raises(NotAllowed), transaction.atomic():
            decide_next(here)
    with in_site(hebei):
        submit(there)
        decide_next(there)
        assert Decision.objects.get().person_name == "reviewer"


def test_a_reviewer_decides_within_the_limit_only(guangdong: Site) -> None:
    here, there = draft_article(guangdong, column=HERE), draft_article(guangdong, column=THERE)
    with in_site(guangdong):
        limit("reviewer", "reviewer", THERE)
        for article in (here, there):
            submit(article)
        person = Staff.objects.get(username="reviewer")
        pages = {page.pk: page for page in ArticlePage.objects.filter(pk__in=[here.pk, there.pk])}
        allowed = [key for key, page in pages.items() if _may(page, person)]
        assert allowed == [there.pk] == [line.page_id for line in desk_of(person).waiting.lines]
        moderated = pages[here.pk].current_workflow_task.specific.get_task_states_user_can_moderate(person)
        assert [state.revision.object_id for state in moderated] == [str(there.pk)]
        with pytest.raises(NotAllowed, match="须由承担该职责"), transaction.atomic():
            decide_next(here)
        assert Decision.objects.count() == 0
        decide_next(there)
        assert Decision.objects.get().page_id == there.pk


def _may(page: ArticlePage, person: Staff) -> bool:
    return may_decide(page.current_workflow_task_state.task.specific, page, person)


FULL = (("reviewer", "reviewer"), ("final", "final_reviewer"), ("secrecy", "secrecy_reviewer"))


@pytest.mark.parametrize(
    ("place", "reason"),
    [(THERE, "was approved by 2 people, the rule asks for 3"), (HERE, "")],
)
def test_the_gate_counts_no_decision_beyond_a_limit(guangdong: Site, place: str, reason: str) -> None:
    """Written past every check of the application."""
    article = draft_article(guangdong, column=HERE)

    def act() -> None:
        limit("reviewer", "reviewer", place)
        revision = ArticlePage.objects.get(pk=article.pk).latest_revision
        for username, duty in FULL:
            person = Staff.objects.get(username=username)
            run_sql(INSERT_DECISION, [person.pk, username, duty, "approve", "", revision.pk])
        revision.publish(user=None)
        approve("review", [article.pk])

    if reason:
        with refused_by_gate(guangdong, reason):
            act()
    else:
        with committing(guangdong):
            act()
    assert stored(guangdong, article.pk)["live"] is not bool(reason)


def test_an_editor_writes_and_submits_within_the_limit_only(guangdong: Site) -> None:
    here, there = draft_article(guangdong, column=HERE), draft_article(guangdong, column=THERE)
    with in_site(guangdong):
        person = limit("editor2", "editor", THERE)
        rights = {
            page.pk: (
                page.permissions_for_user(person).can_edit(),
                page.permissions_for_user(person).can_delete(),
                page.permissions_for_user(person).can_copy(),
                page.get_parent().specific.permissions_for_user(person).can_add_subpage(),
            )
            for page in ArticlePage.objects.filter(pk__in=[here.pk, there.pk])
        }
        assert rights == {here.pk: (False,) * 4, there.pk: (True,) * 4}
        to_here = there.permissions_for_user(person)
        assert to_here.can_move_to(column(HERE)) is False
        assert to_here.can_copy_to(column(HERE)) is False
        assert there.permissions_for_user(Staff.objects.get(username="editor")).can_move_to(column(HERE)) is True
        with pytest.raises(NotAllowed, match="编辑职责不含这个栏目"), transaction.atomic():
            submit(here, by="editor2")
        assert ArticlePage.objects.get(pk=here.pk).current_workflow_state is None
        submit(there, by="editor2")
        keys = {key: column(key).pk for key in (HERE, THERE)}
    client = client_of(guangdong, "editor2")
    statuses = [
        client.get(f"/admin/pages/add/sites_pages/articlepage/{keys[key]}/").status_code for key in (HERE, THERE)
    ]
    assert statuses == [302, 200]
    edits = [client.get(f"/admin/pages/{article.pk}/edit/").status_code for article in (here, there)]
    assert edits == [302, 200]


def test_a_webmaster_writes_everywhere_whatever_limits_the_editor_in_the_same_hand(guangdong: Site) -> None:
    article = draft_article(guangdong, column=HERE)
    with in_site(guangdong):
        Staff.objects.get(username="editor2").groups.add(group_of(WEBMASTER))
        person = limit("editor2", "editor", THERE)
        assert ArticlePage.objects.get(pk=article.pk).permissions_for_user(person).can_edit() is True


def test_a_collector_writes_own_drafts_which_an_editor_submits(guangdong: Site) -> None:
    with in_site(guangdong), transaction.atomic():
        person = Staff.objects.create(username="collector", display_name="collector")
        person.groups.add(group_of(COLLECTOR))
    own, other = draft_article(guangdong, author="collector"), draft_article(guangdong)
    with in_site(guangdong):
        person = Staff.objects.get(username="collector")
        rights = {
            page.pk: (
                page.permissions_for_user(person).can_edit(),
                page.permissions_for_user(person).can_submit_for_moderation(),
            )
            for page in ArticlePage.objects.filter(pk__in=[own.pk, other.pk])
        }
        assert rights == {own.pk: (True, False), other.pk: (False, False)}
        with pytest.raises(NotAllowed, match="承担采集职责"), transaction.atomic():
            submit(own, by="collector")
        assert ArticlePage.objects.get(pk=own.pk).current_workflow_state is None
        limited = limit("collector", "collector", THERE)
        assert ArticlePage.objects.get(pk=own.pk).permissions_for_user(limited).can_edit() is False
        assert column(THERE).permissions_for_user(limited).can_add_subpage() is True
        DutyScope.objects.all().delete()
        assert review(own).live is True


def test_a_move_asks_again_whose_duty_does_not_reach(guangdong: Site) -> None:
    article = draft_article(guangdong, column=HERE)
    with in_site(guangdong), transaction.atomic():
        limit("reviewer", "reviewer", HERE)
        second_reviewer()
        submit(article)
        decide_next(article)
        Page.objects.get(pk=article.pk).move(column(THERE), pos="last-child")
        decide_next(article)
        page = ArticlePage.objects.get(pk=article.pk)
        assert page.current_workflow_task_state.task.specific.duty == "reviewer"
        assert not _may(page, Staff.objects.get(username="reviewer"))
        decide_next(article, by="reviewer2")
        decide_next(article)
        connection.check_constraints()
        approval = Approval.objects.get(page_id=article.pk)
        assert (approval.kind, approval.people) == ("review", 3)
    entry = AuditEntry.objects.get(act="page.ask_again")
    assert (entry.object_id, entry.detail["duty"]) == (str(article.pk), "reviewer")


def test_a_move_within_reach_asks_nobody_again(guangdong: Site) -> None:
    article = draft_article(guangdong, column=HERE)
    with in_site(guangdong), transaction.atomic():
        limit("reviewer", "reviewer", HERE, THERE)
        submit(article)
        decide_next(article)
        Page.objects.get(pk=article.pk).move(column(THERE), pos="last-child")
        assert TaskState.objects.filter(status="approved").count() == 1
        decide_next(article)
        decide_next(article)
        assert ArticlePage.objects.get(pk=article.pk).live is True
    assert not AuditEntry.objects.filter(act="page.ask_again").exists()


def test_the_emergency_lane_keeps_to_the_limits(guangdong: Site) -> None:
    article = draft_article(guangdong, column=HERE)
    with in_site(guangdong):
        with_lane_duty()
        (final, _secrecy) = lane_tasks()
        page = ArticlePage.objects.get(pk=article.pk)
        assert may_use_lane(Staff.objects.get(username="editor"), page)
        assert [person.username for person in candidates(final, page)] == ["final"]
        limit("final", "final_reviewer", THERE)
        limit("editor", "emergency", THERE)
        assert not may_use_lane(Staff.objects.get(username="editor"), page)
        assert list(candidates(final, page)) == []
        DutyScope.objects.all().delete()
    released = released_article(guangdong, column=HERE)
    with in_site(guangdong):
        assert rereview_task(released, Staff.objects.get(username="reviewer")) is not None
        assert rereview_task(released, limit("reviewer", "reviewer", THERE)) is None


def test_the_security_administrator_sets_the_limits(guangdong: Site, hebei: Site) -> None:
    person = staff(guangdong, "reviewer")
    address = reverse("staff_scopes", args=[person.pk, "reviewer"])
    client = client_of(guangdong, "security")
    account = client.get(reverse("staff_security_account", args=[person.pk])).content.decode()
    assert address in account and "全站" in account
    with in_site(guangdong):
        ColumnOwner.objects.create(column=column(THERE), department="办公室")
    assert client.post(address, {"columns": [HERE], "departments": ["办公室"]}).status_code == 302
    with in_site(guangdong):
        title = column(HERE).title
    assert f"{title}、办公室的栏目" in client.get(address).content.decode()
    with in_site(guangdong):
        rows = DutyScope.objects.filter(person=person, duty="reviewer").order_by("column_key")
        assert list(rows.values_list("column_key", "department")) == [("", "办公室"), (HERE, "")]
    entry = AuditEntry.objects.get(act="account.scopes")
    assert (entry.person, entry.detail["duty"], entry.detail["from"]) == ("security", "reviewer", [])
    assert client.post(address, {}).status_code == 302
    with in_site(guangdong):
        assert not DutyScope.objects.exists()
    with in_site(hebei):
        assert not DutyScope.objects.exists()


@pytest.mark.parametrize(
    ("acting", "target", "duty", "columns", "error", "words"),
    [
        ("webmaster", "reviewer", "reviewer", [HERE], NotAllowed, "不是安全管理员"),
        ("editor", "reviewer", "reviewer", [HERE], NotAllowed, "不是安全管理员"),
        ("security", "security", "reviewer", [HERE], NotAllowed, "不能更改自己的账号"),
        ("security", "reviewer", "final_reviewer", [HERE], InvalidValue, "没有“终审”职责"),
        ("security", "webmaster", "webmaster", [HERE], InvalidValue, "没有“站点管理”职责"),
        ("security", "reviewer", "nothing", [HERE], InvalidValue, "没有“nothing”职责"),
        ("security", "reviewer", "reviewer", ["nowhere"], InvalidValue, "本站没有栏目或责任部门“nowhere”"),
    ],
)
def test_every_other_limit_is_refused(
    guangdong: Site, acting: str, target: str, duty: str, columns: list[str], error: type[Exception], words: str
) -> None:
    people = {name: staff(guangdong, name) for name in {acting, target}}
    with in_site(guangdong):
        with pytest.raises(error, match=words):
            set_scopes(acting_user=people[acting], person=people[target], duty=duty, columns=columns, departments=[])
        assert not DutyScope.objects.exists()
        set_scopes(
            acting_user=Staff.objects.get(username="security"),
            person=Staff.objects.get(username="reviewer"),
            duty="reviewer",
            columns=[HERE],
            departments=[],
        )
        assert DutyScope.objects.count() == 1


def test_a_column_shows_who_may_do_what_in_it(guangdong: Site) -> None:
    with in_site(guangdong):
        limit("reviewer", "reviewer", THERE)
        limit("editor2", "editor", HERE)
        keys = {key: column(key).pk for key in (HERE, THERE)}
        table = {name: [person.username for person, _ in held] for name, held in who_may(column(HERE))}
    assert (table["初审"], table["编辑"], table["终审"]) == ([], ["editor", "editor2"], ["final"])
    client = client_of(guangdong, "editor")
    here, there = (client.get(reverse("upkeep:people", args=[keys[key]])).content.decode() for key in (HERE, THERE))
    assert 'data-person="reviewer"' not in here and "没有人" in here and "限定范围" in here
    assert 'data-person="reviewer"' in there
    assert reverse("upkeep:people", args=[keys[HERE]]) in client.get(reverse("upkeep:columns")).content.decode()


def test_the_application_does_not_rewrite_a_limit(guangdong: Site) -> None:
    """It sets and lifts; a row in place is another's to read."""
    with in_site(guangdong):
        limit("reviewer", "reviewer", THERE)
        with pytest.raises(DatabaseError) as caught, transaction.atomic():
            DutyScope.objects.update(column_key=HERE)
    assert caught.value.__cause__.sqlstate == "42501"


def test_a_whole_review_runs_within_limits(guangdong: Site) -> None:
    article = draft_article(guangdong, column=HERE)
    with in_site(guangdong), transaction.atomic():
        for username, duty in FULL:
            limit(username, duty, ABOVE_HERE)
        limit("editor", "editor", HERE)
        assert review(article).live is True
