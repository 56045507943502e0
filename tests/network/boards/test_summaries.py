"""Summary rows: written inside the site, asked for by what changed; who may close is told, once."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.utils import timezone

from network.audit.api import record
from network.audit.models import AuditEntry
from network.boards.actions import ask_for_summaries, ask_for_what_changed, tell_closing_due
from network.boards.models import SiteSummary
from network.events import sweeps
from network.outbox.models import Work
from network.rules.models import Rule
from network.tenancy.api import Site, get_site, in_site
from network.tenancy.lifecycle import move_site
from tests.factories.articles import draft_article, reviewed_article, submit
from tests.factories.deliveries import work_off
from tests.factories.people import client_of, staff

pytestmark = [pytest.mark.tenancy]
Owner = Callable[[], AbstractContextManager[None]]


def wanted() -> set[str]:
    return set(Work.objects.filter(kind="boards.summary").values_list("site", flat=True))


@pytest.mark.django_db
def test_each_site_counts_its_own(guangzhou: Site, shenzhen: Site) -> None:
    reviewed_article(guangzhou)
    waiting = draft_article(guangzhou)
    with in_site(guangzhou):
        submit(waiting)
    draft_article(shenzhen)
    Work.objects.create(kind="tests.none", site="shenzhen", key="1", state="dead")
    ask_for_summaries(["guangzhou", "shenzhen"])
    work_off()
    one, other = SiteSummary.objects.get(site="guangzhou"), SiteSummary.objects.get(site="shenzhen")
    assert (one.live_pages, one.waiting_reviews, one.dead_work, one.last_published_at is not None) == (1, 1, 0, True)
    assert (other.live_pages, other.waiting_reviews, other.dead_work, other.last_published_at) == (0, 0, 1, None)


@pytest.mark.django_db
def test_only_what_changed_is_counted_again(hub: Site) -> None:
    assert ask_for_what_changed() == 5
    work_off()
    assert AuditEntry.objects.filter(act="outbox.work", object_kind="boards.summary").count() == 5
    assert ask_for_what_changed() == 0
    SiteSummary.objects.filter(site="hebei").update(updated_at=timezone.now() - datetime.timedelta(minutes=11))
    SiteSummary.objects.filter(site="shenzhen").update(updated_at=timezone.now() - datetime.timedelta(minutes=1))
    record("page.publish", site="shenzhen")
    assert ask_for_what_changed() == 2
    assert wanted() == {"hebei", "shenzhen"}


def test_the_worker_knows_the_sweeps() -> None:
    assert {"boards.summary", "boards.closing_due", "syndication.merge"} <= {name for name, _ in sweeps.items()}


@pytest.mark.django_db(transaction=True)
def test_a_notice_that_has_stood_is_told_once_and_closed_by_a_person(owner: Owner, hub: Site, guangzhou: Site) -> None:
    with owner():
        Rule.objects.filter(key="site.closing_notice_months").update(value=0)

    def move(state: str) -> Site:
        with in_site(hub):
            return move_site(
                get_site("guangzhou"), state, acting_user=staff(hub, "manager"), site=hub, reason="并入",
                confirmed_key="guangzhou",
            )  # fmt: skip

    assert move("closing").closing_on == timezone.localdate()
    ask_for_summaries(["guangzhou"])
    work_off()
    assert (tell_closing_due(), tell_closing_due()) == (1, 0)
    assert {entry.site for entry in AuditEntry.objects.filter(act="site.closing_due")} == {"guangzhou", "guangdong"}
    # Nobody is closed by it.
    assert get_site("guangzhou").state == "closing"
    assert "公告期满" in client_of(hub, "manager").get("/admin/network/sites/guangzhou/").content.decode()
    assert move("closed").state == "closed"
    assert client_of(guangzhou).get("/").status_code == 410
