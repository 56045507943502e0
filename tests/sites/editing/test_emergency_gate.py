"""Emergency approvals: given by the database in one form only, refused where anything of it lacks."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

import pytest
from django.db import DatabaseError, transaction

from network.rules.models import Rule
from network.tenancy.api import Site, get_site, in_site
from sites.accounts.models import Staff
from sites.editing.actions import INSERT_DECISION, approve
from sites.editing.emergency import INSERT_MARK
from sites.editing.models import Approval, Decision, EmergencyMark
from sites.pages.models import ArticlePage
from tests.factories.articles import change_article, draft_article, paragraph
from tests.factories.emergencies import REASON, with_lane_duty
from tests.sites.editing.gate_acts import committing, refused_by_gate, run_sql, stored

pytestmark = [pytest.mark.gate, pytest.mark.django_db]
Owner = Callable[[], AbstractContextManager[None]]
BOTH = (("final", "final_reviewer"), ("secrecy", "secrecy_reviewer"))


def write_mark(article: ArticlePage, *, by: str = "editor", named: Sequence[str] = ("final", "secrecy")) -> None:
    """A mark as the application writes it, without the application's own checks."""
    person = Staff.objects.get(username=by)
    people = [Staff.objects.get(username=name).pk for name in named]
    revision = ArticlePage.objects.get(pk=article.pk).latest_revision_id
    assert run_sql(INSERT_MARK, [0, person.pk, by, REASON, json.dumps(people), revision]) == 1


def write_decisions(article: ArticlePage, people: Sequence[tuple[str, str]] = BOTH) -> None:
    revision = ArticlePage.objects.get(pk=article.pk).latest_revision_id
    for username, duty in people:
        person = Staff.objects.get(username=username)
        assert run_sql(INSERT_DECISION, [person.pk, username, duty, "approve", "", revision]) == 1


def publish_by_hand(article: ArticlePage, kind: str = "emergency") -> None:
    ArticlePage.objects.get(pk=article.pk).get_latest_revision().publish(user=None)
    assert approve(kind, [article.pk]) == 1


@pytest.mark.parametrize("slug", ["hub", "guangdong", "guangzhou"])
def test_two_named_people_and_a_mark_publish(db: None, slug: str) -> None:
    site = get_site(slug)
    article = draft_article(site)
    with committing(site):
        with_lane_duty()
        write_mark(article)
        write_decisions(article)
        publish_by_hand(article)
        approval = Approval.objects.get(page_id=article.pk)
    assert (approval.kind, approval.people, len(approval.decisions)) == ("emergency", 2, 2)
    assert stored(site, article.pk)["live"] is True


def unmarked(article: ArticlePage) -> None:
    write_decisions(article)


def marked_before_a_change(article: ArticlePage) -> None:
    write_mark(article)
    write_decisions(change_article(article, title="标明以后改的标题"))


def marked_without_the_duty(article: ArticlePage) -> None:
    write_mark(article, by="editor2")
    write_decisions(article)


def marked_by_somebody_who_left(article: ArticlePage) -> None:
    write_mark(article)
    write_decisions(article)
    Staff.objects.filter(username="editor").update(is_active=False)


def decided_by_the_author(article: ArticlePage) -> None:
    write_mark(article, named=("editor", "secrecy"))
    write_decisions(article, [("editor", "final_reviewer"), BOTH[1]])


def decided_by_the_author_alone(article: ArticlePage) -> None:
    write_mark(article, named=("editor",))
    write_decisions(article, [("editor", "final_reviewer"), ("editor", "secrecy_reviewer")])


def decided_by_one_person(article: ArticlePage) -> None:
    write_mark(article)
    write_decisions(article, [("secrecy", duty) for _name, duty in BOTH])


def decided_without_secrecy(article: ArticlePage) -> None:
    write_mark(article, named=("final", "reviewer"))
    write_decisions(article, [BOTH[0], ("reviewer", "reviewer")])


def decided_without_final(article: ArticlePage) -> None:
    write_mark(article, named=("reviewer", "secrecy"))
    write_decisions(article, [("reviewer", "reviewer"), BOTH[1]])


def decided_by_somebody_not_named(article: ArticlePage) -> None:
    write_mark(article, named=("secrecy", "reviewer"))
    write_decisions(article)


def decided_by_a_leaver(article: ArticlePage) -> None:
    write_mark(article)
    write_decisions(article)
    Staff.objects.filter(username="final").update(is_active=False)


