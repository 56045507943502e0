"""Emergency releases as people of a site make them; what they owe, written as rows."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from wagtail.models import WorkflowState

from network.tenancy.api import Site, current_site, in_site
from network.upkeep.models import Rereview
from sites.accounts.models import Staff
from sites.accounts.roles import EMERGENCY, group_of
from sites.editing.emergency import start_emergency
from sites.pages.models import ArticlePage
from tests.factories.articles import decide_next, draft_article

REASON = "某批次食品正在召回，须立即提示消费者"


def with_lane_duty(username: str = "editor") -> Staff:
    """A person who may use the lane; inside the site."""
    person = Staff.objects.get(username=username)
    person.groups.add(group_of(EMERGENCY))
    return Staff.objects.get(username=username)


def mark_emergency(article: ArticlePage, *, by: str = "editor", reason: str = REASON, **named: str) -> WorkflowState:
    """Mark the latest revision, the seeded reviewers named unless told otherwise; inside the site."""
    names = {"final_reviewer": "final", "secrecy_reviewer": "secrecy", **named}
    return start_emergency(
        type(article).objects.get(pk=article.pk),
        acting_user=Staff.objects.get(username=by),
        site=current_site(),
        reason=reason,
        reviewers={duty: Staff.objects.get(username=name) for duty, name in names.items()},
    )


def decide_all(article: ArticlePage) -> ArticlePage:
    """The named people approve; the last approval publishes. Inside the site."""
    while type(article).objects.get(pk=article.pk).current_workflow_task_state is not None:
        decide_next(article)
    connection.check_constraints()
    return type(article).objects.get(pk=article.pk)


def released_article(site: Site, **traits: Any) -> ArticlePage:
    """A live article that went through the lane and waits for its re-review."""
    article = draft_article(site, **traits)
    with in_site(site), transaction.atomic():
        with_lane_duty()
        mark_emergency(article)
        return decide_all(article)


def rereview_row(site: Site, page_id: int, *, hours: int = 24, title: str = "应急发布的信息") -> Rereview:
    """A re-review that waits, due so many hours from now; negative for one that is late."""
    now = timezone.now()
    return Rereview.objects.create(
        site=site.slug,
        page_id=page_id,
        title=title,
        reason=REASON,
        asked_by="editor",
        reviewed_by="final、secrecy",
        published_at=now,
        due_at=now + datetime.timedelta(hours=hours),
    )
