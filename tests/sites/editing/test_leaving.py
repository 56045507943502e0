"""What leaves a page for the group says what the approved page says: search rows, editions, heads of items."""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Callable
from html import escape
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from network.syndication.api import Edition, Item
from network.tenancy.api import Site, get_site, in_site
from search.models import SearchDocument
from sites.accounts.models import Staff
from sites.content.base import ContentPage
from sites.pages.models import ArticlePage
from sites.pages.sources import edition_source, local_document_id
from tests.factories.articles import change_article, dispatch, review, reviewed_article
from tests.factories.deliveries import work_off
from tests.sites.editing.gate_acts import run_sql
from tests.sites.editing.test_edition_gate import dispatch as dispatch_content
from tests.sites.transfer.rich_site import RARE, block, document, picture
from tests.sites.transfer.test_page_types import every_type

pytestmark = [pytest.mark.django_db, pytest.mark.gate]

EVIL = "没有审过的话"
ROW = """
UPDATE public.search_document SET {change}, version = nextval('search_version') WHERE document_id = %s
"""
ROW_CHANGES = {
    "title": f"title = '{EVIL}'",
    "summary": f"summary = summary || ' {EVIL}'",
    "body": f"body = '{EVIL}'",
    "part of a word": "body = replace(body, '再“一”段', '再段')",
    "source": f"source = '{EVIL}'",
    "department": f"department = '{EVIL}'",
    "document number": "document_number = '工商办字〔2099〕1号'",
    "kind": f"kind = '{EVIL}'",
    "column": f"\"column\" = '{EVIL}'",
    "day": "published_at = published_at - interval '1 year'",
    "sample": "is_sample = NOT is_sample",
    "address elsewhere": "addresses = jsonb_build_object(origin, '//example.com/')",
    "address of a page that is not there": "addresses = jsonb_build_object(origin, '/elsewhere/')",
    "name of another": "document_id = origin || ':sites_pages.articlepage:' || gen_random_uuid()",
    "origin": "origin = 'hebei', sites = '{hebei}', addresses = jsonb_build_object('hebei', '/x/')",
}
NEW_ROW = """
INSERT INTO public.search_document (document_id, origin, kind, level, language, title, title_key, title_pinyin, summary,
    body, source, department, document_number, document_number_key, "column", year, published_at, is_sample, sites,
    addresses, regions, is_withdrawn, content_hash, version, indexed_version, index_error, updated_at)
SELECT %s, 'guangdong', 'notice', 'province', 'zh-hans', %s, '', '', '', %s, '', '', '', '', 'tzgg', 2024, now(), false,
    '{guangdong}', '{"guangdong": "/tzgg/x/"}', '{}', false, '', nextval('search_version'), 0, '', now()
"""


def rich_article(site: Site, **traits: Any) -> ArticlePage:
    """A live article with every block a body may hold, links among them, words that HTML writes otherwise."""
    held = document(site, "附件的内容")
    target = reviewed_article(site)
    rare = escape(RARE, quote=False)
    text = f"<p>一 &amp; “二” P&lt;0.05　三&nbsp;四——五 {rare}"
    linked = (
        f'{text}<br/><a linktype="page" id="{target.pk}">内</a>，<b>外</b><a href="https://www.gov.cn/?a=1&amp;b=2">外</a>'
        f'<a linktype="document" id="{held.pk}">附件</a></p><p>再“一”段&quot;引&quot;。</p>'
    )
    cells = {"data": [["项", "数"], ["a < b", None], ["c > d", 12.5]], "first_row_is_table_header": True}
    body = [
        block("heading", "小标题 a < b 且 c > d"),
        block("paragraph", text + "</p>"),
        block("paragraph", linked),
        block("quote", "引文\n第二行 &amp; <不是标签>"),
        block("table", {**cells, "table_caption": "表一 说明"}),
        block("picture", {"image": picture(site, "red").pk, "caption": "图注 <一>"}),
        block("attachment", held.pk),
    ]
    words = {"summary": f"摘要 {RARE}", "keywords": "登记 规范", "department": "办公室"}
    return reviewed_article(site, body=body, **{**words, **traits})


@pytest.fixture
def indexed(guangdong: Site) -> ArticlePage:
    return rich_article(guangdong)


def standing() -> list[Any]:
    return [
        list(SearchDocument.objects.order_by("pk").values_list("document_id", "title", "body", "addresses")),
        list(Edition.objects.order_by("pk").values_list("content_id", "version", "title", "text", "is_tombstone")),
        list(Item.objects.order_by("pk").values_list("content_id", "version", "title", "state")),
    ]


