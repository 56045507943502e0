"""A text that must be mended goes neither to review nor through it; nothing that was typed is lost."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from wagtail.models import Page, WorkflowState

from network.tenancy.api import Site, in_site
from network.terms.models import SharedTerm
from sites.editing.models import Decision
from sites.pages.models import ArticlePage, ColumnPage
from sites.screening.actions import TextRefused
from sites.screening.models import OwnTerm
from tests.factories.articles import change_article, decide_next, draft_article, review, submit
from tests.factories.people import client_of

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]
BANNED = "国家工商行政总局"


def form_data(title: str, text: str, **more: str) -> dict[str, str]:
    """What the editor sends of an article with one paragraph."""
    content = {"blocks": [{"key": "a", "text": text, "type": "unstyled"}], "entityMap": {}}
    return {
        "title": title,
        "kind": "notice",
        "summary": "",
        "source": "广东局",
        "author": "",
        "department": "",
        "document_number": "",
        "keywords": "",
        "slug": "sent-1",
        "body-count": "1",
        "body-0-deleted": "",
        "body-0-order": "0",
        "body-0-type": "paragraph",
        "body-0-id": "11111111-1111-4111-8111-111111111111",
        "body-0-value": json.dumps(content),
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        **more,
    }


def column_of(site: Site) -> int:
    with in_site(site):
        return int(ColumnPage.objects.get(key="tzgg").pk)


def add_address(site: Site) -> str:
    return f"/admin/pages/add/sites_pages/articlepage/{column_of(site)}/"


@pytest.fixture
def editor(guangdong: Site) -> Client:
    return client_of(guangdong, "editor")


def test_a_new_text_comes_back_with_findings_at_their_fields_and_all_that_was_typed(
    guangdong: Site, editor: Client
) -> None:
    data = form_data(f"{BANNED}通知", "见瞎子一文，其余照旧。", **{"action-submit": "1"})
    answer = editor.post(add_address(guangdong), data)
    assert answer.status_code == 200
    form = answer.context["form"]
    assert form.errors["title"] == ["“工商行政总局”是错误的机关名称，请改为“工商行政管理总局”。"]
    (error,) = form.errors.as_data()["body"]
    assert error.block_errors[0].messages == ["“瞎子”是禁用词，请改为“盲人”。"]
    page = answer.content.decode()
    assert f'value="{BANNED}通知"' in page
    assert "其余照旧" in form["body"].value()[0].value.source
    with in_site(guangdong):
        assert not Page.objects.filter(slug="sent-1").exists()


def test_the_same_text_is_saved_as_a_draft_and_sent_once_it_is_mended(guangdong: Site, editor: Client) -> None:
    data = form_data(f"{BANNED}通知", "各单位遵照执行。")
    assert editor.post(add_address(guangdong), data).status_code == 302
    with in_site(guangdong):
        draft = ArticlePage.objects.get(slug="sent-1")
    address = f"/admin/pages/{draft.pk}/edit/"
    sending = {"action-submit": "1"}
    assert editor.post(address, {**data, **sending}).status_code == 200
    with in_site(guangdong):
        assert not WorkflowState.objects.exists()
    mended = form_data("国家工商行政管理总局通知", "各单位遵照执行。", **sending)
    assert editor.post(address, mended).status_code == 302
    with in_site(guangdong):
        assert WorkflowState.objects.get().status == "in_progress"


def test_no_other_way_starts_a_review(guangdong: Site) -> None:
    wrong = draft_article(guangdong, title=f"{BANNED}通知")
    right = draft_article(guangdong)
    with in_site(guangdong):
        said = "有 1 处必须先改正：“工商行政总局”是错误的机关名称"
        with pytest.raises(TextRefused, match=said), transaction.atomic():
            submit(wrong)
        assert not WorkflowState.objects.exists()
        assert submit(right).status == "in_progress"


def test_a_text_that_went_wrong_during_review_is_not_approved_and_may_be_returned(guangdong: Site) -> None:
    article = draft_article(guangdong)
    with in_site(guangdong):
        submit(article)
        change_article(article, title=f"{BANNED}通知")
        state = ArticlePage.objects.get(pk=article.pk).current_workflow_task_state
        state.revision = ArticlePage.objects.get(pk=article.pk).get_latest_revision()
        state.save()
        with pytest.raises(TextRefused), transaction.atomic():
            decide_next(article)
        assert not Decision.objects.exists()
        decide_next(article, action="reject", comment="名称有误")
        assert Decision.objects.get().outcome == "return"


def test_a_word_that_the_hub_adds_holds_for_what_is_under_review(guangdong: Site) -> None:
    article = draft_article(guangdong, title="关于新词的通知")
    with in_site(guangdong):
        submit(article)
        SharedTerm.objects.create(kind="banned", word="新词", added_by="tests", document="示例文件", clause="一")
        with pytest.raises(TextRefused), transaction.atomic():
            decide_next(article)
        assert not Decision.objects.exists()
        SharedTerm.objects.filter(word="新词").update(document="", clause="")
        SharedTerm.objects.get(word="新词").save()
        while ArticlePage.objects.get(pk=article.pk).current_workflow_task_state is not None:
            decide_next(article)
        assert ArticlePage.objects.get(pk=article.pk).live


def test_what_is_only_pointed_out_goes_through(guangdong: Site) -> None:
    article = draft_article(guangdong, summary="请尽快布署，联系13800138000")
    with in_site(guangdong):
        assert review(article).live


def check(client: Client, address: str, data: dict[str, str]) -> dict[str, Any]:
    response = client.post(address, data)
    assert response.status_code == 200
    told: dict[str, Any] = response.json()
    return told


def test_the_editor_is_told_while_writing_and_nothing_is_kept(guangdong: Site, editor: Client) -> None:
    draft = draft_article(guangdong)
    data = form_data(f"{BANNED}通知", "瞎子。手机13800138000。")
    for address in (
        f"/admin/screening/pages/{draft.pk}/",
        f"/admin/screening/new/sites_pages.articlepage/{column_of(guangdong)}/",
    ):
        told = check(editor, address, data)
        assert told["summary"] == "内容检查：2 处必须改正，1 处请核对。"
        places = [(line["check"], line["field"], line["block"], line["isBlocking"]) for line in told["findings"]]
        body = data["body-0-id"]
        assert places == [
            ("wrong_name", "title", "", True),
            ("banned", "body", body, True),
            ("phone_number", "body", body, False),
        ]
    with in_site(guangdong):
        page = ArticlePage.objects.get(pk=draft.pk)
        assert (page.title, page.latest_revision_id) == (draft.title, draft.latest_revision_id)
        assert not Page.objects.filter(slug="sent-1").exists()


def test_a_half_written_text_is_checked_too(guangdong: Site, editor: Client) -> None:
    data = {**form_data("", ""), "title": "", "source": ""}
    told = check(editor, f"/admin/screening/new/sites_pages.articlepage/{column_of(guangdong)}/", data)
    assert [line["check"] for line in told["findings"]] == ["missing_source"]


def test_who_may_not_write_is_told_nothing(guangdong: Site, hebei: Site) -> None:
    draft = draft_article(guangdong)
    assert client_of(guangdong, "auditor").post(f"/admin/screening/pages/{draft.pk}/").status_code == 302
    assert client_of(guangdong, "editor").post(f"/admin/screening/pages/{column_of(guangdong)}/").status_code == 404
    new = "/admin/screening/new/{}/" + f"{column_of(guangdong)}/"
    for model in ("sites_pages.columnpage", "auth.group", "nothing"):
        assert client_of(guangdong, "editor").post(new.format(model)).status_code == 404
    other = client_of(hebei, "editor")
    assert other.post(f"/admin/screening/pages/{draft.pk + 10_000}/").status_code == 404


def test_the_editor_carries_the_script(guangdong: Site, editor: Client) -> None:
    assert "themes/screening.js" in editor.get(add_address(guangdong)).content.decode()


def test_only_the_webmaster_edits_the_sites_own_words(guangdong: Site) -> None:
    word = {"kind": "banned", "word": "本站禁词"}
    assert client_of(guangdong, "editor").post("/admin/screening/terms/add/", word).status_code == 404
    with in_site(guangdong):
        assert OwnTerm.objects.count() == 0
    client = client_of(guangdong, "webmaster")
    assert client.post("/admin/screening/terms/add/", word).status_code == 302
    with in_site(guangdong):
        term = OwnTerm.objects.get()
    assert f'data-term="{term.pk}"' in client.get("/admin/screening/terms/").content.decode()
    assert client.post(f"/admin/screening/terms/{term.pk}/retire/").status_code == 302
    with in_site(guangdong):
        assert OwnTerm.objects.get().retired_at is not None
