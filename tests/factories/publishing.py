"""Sites where a publisher publishes: the choice as rows, people with the duty, what is approved and waits."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.models import TaskState

from network.tenancy.api import Site, in_site
from sites.accounts.models import DutyScope, Staff
from sites.accounts.roles import PUBLISHER, group_of
from sites.editing.models import PublishingPlace, PublishSchedule
from sites.editing.publishers import waiting_steps
from sites.pages.models import ArticlePage
from tests.factories.articles import decide_next, draft_article, submit

PERSON = "editor2"
"""Who publishes in the tests: an editor who wrote nothing of what is published."""


def with_publisher(username: str = PERSON, *columns: str) -> Staff:
    """A person who may publish, in these columns only when some are named; inside the site."""
    person = Staff.objects.get(username=username)
    person.groups.add(group_of(PUBLISHER))
    DutyScope.objects.bulk_create(DutyScope(person=person, duty=PUBLISHER.key, column_key=column) for column in columns)
    return Staff.objects.get(username=username)


def publish_apart(*columns: str) -> None:
    """Publishing is an act of its own from now on, in these columns or everywhere; inside the site."""
    PublishingPlace.objects.all().delete()
    PublishingPlace.objects.bulk_create(PublishingPlace(column_key=column) for column in columns or ("",))


def approve_all(article: ArticlePage) -> ArticlePage:
    """Submit, have every reviewer approve; what waits for a publisher then waits. Inside the site."""
    submit(article)
    for _step in range(3):
        decide_next(article)
    return type(article).objects.get(pk=article.pk)


def approved_article(site: Site, *, by: str = PERSON, **traits: Any) -> ArticlePage:
    """An article that waits for its publisher, who holds the duty on the whole site."""
    article = draft_article(site, **traits)
    with in_site(site), transaction.atomic():
        with_publisher(by)
        publish_apart()
        return approve_all(article)


def waiting_step(article: ArticlePage) -> TaskState:
    """The step at which an article waits for its publisher; inside the site."""
    return waiting_steps().get(workflow_state__object_id=str(article.pk))


def scheduled(article: ArticlePage, *, hours: int = 1, by: str = PERSON) -> PublishSchedule:
    """An order to publish an article that waits, written as a row; inside the site."""
    step = waiting_step(article)
    person = Staff.objects.get(username=by)
    return PublishSchedule.objects.create(
        page_id=article.pk,
        revision_id=step.revision_id,
        task_state_id=step.pk,
        person_id=person.pk,
        person_name=person.username,
        publish_at=timezone.now() + datetime.timedelta(hours=hours),
    )
