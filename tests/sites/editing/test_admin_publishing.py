"""Review in the admin, as people click it; each request commits or is refused."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from network.tenancy.api import Site, in_site
from sites.editing.models import Approval, Decision
from sites.pages.models import ArticlePage, ColumnPage
from tests.factories.articles import change_article, draft_article, reviewed_article, submit
from tests.factories.people import client_of
from tests.sites.editing.gate_acts import stored

pytestmark = [pytest.mark.gate, pytest.mark.django_db(transaction=True), pytest.mark.shares_commits]


def form_of(title: str, **more: str) -> dict[str, str]:
    """What the editing form posts for an article of one paragraph."""
    return {
        "title": title,
        "slug": "",
        "kind": "notice",
        "summary": "摘要",
        "source": "",
        "author": "",
        "department": "",
        "document_number": "",
        "keywords": "",
        "body-count": "1",
        "body-0-deleted": "",
        "body-0-order": "0",
        "body-0-type": "quote",
        "body-0-id": "",
        "body-0-value": "引文一句",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "comments-MIN_NUM_FORMS": "0",
        "comments-MAX_NUM_FORMS": "",
        **more,
    }


def create(client: Client, site: Site, title: str, **more: str) -> ArticlePage:
    """An editor's first save of an article in the notices column."""
    with in_site(site):
        parent = ColumnPage.objects.get(key="tzgg").pk
    response = client.post(
        reverse("wagtailadmin_pages:add", args=["sites_pages", "articlepage", parent]), form_of(title, **more)
    )
    assert response.status_code == 302, response.content.decode()[:3000]
    with in_site(site):
        return ArticlePage.objects.get(title=title)


def act_on(client: Client, page: ArticlePage, site: Site, action: str, comment: str = "") -> Any:
    """Press a workflow button of the page."""
    with in_site(site):
        state = ArticlePage.objects.get(pk=page.pk).current_workflow_task_state
    return client.post(
        reverse("wagtailadmin_pages:workflow_action", args=[page.pk, action, state.pk if state else 0]),
        {"comment": comment, "next": "/admin/"},
    )


def test_an_editors_publish_button_saves_a_draft(guangzhou: Site) -> None:
    client = client_of(guangzhou, "editor")
    article = create(client, guangzhou, "编辑直接发布", **{"action-publish": "1"})
    client.post(
        reverse("wagtailadmin_pages:edit", args=[article.pk]), form_of("编辑再次发布", **{"action-publish": "1"})
    )
    now = stored(guangzhou, article.pk)
    assert (now["live"], now["approvals"]) == (False, [])
    assert client_of(guangzhou).get(article.get_site_path()).status_code == 404
    with in_site(guangzhou):
        assert ArticlePage.objects.get(pk=article.pk).latest_revision.content["title"] == "编辑再次发布"


def test_a_webmaster_has_no_publish_button_either(guangzhou: Site) -> None:
    article = draft_article(guangzhou)
    page = client_of(guangzhou, "webmaster").get(reverse("wagtailadmin_pages:edit", args=[article.pk]))
    assert page.status_code == 200
    assert "action-publish" not in page.content.decode()


def test_three_people_publish_in_the_admin(guangzhou: Site) -> None:
    article = create(client_of(guangzhou, "editor"), guangzhou, "后台走完审核", **{"action-submit": "1"})
    for number, username in enumerate(("reviewer", "final", "secrecy"), start=1):
        assert stored(guangzhou, article.pk)["live"] is False
        assert act_on(client_of(guangzhou, username), article, guangzhou, "approve").status_code == 302
        with in_site(guangzhou):
            assert Decision.objects.filter(page_id=article.pk).count() == number
    assert stored(guangzhou, article.pk)["live"] is True
    with in_site(guangzhou):
        approval = Approval.objects.get(page_id=article.pk, voided_at=None)
    assert (approval.kind, approval.people) == ("review", 3)
    assert client_of(guangzhou).get(article.get_site_path()).status_code == 200


def test_the_author_cannot_approve_in_the_admin(guangzhou: Site) -> None:
    article = create(client_of(guangzhou, "editor"), guangzhou, "作者自审", **{"action-submit": "1"})
    act_on(client_of(guangzhou, "editor"), article, guangzhou, "approve")
    act_on(client_of(guangzhou, "final"), article, guangzhou, "approve")
    with in_site(guangzhou):
        assert Decision.objects.filter(page_id=article.pk).count() == 0
    assert stored(guangzhou, article.pk)["live"] is False


