"""Approvals: given by one SQL function, which re-checks the people behind them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction
from wagtail.models import Page

from network.tenancy.api import Site, get_site, in_site
from sites.accounts.models import Staff
from sites.editing.actions import INSERT_DECISION, approve
from sites.editing.models import Approval, Decision
from sites.pages.models import ArticlePage
from tests.factories.articles import change_article, draft_article, paragraph, reviewed_article
from tests.factories.people import staff
from tests.sites.editing.gate_acts import committing, refused_by_gate, run_sql, stored

pytestmark = [pytest.mark.gate, pytest.mark.django_db]
ROOT = Path(__file__).resolve().parents[3]
FULL = [("reviewer", "reviewer"), ("final", "final_reviewer"), ("secrecy", "secrecy_reviewer")]


def write_decision(article: ArticlePage, username: str, duty: str, outcome: str = "approve") -> None:
    """A decision as the application writes it, without the application's own checks."""
    person = Staff.objects.get(username=username)
    revision = ArticlePage.objects.get(pk=article.pk).latest_revision_id
    assert run_sql(INSERT_DECISION, [person.pk, username, duty, outcome, "", revision]) == 1


def publish_by_hand(article: ArticlePage) -> None:
    """Publish the newest revision, then ask the database for its approval."""
    ArticlePage.objects.get(pk=article.pk).get_latest_revision().publish(user=None)
    assert approve("review", [article.pk]) == 1


@pytest.mark.parametrize(
    ("slug", "people"),
    [("hub", FULL), ("guangdong", FULL), ("guangzhou", FULL)],
)
def test_enough_people_with_secrecy_check_publish(db: None, slug: str, people: list[tuple[str, str]]) -> None:
    site = get_site(slug)
    article = draft_article(site)
    with committing(site):
        for username, duty in people:
            write_decision(article, username, duty)
        publish_by_hand(article)
        approval = Approval.objects.get(page_id=article.pk)
    assert (approval.kind, approval.people, len(approval.decisions)) == ("review", 3, 3)
    assert stored(site, article.pk)["live"] is True


@pytest.mark.parametrize(
    ("slug", "people", "reason"),
    [
        ("hub", FULL[1:], "was approved by 2 people, the rule asks for 3"),
        ("guangdong", FULL[1:], "was approved by 2 people, the rule asks for 3"),
        ("guangzhou", FULL[1:], "was approved by 2 people, the rule asks for 3"),
        ("guangzhou", FULL[2:], "was approved by 1 people, the rule asks for 3"),
        ("guangzhou", FULL[:2], "has no secrecy check by another person"),
        ("guangzhou", [], "has no secrecy check by another person"),
        ("guangzhou", [*FULL[1:], ("editor", "reviewer")], "was approved by 2 people"),
        ("guangzhou", [*FULL[:2], ("editor", "secrecy_reviewer")], "has no secrecy check"),
        ("guangzhou", [*FULL[1:], ("final", "reviewer")], "was approved by 2 people"),
        ("guangzhou", [("secrecy", duty) for _, duty in FULL], "was approved by 1 people"),
    ],
)
def test_too_few_or_wrong_people_do_not_publish(
    db: None, slug: str, people: list[tuple[str, str]], reason: str
) -> None:
    site = get_site(slug)
    article = draft_article(site)
    before = stored(site, article.pk)
    with refused_by_gate(site, reason):
        for username, duty in people:
            write_decision(article, username, duty)
        publish_by_hand(article)
    assert stored(site, article.pk) == before
    with in_site(site):
        assert Decision.objects.count() == 0


