"""Commands that come round: one piece of work per site, spread, never doubled."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from network.events import periodic_commands
from network.outbox.api import drain
from network.outbox.models import Periodic, Work
from network.outbox.periodic import KIND, fan_out_due
from network.tenancy.api import Site, State, in_site
from sites.pages.models import ArticlePage
from tests.factories.articles import reviewed_article
from tests.factories.lives import bring_to
from tests.factories.people import client_of

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]


def come_due() -> None:
    fan_out_due()
    Periodic.objects.update(due_at=timezone.now() - datetime.timedelta(seconds=1))


def test_nothing_runs_before_a_first_period_is_over(hub: Site) -> None:
    assert fan_out_due() == 0
    commands = dict(Periodic.objects.values_list("command", "due_at"))
    assert set(commands) == {name for name, _ in periodic_commands.items()} >= {"publish_scheduled", "clearsessions"}
    assert all(due > timezone.now() for due in commands.values())


def test_each_site_gets_one_piece_spread_over_the_period(hub: Site, hebei: Site) -> None:
    come_due()
    bring_to(hebei, State.CLOSED, into=hub)
    assert fan_out_due() == 4 * len(periodic_commands.items())
    work = Work.objects.filter(kind=KIND, key="publish_scheduled")
    assert sorted(work.values_list("site", flat=True)) == ["guangdong", "guangzhou", "hub", "shenzhen"]
    pauses = [(piece.not_before - timezone.now()).total_seconds() for piece in work]
    assert len(set(pauses)) == 4
    assert max(pauses) <= 300
    assert fan_out_due() == 0
    Periodic.objects.update(due_at=timezone.now() - datetime.timedelta(seconds=1))
    assert fan_out_due() == 0  # what waits is not doubled
    assert Work.objects.filter(kind=KIND).count() == 4 * len(periodic_commands.items())


def test_an_expired_page_goes_off_line_at_its_site_only(guangzhou: Site, shenzhen: Site) -> None:
    article = reviewed_article(guangzhou)
    other = reviewed_article(shenzhen)
    with in_site(guangzhou):
        ArticlePage.objects.filter(pk=article.pk).update(expire_at=timezone.now() - datetime.timedelta(minutes=1))
        Session.objects.create(session_key="old", session_data="", expire_date=timezone.now())
    come_due()
    fan_out_due()
    Work.objects.update(not_before=timezone.now() - datetime.timedelta(days=1))
    drain()
    assert client_of(guangzhou).get(article.get_site_path()).status_code == 404
    assert client_of(shenzhen).get(other.get_site_path()).status_code == 200
    with in_site(guangzhou):
        assert not Session.objects.filter(session_key="old").exists()
    assert not Work.objects.filter(kind=KIND).exists()


def test_a_dead_piece_is_tried_again_next_time(hub: Site) -> None:
    come_due()
    fan_out_due()
    Work.objects.filter(kind=KIND).update(state="dead", attempts=8)
    Periodic.objects.update(due_at=timezone.now() - datetime.timedelta(seconds=1))
    written: Any = fan_out_due()
    assert written == Work.objects.filter(kind=KIND, state="waiting", attempts=0).count() == 5 * 2
