"""The publisher's board: one question for the whole screen, people by their names."""

from __future__ import annotations

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from network.tenancy.api import Site, in_site
from sites.accounts.models import Staff
from sites.editing.models import Decision
from sites.editing.queries import names_of
from sites.editing.releasing import publish_waiting, schedule_waiting
from sites.pages.models import ArticlePage
from tests.factories.people import client_of, staff
from tests.factories.publishing import PERSON, approved_article, waiting_step
from tests.sites.editing.gate_acts import run_sql

pytestmark = [pytest.mark.gate, pytest.mark.tenancy, pytest.mark.django_db]


def waiting_of(site: Site, article: ArticlePage) -> str:
    """The form of an article that waits, as the board names it."""
    with in_site(site):
        step = waiting_step(article)
    return f"{step.pk}-{step.revision_id}"


def test_the_board_asks_once_for_the_whole_screen(guangzhou: Site, shenzhen: Site) -> None:
    board, client = reverse("sites_publishing:board"), client_of(guangzhou, PERSON)

    def look(articles: list[ArticlePage]) -> int:
        with CaptureQueriesContext(connection) as asked:
            page = client.get(board).content.decode()
        assert [int(key) for key in re.findall(r'<tr data-page="(\d+)" data-may="yes">', page)] == [
            article.pk for article in articles
        ]
        return len(asked)

    articles = [approved_article(guangzhou)]
    approved_article(shenzhen)
    look(articles)
    once = look(articles)
    articles += [approved_article(guangzhou), approved_article(guangzhou)]
    assert look(articles) == once
    # What is wrong with one is told of that one alone.
    with in_site(guangzhou):
        run_sql("UPDATE wagtailcore_revision SET content = content || '{\"title\": \"x\"}' WHERE id = %s",
                [articles[1].latest_revision_id])  # fmt: skip
    page = client.get(board).content.decode()
    assert page.count("核准以后改过正文") == 1
    assert page.count('name="chosen"') == 2
    assert f'value="{waiting_of(guangzhou, articles[1])}"' not in page


def test_people_are_shown_by_their_names(guangzhou: Site) -> None:
    article = approved_article(guangzhou)
    with in_site(guangzhou):
        step, publisher = waiting_step(article), staff(guangzhou, PERSON)
        at = timezone.now() + datetime.timedelta(hours=2)
        schedule_waiting(step.pk, step.revision_id, acting_user=publisher, publish_at=at)
        for username, name in (("reviewer", "初审人甲"), ("final", "终审人乙"), (PERSON, "发布人丙")):
            Staff.objects.filter(username=username).update(display_name=name)
    board, client = reverse("sites_publishing:board"), client_of(guangzhou, PERSON)
    page = client.get(board).content.decode()
    assert "初审人甲、终审人乙、secrecy</td>" in page
    assert '<span class="help">发布人丙</span>' in page
    item = client.get(reverse("sites_publishing:item", args=[article.pk])).content.decode()
    for name in ("初审人甲", "终审人乙", "secrecy", "发布人丙"):
        assert name in item, name
    with in_site(guangzhou):
        publish_waiting(step.pk, step.revision_id, acting_user=publisher)
    assert "<td>发布人丙</td>" in client.get(board).content.decode()


def test_a_key_that_is_somebody_elses_here_names_nobody(guangzhou: Site) -> None:
    with in_site(guangzhou):
        person = staff(guangzhou, "final")
        Staff.objects.filter(pk=person.pk).update(display_name="终审人乙")
        here, elsewhere = (Decision(person_id=person.pk, person_name=name) for name in ("final", "li.si"))
        assert names_of([here, elsewhere]) == {(person.pk, "final"): "终审人乙", (person.pk, "li.si"): "li.si"}