@pytest.mark.parametrize(("level", "is_enough"), [("prefecture", True), ("subprovincial", False)])
def test_the_level_of_the_site_says_how_many(shenzhen: Site, level: str, is_enough: bool) -> None:
    Site.objects.filter(pk=shenzhen.pk).update(level=level)
    article = draft_article(shenzhen)

    def act() -> None:
        for username, duty in FULL[1:]:
            write_decision(article, username, duty)
        publish_by_hand(article)

    if is_enough:
        with committing(shenzhen):
            act()
    else:
        with refused_by_gate(shenzhen, "the rule asks for 3"):
            act()
    assert stored(shenzhen, article.pk)["live"] is is_enough


def decide_then(article: ArticlePage, act: Callable[[ArticlePage], None]) -> None:
    for username, duty in FULL:
        write_decision(article, username, duty)
    act(article)
    publish_by_hand(article)


def edit_the_decided_revision(article: ArticlePage) -> None:
    run_sql(
        "UPDATE wagtailcore_revision SET content = jsonb_set(content, '{title}', '\"偷换的标题\"') WHERE id = %s",
        [ArticlePage.objects.get(pk=article.pk).latest_revision_id],
    )


def write_a_newer_revision(article: ArticlePage) -> None:
    change_article(article, title="审后改动")


def deactivate_a_reviewer(article: ArticlePage) -> None:
    Staff.objects.filter(username="secrecy").update(is_active=False)


def let_a_reviewer_write(article: ArticlePage) -> None:
    """A reviewer who wrote an earlier revision of this form is an author of it."""
    revision = ArticlePage.objects.get(pk=article.pk).latest_revision
    run_sql(
        """INSERT INTO wagtailcore_revision (id, object_id, content, created_at, user_id, content_type_id,
               base_content_type_id, object_str)
           SELECT -1, object_id, content, created_at, %s, content_type_id, base_content_type_id, object_str
           FROM wagtailcore_revision WHERE id = %s""",
        [Staff.objects.get(username="final").pk, revision.pk],
    )
    run_sql("UPDATE wagtailcore_revision SET id = 0 WHERE id = -1")
    run_sql(
        "UPDATE wagtailcore_page SET owner_id = %s WHERE id = %s", [Staff.objects.get(username="final").pk, article.pk]
    )


@pytest.mark.parametrize(
    "act", [edit_the_decided_revision, write_a_newer_revision, deactivate_a_reviewer, let_a_reviewer_write]
)
def test_decisions_hold_for_what_was_decided_by_whom(guangzhou: Site, act: Callable[[ArticlePage], None]) -> None:
    article = draft_article(guangzhou)
    before = stored(guangzhou, article.pk)
    with refused_by_gate(guangzhou, "has no secrecy check|was approved by 2 people"):
        decide_then(article, act)
    assert stored(guangzhou, article.pk) == before


def test_a_return_is_no_approval(guangzhou: Site) -> None:
    article = draft_article(guangzhou)
    with refused_by_gate(guangzhou, "was approved by 2 people"):
        write_decision(article, "reviewer", "reviewer", outcome="return")
        for username, duty in FULL[1:]:
            write_decision(article, username, duty)
        publish_by_hand(article)
    assert stored(guangzhou, article.pk)["live"] is False


def test_rows_must_stand_as_the_reviewed_revision_says(guangzhou: Site) -> None:
    article = draft_article(guangzhou)
    with refused_by_gate(guangzhou, "does not stand as its reviewed revision says"):
        for username, duty in FULL:
            write_decision(article, username, duty)
        ArticlePage.objects.get(pk=article.pk).get_latest_revision().publish(user=None)
        ArticlePage.objects.filter(pk=article.pk).update(body=paragraph("偷换的正文"))
        approve("review", [article.pk])
    assert stored(guangzhou, article.pk)["live"] is False


def test_decisions_of_another_page_do_not_count(guangzhou: Site) -> None:
    approved, article = reviewed_article(guangzhou), draft_article(guangzhou)
    with refused_by_gate(guangzhou, "has no secrecy check"):
        publish_by_hand(article)
    assert stored(guangzhou, article.pk)["live"] is False
    assert stored(guangzhou, approved.pk)["live"] is True