def refuse(act: Callable[[], Any], match: str, name: str = "") -> None:
    """The gate refuses the act at its commit, nothing of it stays."""
    before = standing()
    with pytest.raises(IntegrityError, match=match) as caught, transaction.atomic():
        act()
        connection.check_constraints()
        pytest.fail(f"Nobody refused it: {name}.")
    assert caught.value.__cause__.diag.constraint_name == "publish_gate", name
    assert standing() == before, name


def test_no_search_row_says_what_no_page_says(guangdong: Site, indexed: ArticlePage) -> None:
    with in_site(guangdong):
        key = local_document_id(indexed)
    for name, change in ROW_CHANGES.items():
        refuse(lambda change=change: run_sql(ROW.format(change=change), [key]), "is approved nowhere", name)
    other = f"guangdong:sites_pages.articlepage:{'0' * 8}-0000-4000-8000-{'0' * 12}"
    for key in (other, "0"):
        refuse(lambda key=key: run_sql(NEW_ROW, [key, EVIL, EVIL]), "is approved nowhere", key)


def test_a_tombstone_of_a_page_off_line_does_not_come_back(guangdong: Site, indexed: ArticlePage) -> None:
    with in_site(guangdong), transaction.atomic():
        key = local_document_id(indexed)
        ArticlePage.objects.get(pk=indexed.pk).unpublish(user=Staff.objects.get(username="webmaster"))
        connection.check_constraints()
    assert SearchDocument.objects.get(document_id=key).is_withdrawn
    refuse(lambda: run_sql(ROW.format(change="is_withdrawn = false"), [key]), "is approved nowhere")


def test_a_reviewed_change_renews_the_search_row(guangdong: Site, indexed: ArticlePage) -> None:
    """The control of all refusals above: the same row, by the review."""
    with in_site(guangdong), transaction.atomic():
        key = local_document_id(indexed)
        change_article(indexed, title="审过的标题", summary="审过的摘要")
        review(indexed)
    assert SearchDocument.objects.filter(document_id=key, title="审过的标题", summary="审过的摘要").exists()


def test_the_indexer_marks_rows_as_before(guangdong: Site, indexed: ArticlePage) -> None:
    with transaction.atomic():
        run_sql("UPDATE public.search_document SET indexed_version = version, not_before = now()")
        connection.check_constraints()
    assert not SearchDocument.objects.exclude(indexed_version=0).filter(not_before=None).exists()


def test_every_type_of_page_gets_its_row_and_its_edition(hub: Site) -> None:
    """What the program itself writes of a page passes, whatever the page holds."""
    pages: list[ContentPage] = [*every_type(hub), rich_article(hub)]
    travelling = [page for page in pages if page.travels]
    with in_site(hub), transaction.atomic():
        for page in travelling:
            content, approval = edition_source(page.pk)
            assert dispatch_content(hub, content, approval).version == 1, type(page).__name__
        connection.check_constraints()
    kept = set(SearchDocument.objects.filter(is_withdrawn=False).values_list("document_id", flat=True))
    assert {str(page.translation_key) for page in travelling} <= kept
    assert len(kept) >= len(pages)


