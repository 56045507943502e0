"""A step of review: decided once, with no more statements than it needs, the draft as its author left it."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale, PageLogEntry, TaskState

from network.tenancy.api import Site, in_site
from sites.accounts.models import Staff
from sites.editing.models import Decision, DutyTask
from tests.factories.articles import change_article, decide_next, draft_article, submit

pytestmark = [pytest.mark.gate, pytest.mark.django_db]
MOST_FOR_A_DECISION = 36
MOST_FOR_THE_LAST = 90


def test_a_decision_costs_few_statements_the_last_one_publishes_with_few(guangzhou: Site) -> None:
    article = draft_article(guangzhou)
    costs = []
    with in_site(guangzhou):
        submit(article)
        while (page := type(article).objects.get(pk=article.pk)).current_workflow_task_state is not None:
            with CaptureQueriesContext(connection) as asked:
                decide_next(article)
            costs.append(len(asked))
        connection.check_constraints()
    assert page.live
    assert len(costs) == 3
    assert max(costs[:2]) <= MOST_FOR_A_DECISION
    assert costs[2] <= MOST_FOR_THE_LAST


@pytest.mark.parametrize("action", ["approve", "reject"])
def test_a_step_that_was_taken_is_not_taken_again(guangzhou: Site, action: str) -> None:
    article = draft_article(guangzhou)
    with in_site(guangzhou):
        submit(article)
        state = type(article).objects.get(pk=article.pk).current_workflow_task_state
        seen_twice = TaskState.objects.get(pk=state.pk)
        decide_next(article, action=action, comment="日期有误。")
        decided = list(Decision.objects.values_list("person_name", "outcome"))
        stale = TaskState.objects.get(pk=seen_twice.pk)
        with pytest.raises(PermissionDenied):
            DutyTask.objects.get(pk=state.task_id).on_action(stale, Staff.objects.get(username="reviewer"), "approve")
        assert list(Decision.objects.values_list("person_name", "outcome")) == decided
        assert TaskState.objects.get(pk=state.pk).status == {"approve": "approved", "reject": "rejected"}[action]


def test_the_log_names_the_step_the_next_one_and_the_title_under_review(guangzhou: Site) -> None:
    article = draft_article(guangzhou, title="审核中的标题")
    with in_site(guangzhou):
        submit(article)
        decide_next(article, comment="已核对。")
        entry = PageLogEntry.objects.get(action="wagtail.workflow.approve", page_id=article.pk)
        names = dict(DutyTask.objects.values_list("duty", "name"))
        assert (entry.label, entry.data["comment"], entry.user.username) == ("审核中的标题", "已核对。", "reviewer")
    assert entry.data["workflow"]["task"]["title"] == names["reviewer"]
    assert entry.data["workflow"]["next"]["title"] == names["final_reviewer"]


def test_a_step_taken_on_the_form_before_is_asked_for_again(guangzhou: Site) -> None:
    article = draft_article(guangzhou)
    with in_site(guangzhou):
        submit(article)
        decide_next(article)
        change_article(article, summary="初审以后改的。")
        decide_next(article, by="final")
        state = type(article).objects.get(pk=article.pk).current_workflow_task_state
        assert state.task.specific.duty == "reviewer"


def test_a_page_keeps_what_a_revision_cannot_say_of_it(guangzhou: Site) -> None:
    article = draft_article(guangzhou)
    with in_site(guangzhou):
        page = type(article).objects.get(pk=article.pk)
        content = {**page.latest_revision.content, "owner": 99, "locale": 99, "content_type": 99, "alias_of": 99}
        held = page.with_content_json(content)
        assert (held.owner_id, held.locale_id, held.content_type_id, held.alias_of_id) == (
            page.owner_id,
            Locale.objects.get().pk,
            page.content_type_id,
            None,
        )
        assert (held.latest_revision_id, held.summary) == (page.latest_revision_id, page.summary)