FORBIDDEN = [
    (
        "INSERT INTO sites_editing_approval (page_id, kind, rows_hash, people, decisions, created_at, voided_reason)"
        " VALUES ({page}, 'review', public.gate_page_hash('guangzhou', {page}), 9, '[]', now(), '')"
    ),
    "UPDATE sites_editing_approval SET voided_at = NULL",
    "DELETE FROM sites_editing_approval",
    "TRUNCATE sites_editing_approval",
    "UPDATE sites_editing_decision SET outcome = 'approve'",
    "DELETE FROM sites_editing_decision",
    "DELETE FROM sites_editing_gatedtable",
    "INSERT INTO sites_editing_gatedtable VALUES ('x', 'y', true)",
    "ALTER TABLE wagtailcore_page DISABLE TRIGGER publish_gate",
    "ALTER TABLE sites_pages_articlepage DISABLE TRIGGER ALL",
    "DROP TRIGGER publish_gate ON wagtailcore_page",
    "SET session_replication_role = replica",
    "CREATE OR REPLACE FUNCTION public.gate_check() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "CREATE FUNCTION public.gate_mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "CREATE TABLE guangzhou.mine (id integer)",
    "DELETE FROM public.network_rules_rule",
    "UPDATE public.network_rules_rule SET value = '1'",
    "UPDATE public.network_tenancy_installation SET is_demo = true",
    "SELECT public.gate_approve('guangzhou', 'sample', ARRAY[{page}])",
    "SELECT public.gate_approve('guangzhou', 'provisioned', ARRAY[{page}])",
    "SET ROLE govsites_owner",
    "GRANT govsites_owner TO govsites_app",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_application_role_may_not(guangzhou: Site, statement: str) -> None:
    article = draft_article(guangzhou)
    before = stored(guangzhou, article.pk)
    with in_site(guangzhou), pytest.raises(DatabaseError) as caught, transaction.atomic():
        run_sql(statement.format(page=article.pk))
    assert caught.value.__cause__.sqlstate == "42501", str(caught.value)
    assert stored(guangzhou, article.pk) == before


def test_the_application_role_owns_nothing(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, count(*) FROM pg_class WHERE relowner = current_user::regrole")
        assert cursor.fetchone() == ("govsites_app", 0)
        cursor.execute(
            "SELECT rolsuper, rolcreaterole, rolcreatedb, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (False, False, False, False)


def test_an_unknown_kind_is_refused(guangzhou: Site) -> None:
    article = reviewed_article(guangzhou)
    with (
        in_site(guangzhou),
        pytest.raises(DatabaseError, match="Approval kind urgent does not exist"),
        transaction.atomic(),
    ):
        approve("urgent", [article.pk])


def test_an_article_is_no_placement(guangzhou: Site) -> None:
    article = draft_article(guangzhou)
    with refused_by_gate(guangzhou, "is not the plain placement of a live item"):
        Page.objects.filter(pk=article.pk).update(live=True)
        approve("edition", [article.pk])
    assert stored(guangzhou, article.pk)["live"] is False


def test_a_page_that_does_not_exist_is_named(guangzhou: Site) -> None:
    with (
        in_site(guangzhou),
        pytest.raises(DatabaseError, match="Page 999999 does not exist on site guangzhou"),
        transaction.atomic(),
    ):
        approve("review", [999999])


def test_one_wrong_page_refuses_the_whole_set(guangzhou: Site) -> None:
    good, bad = reviewed_article(guangzhou), draft_article(guangzhou)
    before = stored(guangzhou, good.pk)
    with in_site(guangzhou), pytest.raises(IntegrityError), transaction.atomic():
        approve("review", [good.pk, bad.pk])
    assert stored(guangzhou, good.pk) == before


def last_key() -> int:
    """The key last given out for a page of the site that is entered."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM wagtailcore_page_id_seq")
        return int(cursor.fetchone()[0])


def test_approvals_of_one_site_do_nothing_for_another(guangzhou: Site, shenzhen: Site) -> None:
    """Equal keys, equal words: each site needs its own people."""
    here = draft_article(guangzhou, slug="same", title="同一标题")
    with in_site(shenzhen):
        run_sql(
            "SELECT nextval(pg_get_serial_sequence('wagtailcore_page', 'id')) FROM generate_series(%s, %s)",
            [last_key(), here.pk - 2],
        )
    there = draft_article(shenzhen, slug="same", title="同一标题")
    assert here.pk == there.pk
    with committing(guangzhou):
        for username, duty in FULL:
            write_decision(here, username, duty)
        publish_by_hand(here)
    with refused_by_gate(shenzhen):
        Page.objects.filter(pk=there.pk).update(live=True)
    assert stored(guangzhou, here.pk)["live"] is True
    assert stored(shenzhen, there.pk)["live"] is False


def test_only_one_function_writes_approvals() -> None:
    """No second writer, neither in SQL nor in Python."""
    inserting = re.compile(r"INSERT\s+INTO\s+(%I\.|public\.|\S+\.)?\"?sites_editing_approval", re.IGNORECASE)
    creating = re.compile(
        r"Approval(\.objects)?\s*\.?\s*\(?\.?(create|bulk_create|get_or_create|update_or_create|save)\b"
    )
    writers = []
    for folder in ("network", "sites", "search", "themes", "deploy"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix not in {".py", ".sql"}:
                continue
            text = path.read_text(encoding="utf-8")
            writers += [str(path.relative_to(ROOT))] * (len(inserting.findall(text)) + len(creating.findall(text)))
    # proving.py tries the INSERT that the database must refuse.
    assert writers == ["sites/editing/proving.py", "sites/editing/sql/gate.sql"]


def test_only_one_database_function_writes_approvals(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT oid::regprocedure::text FROM pg_proc "
            "WHERE prosrc ~* 'insert into \\S*sites_editing_approval' ORDER BY 1"
        )
        assert cursor.fetchall() == [("gate_approve(text,text,bigint[])",)]


def test_a_decision_cannot_be_made_by_whom_the_step_is_not(guangzhou: Site) -> None:
    from network.errors import NotAllowed
    from tests.factories.articles import decide_next, submit

    article = draft_article(guangzhou)
    with in_site(guangzhou):
        submit(article)
        for username in ("editor", "webmaster", "final"):
            with pytest.raises(NotAllowed, match="须由承担该职责"), transaction.atomic():
                decide_next(article, by=username)
        assert Decision.objects.count() == 0
        decide_next(article, by="reviewer")
        assert list(Decision.objects.values_list("person_name", "duty", "outcome")) == [
            ("reviewer", "reviewer", "approve")
        ]


def test_a_person_of_two_groups_decides_one_step(guangzhou: Site) -> None:
    from network.errors import NotAllowed
    from sites.accounts.roles import FINAL_REVIEWER, group_of
    from tests.factories.articles import decide_next, submit

    article = draft_article(guangzhou)
    reviewer = staff(guangzhou, "reviewer")
    with in_site(guangzhou):
        reviewer.groups.add(group_of(FINAL_REVIEWER))
        submit(article)
        decide_next(article, by="reviewer")
        with pytest.raises(NotAllowed, match="“reviewer”不能办理“终审”"), transaction.atomic():
            decide_next(article, by="reviewer")
        assert Decision.objects.count() == 1


def test_the_sample_and_provisioned_kinds_belong_to_the_owner(guangzhou: Site) -> None:
    """Control of the refusals above: the function itself knows both kinds."""
    with in_site(guangzhou):
        kinds = set(Approval.objects.values_list("kind", flat=True))
    assert kinds == {"provisioned"}
    with pytest.raises(ProgrammingError, match="owner role only"), in_site(guangzhou), transaction.atomic():
        approve("provisioned", [Page.objects.get(depth=2).pk])