def decided_and_then_changed(article: ArticlePage) -> None:
    write_mark(article)
    write_decisions(article)
    run_sql(
        "UPDATE wagtailcore_revision SET content = jsonb_set(content, '{title}', '\"偷换的标题\"') WHERE id = %s",
        [ArticlePage.objects.get(pk=article.pk).latest_revision_id],
    )


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (unmarked, "is not marked as an emergency in this form"),
        (marked_before_a_change, "is not marked as an emergency in this form"),
        (marked_without_the_duty, "is not marked as an emergency in this form"),
        (marked_by_somebody_who_left, "is not marked as an emergency in this form"),
        (decided_and_then_changed, "is not marked as an emergency in this form"),
        (decided_by_the_author, "has no final review by another person"),
        (decided_by_the_author_alone, "has no secrecy check by another person"),
        (decided_by_one_person, "was approved by 1 people, the rule asks for 2"),
        (decided_without_secrecy, "has no secrecy check by another person"),
        (decided_without_final, "has no final review by another person"),
        (decided_by_somebody_not_named, "has no final review by another person"),
        (decided_by_a_leaver, "has no final review by another person"),
    ],
)
def test_nothing_less_publishes(guangdong: Site, act: Callable[[ArticlePage], None], reason: str) -> None:
    article = draft_article(guangdong)
    before = stored(guangdong, article.pk)
    with refused_by_gate(guangdong, reason):
        with_lane_duty()
        act(article)
        publish_by_hand(article)
    assert stored(guangdong, article.pk) == before
    with in_site(guangdong):
        assert (EmergencyMark.objects.count(), Decision.objects.count()) == (0, 0)


def test_a_mark_is_no_ordinary_approval(guangdong: Site) -> None:
    article = draft_article(guangdong)
    with refused_by_gate(guangdong, "was approved by 2 people, the rule asks for 3"):
        with_lane_duty()
        write_mark(article)
        write_decisions(article)
        publish_by_hand(article, "review")
    assert stored(guangdong, article.pk)["live"] is False


def test_the_rows_must_stand_as_the_marked_revision_says(guangdong: Site) -> None:
    article = draft_article(guangdong)
    with refused_by_gate(guangdong, "does not stand as its reviewed revision says"):
        with_lane_duty()
        write_mark(article)
        write_decisions(article)
        ArticlePage.objects.get(pk=article.pk).get_latest_revision().publish(user=None)
        ArticlePage.objects.filter(pk=article.pk).update(body=paragraph("偷换的正文"))
        approve("emergency", [article.pk])
    assert stored(guangdong, article.pk)["live"] is False


def test_the_level_of_a_site_closes_the_lane(shenzhen: Site) -> None:
    """A prefecture's ordinary review has the fewest people that there may be."""
    Site.objects.filter(pk=shenzhen.pk).update(level="prefecture")
    article = draft_article(shenzhen)

    def act(kind: str) -> None:
        with_lane_duty()
        write_mark(article)
        write_decisions(article)
        publish_by_hand(article, kind)

    with refused_by_gate(shenzhen, "keep the emergency lane of site shenzhen closed"):
        act("emergency")
    assert stored(shenzhen, article.pk)["live"] is False
    with committing(shenzhen):
        act("review")
    assert stored(shenzhen, article.pk)["live"] is True


@pytest.mark.django_db(transaction=True)
def test_a_province_closes_the_lane_of_its_cities_and_opens_none_below_two(
    owner: Owner, guangdong: Site, guangzhou: Site, shenzhen: Site, hebei: Site
) -> None:
    """The nearest layer counts, a number below the floor does not."""
    facts = {
        "level": "all",
        "document": "试验文件",
        "clause": "一",
        "effective_from": datetime.date(2020, 1, 1),
        "sure": "proposal",
    }
    with owner():
        Rule.objects.create(key="emergency.is_open", place="guangdong", value=False, **facts)
        Rule.objects.create(key="emergency.is_open", place="shenzhen", value=True, **facts)
        Rule.objects.create(key="emergency.people", place="shenzhen", value=1, **facts)

    def act(article: ArticlePage, people: Sequence[tuple[str, str]]) -> None:
        with_lane_duty()
        write_mark(article)
        write_decisions(article, people)
        publish_by_hand(article)

    for site in (guangdong, guangzhou):
        article = draft_article(site)
        with refused_by_gate(site, f"keep the emergency lane of site {site.schema_name} closed"):
            act(article, BOTH)
        assert stored(site, article.pk)["live"] is False
    for site in (shenzhen, hebei):
        article = draft_article(site)
        with refused_by_gate(site, "was approved by 1 people, the rule asks for 2"):
            act(article, [("secrecy", duty) for _name, duty in BOTH])
        with committing(site):
            act(article, BOTH)
        assert stored(site, article.pk)["live"] is True


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sites_editing_emergencymark SET reviewers = '[1, 2, 3]'",
        "DELETE FROM sites_editing_emergencymark",
        "TRUNCATE sites_editing_emergencymark",
        "DELETE FROM public.network_upkeep_rereview",
        "TRUNCATE public.network_upkeep_rereview",
    ],
)
def test_the_application_role_may_not(guangdong: Site, statement: str) -> None:
    with in_site(guangdong), pytest.raises(DatabaseError) as caught, transaction.atomic():
        run_sql(statement)
    assert caught.value.__cause__.sqlstate == "42501", str(caught.value)


def test_a_mark_of_one_site_does_nothing_at_another(guangdong: Site, hebei: Site) -> None:
    here, there = draft_article(guangdong, slug="same"), draft_article(hebei, slug="same")
    with committing(guangdong):
        with_lane_duty()
        write_mark(here)
        write_decisions(here)
        publish_by_hand(here)
    with refused_by_gate(hebei, "is not marked as an emergency in this form"):
        with_lane_duty()
        write_decisions(there)
        publish_by_hand(there)
    assert stored(hebei, there.pk)["live"] is False
