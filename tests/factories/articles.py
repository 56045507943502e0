"""Articles as people of a site make them: drafted, sent for review, decided step by step."""

from __future__ import annotations

import itertools
from typing import Any

from django.db import connection, transaction
from wagtail.models import Workflow

from network.syndication.api import Audience, DispatchResult, dispatch_item
from network.tenancy.api import Site, in_site
from sites.accounts.models import Staff
from sites.pages.models import ArticlePage, ColumnPage
from sites.pages.sources import edition_source

REVIEWERS = {"reviewer": "reviewer", "final_reviewer": "final", "secrecy_reviewer": "secrecy"}
COLUMN = "tzgg"
_numbers = itertools.count(1)


def paragraph(text: str) -> list[dict[str, Any]]:
    """A body of one paragraph."""
    return [{"type": "paragraph", "value": f"<p>{text}</p>"}]


def draft_article(site: Site, *, column: str = COLUMN, author: str = "editor", **traits: Any) -> ArticlePage:
    """A draft with one revision by its author. The caller need not be inside the site."""
    number = next(_numbers)
    values = {
        "title": f"关于规范登记工作的通知{number}",
        "slug": f"notice-{number}",
        "kind": "notice",
        "summary": f"登记工作第{number}号通知的摘要。",
        "body": paragraph(f"各单位应当规范登记工作，本通知编号{number}。"),
        **traits,
    }
    with in_site(site), transaction.atomic():
        person = Staff.objects.get(username=author)
        article = ArticlePage(live=False, owner=person, **values)
        ColumnPage.objects.get(key=column).add_child(instance=article)
        article.save_revision(user=person)
    return article


def change_article(article: ArticlePage, *, author: str = "editor", **changes: Any) -> ArticlePage:
    """A new revision over what stands, by an author; inside the site."""
    page = article.get_latest_revision_as_object()
    for name, value in changes.items():
        setattr(page, name, value)
    page.save_revision(user=Staff.objects.get(username=author))
    return ArticlePage.objects.get(pk=article.pk)


def submit(article: ArticlePage, *, by: str = "editor") -> Any:
    """Start the review workflow; inside the site. Returns the workflow state."""
    page = type(article).objects.get(pk=article.pk)
    return Workflow.objects.get(name="审核发布").start(page, Staff.objects.get(username=by))


def decide_next(article: ArticlePage, *, by: str = "", action: str = "approve", comment: str = "") -> None:
    """The person of the step that is due decides; inside the site."""
    page = type(article).objects.get(pk=article.pk)
    state = page.current_workflow_task_state
    task = state.task.specific
    person = Staff.objects.get(username=by or REVIEWERS[task.duty])
    task.on_action(state, person, action, comment=comment)


def review(article: ArticlePage, *, by: str = "editor") -> ArticlePage:
    """Submit and have every step approved by its person; the last approval publishes. Inside the site.

    The gate's deferred triggers fire here, or they would answer for what a test does next.
    """
    with transaction.atomic():
        submit(article, by=by)
        while type(article).objects.get(pk=article.pk).current_workflow_task_state is not None:
            decide_next(article)
        connection.check_constraints()
    return type(article).objects.get(pk=article.pk)


def reviewed_article(site: Site, **traits: Any) -> ArticlePage:
    """A live article that went through the real review by different people."""
    article = draft_article(site, **traits)
    with in_site(site):
        return review(article)


def dispatch(
    site: Site, article: ArticlePage, audience: Audience | None = None, *, by: str = "manager"
) -> DispatchResult:
    """The site's network manager dispatches a live article, to everybody below by default."""
    with in_site(site):
        content, approval = edition_source(article.pk)
        return dispatch_item(
            content,
            acting_user=Staff.objects.get(username=by),
            origin=site,
            audience=audience or Audience(is_all=True),
            approval=approval,
        )