def test_a_returned_article_needs_every_step_again(guangzhou: Site) -> None:
    article = create(client_of(guangzhou, "editor"), guangzhou, "退回重审", **{"action-submit": "1"})
    act_on(client_of(guangzhou, "reviewer"), article, guangzhou, "approve")
    act_on(client_of(guangzhou, "final"), article, guangzhou, "reject", comment="请改标题")
    client_of(guangzhou, "editor").post(
        reverse("wagtailadmin_pages:edit", args=[article.pk]), form_of("退回后改定", **{"action-restart-workflow": "1"})
    )
    act_on(client_of(guangzhou, "final"), article, guangzhou, "approve")
    act_on(client_of(guangzhou, "secrecy"), article, guangzhou, "approve")
    assert stored(guangzhou, article.pk)["live"] is False
    act_on(client_of(guangzhou, "reviewer"), article, guangzhou, "approve")
    act_on(client_of(guangzhou, "final"), article, guangzhou, "approve")
    act_on(client_of(guangzhou, "secrecy"), article, guangzhou, "approve")
    now = stored(guangzhou, article.pk)
    assert (now["live"], now["title"]) == (True, "退回后改定")


def test_an_edit_in_review_starts_it_again(guangzhou: Site) -> None:
    article = create(client_of(guangzhou, "editor"), guangzhou, "审核中改稿", **{"action-submit": "1"})
    act_on(client_of(guangzhou, "reviewer"), article, guangzhou, "approve")
    act_on(client_of(guangzhou, "final"), article, guangzhou, "approve")
    with in_site(guangzhou):
        change_article(article, title="偷偷改过", author="editor2")
    act_on(client_of(guangzhou, "secrecy"), article, guangzhou, "approve")
    now = stored(guangzhou, article.pk)
    assert (now["live"], now["title"]) == (False, "审核中改稿")


def test_bulk_publish_publishes_nothing(guangzhou: Site) -> None:
    drafts = [draft_article(guangzhou), draft_article(guangzhou)]
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    query = "&".join(f"id={page.pk}" for page in drafts)
    for username in ("editor", "webmaster"):
        client_of(guangzhou, username).post(f"{address}?{query}", {"next": "/admin/"})
    assert [stored(guangzhou, page.pk)["live"] for page in drafts] == [False, False]


def test_a_superuser_is_refused_with_a_sentence(guangzhou: Site) -> None:
    """An account that bypasses every right of Wagtail still meets the database."""
    from sites.accounts.models import Staff

    article = draft_article(guangzhou)
    with in_site(guangzhou):
        Staff.objects.get_or_create(username="root", defaults={"is_superuser": True})
    client = client_of(guangzhou, "root")
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    client.post(f"{address}?id={article.pk}", {"next": "/admin/"})
    assert stored(guangzhou, article.pk)["live"] is False


def test_copying_keeps_nothing_live(guangzhou: Site) -> None:
    article = reviewed_article(guangzhou)
    with in_site(guangzhou):
        parent = ColumnPage.objects.get(key="tzgg").pk
    response = client_of(guangzhou, "editor").post(
        reverse("wagtailadmin_pages:copy", args=[article.pk]),
        {
            "new_title": "复制件",
            "new_slug": "copied-in-admin",
            "new_parent_page": parent,
            "publish_copies": "on",
            "copy_subpages": "on",
            "alias": "",
        },
    )
    assert response.status_code == 302
    with in_site(guangzhou):
        assert Page.objects.get(slug="copied-in-admin").live is False


def test_a_webmaster_takes_down_an_editor_does_not(guangzhou: Site) -> None:
    article = reviewed_article(guangzhou)
    address = reverse("wagtailadmin_pages:unpublish", args=[article.pk])
    client_of(guangzhou, "editor").post(address)
    assert stored(guangzhou, article.pk)["live"] is True
    assert client_of(guangzhou, "webmaster").post(address).status_code == 302
    assert stored(guangzhou, article.pk)["live"] is False
    assert client_of(guangzhou).get(article.get_site_path()).status_code == 404


def test_staff_of_another_site_find_nothing(guangzhou: Site, shenzhen: Site) -> None:
    article = draft_article(guangzhou)
    submit_address = reverse("wagtailadmin_pages:edit", args=[article.pk])
    stranger = client_of(shenzhen, "editor")
    stranger.defaults["HTTP_HOST"] = "guangzhou.localhost"
    assert stranger.get(submit_address).status_code == 302
    assert "/admin/login/" in stranger.get(submit_address).headers["Location"]
    assert client_of(guangzhou, "editor").get(submit_address).status_code == 200


def test_an_editor_previews_a_draft(guangzhou: Site) -> None:
    article = draft_article(guangzhou, title="预览中的草稿")
    response = client_of(guangzhou, "editor").get(reverse("wagtailadmin_pages:view_draft", args=[article.pk]))
    assert response.status_code == 200
    assert "预览中的草稿" in response.content.decode()


def test_a_reviewer_sees_what_waits(guangzhou: Site) -> None:
    article = draft_article(guangzhou, title="待初审的通知")
    with in_site(guangzhou):
        submit(article)
    assert "待初审的通知" in client_of(guangzhou, "reviewer").get("/admin/").content.decode()
    assert "待初审的通知" not in client_of(guangzhou, "secrecy").get("/admin/").content.decode()