def foreign_body(**changes: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def change(body: dict[str, Any]) -> dict[str, Any]:
        return {**body, **changes}

    return change


def first_paragraph(html: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def change(body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "blocks": [{"type": "paragraph", "html": html}, *body["blocks"]]}

    return change


BODIES = {
    "block": first_paragraph(f"<p>{EVIL}</p>"),
    "hidden in a structural name": foreign_body(details={"kind": EVIL}),
    "details": foreign_body(details={"kind": "warning", "advice": EVIL}),
    "facts": foreign_body(facts=[["文号", EVIL]]),
    "label": foreign_body(facts=[[EVIL, "办公室"]]),
    "author": foreign_body(author=EVIL),
    "keywords": foreign_body(keywords=EVIL),
    "index number": foreign_body(index_number="11440000/2099-00001"),
    "script": first_paragraph("<script src='/x.js'></script>"),
    "unclosed tag": first_paragraph("<img src=x onerror=alert(1) "),
    "link to the outside": first_paragraph('<p><a href="https://example.com/">办公室</a></p>'),
    "numeric entities": first_paragraph("<p>&#26410;&#23457;</p>"),
    "link to an item": foreign_body(
        details={"kind": "x", "links": [{"type": "amends", "uid": "0" * 32, "title": EVIL, "path": ""}]}
    ),
}
FIELDS: dict[str, dict[str, Any]] = {
    "summary": {"summary": EVIL},
    "source": {"source": EVIL},
    "department": {"department": EVIL},
    "document number": {"document_number": "工商办字〔2099〕1号"},
    "text": {"text": EVIL},
    "kind": {"kind": EVIL},
    "column": {"column": EVIL},
    "day": {"published_at": datetime.datetime(2001, 1, 1, tzinfo=datetime.UTC)},
    "sample": {"is_sample": True},
    "files": {"files": [{"sha256": "0" * 64, "name": "x.pdf", "size": 1, "kind": "document"}]},
}


def test_no_edition_says_what_its_page_does_not(hub: Site) -> None:
    article = rich_article(hub)
    with in_site(hub):
        content, approval = edition_source(article.pk)
        body = json.loads(json.dumps(content.body))
        for name, changes in {**FIELDS, **{name: {"body": change(body)} for name, change in BODIES.items()}}.items():
            forged = dataclasses.replace(content, **changes)
            refuse(
                lambda forged=forged: dispatch_content(hub, forged, approval),
                "holds what its approved page does not",
                name,
            )
        assert dispatch_content(hub, content, approval).version == 1


@pytest.fixture
def sent(hub: Site) -> ArticlePage:
    article = rich_article(hub)
    dispatch(hub, article)
    return article


TOMBSTONE = """
INSERT INTO public.network_syndication_edition (id, content_id, version, schema_version, content_hash, origin, kind,
    "column", title, summary, source, department, document_number, body, text, files, approval, is_sample, is_tombstone,
    published_at, created_at)
SELECT gen_random_uuid(), content_id, version + 1, '', '', origin, kind, "column", {title}, {summary}, '', '', '',
    {body}, '', '[]', '{{}}', false, true, now(), now() FROM public.network_syndication_edition WHERE content_id = %s
"""


def test_no_tombstone_says_anything(hub: Site, sent: ArticlePage) -> None:
    empty = {"title": "title", "summary": "''", "body": "'{}'"}
    block_of_words = f"""'{{"blocks": [{{"type": "quote", "text": "{EVIL}"}}]}}'"""
    for name, said in {"title": f"'{EVIL}'", "summary": f"'{EVIL}'", "body": block_of_words}.items():
        statement = TOMBSTONE.format(**{**empty, name: said})
        refuse(lambda statement=statement: run_sql(statement, [sent.translation_key]), "says more than the title", name)

    def raise_the_head() -> None:
        run_sql(TOMBSTONE.format(title="title", summary="''", body="'{}'"), [sent.translation_key])
        Item.objects.filter(content_id=sent.translation_key).update(version=2)

    refuse(raise_the_head, "is called otherwise than its version")


def test_an_item_is_called_as_its_version(hub: Site, sent: ArticlePage) -> None:
    refuse(lambda: Item.objects.filter(content_id=sent.translation_key).update(title=EVIL), "is called otherwise")
    with in_site(hub), transaction.atomic():
        change_article(sent, title="审过的新标题")
        review(sent)
    assert Item.objects.get(content_id=sent.translation_key).title == "审过的新标题"


def test_the_row_of_an_item_says_what_its_version_says(hub: Site, guangdong: Site, sent: ArticlePage) -> None:
    key = str(sent.translation_key)
    for name in set(ROW_CHANGES) - {"address of a page that is not there"}:
        refuse(lambda name=name: run_sql(ROW.format(change=ROW_CHANGES[name]), [key]), "is approved nowhere", name)
    with transaction.atomic():
        work_off()
        connection.check_constraints()
    assert {"national", "guangdong"} <= set(SearchDocument.objects.get(document_id=str(sent.translation_key)).sites)


def test_one_site_does_not_speak_in_the_words_of_another(guangdong: Site, indexed: ArticlePage) -> None:
    """The page of 广东 is approved, its words are not those of a page of 河北."""
    other = reviewed_article(get_site("hebei"))
    with in_site(get_site("hebei")):
        key = local_document_id(other)
    refuse(
        lambda: run_sql(
            ROW.format(change="body = (SELECT body FROM public.search_document WHERE title = %s)"), [indexed.title, key]
        ),
        "is approved nowhere",
    )
