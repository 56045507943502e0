"""Feeds of a site, of a column, of the group: public items under ids that stay, each site's from its own host."""

from __future__ import annotations

import json
import uuid
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from network.blocks.actions import add_block
from network.tenancy.api import Site, in_site
from search.feeds import content_id_of
from search.models import SearchDocument
from sites.pages.models import ArticlePage
from tests.factories.articles import dispatch, draft_article, reviewed_article
from tests.factories.deliveries import work_off
from tests.factories.people import client_of, staff
from tests.network.syndication.test_recall import recall

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]
ATOM = "{http://www.w3.org/2005/Atom}"


def atom(client: Client, path: str) -> dict[str, str]:
    """Id to title of a feed's entries."""
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    tree = ElementTree.fromstring(answer.content)
    return {entry.findtext(f"{ATOM}id", ""): entry.findtext(f"{ATOM}title", "") for entry in tree.iter(f"{ATOM}entry")}


def json_items(client: Client, path: str) -> dict[str, dict[str, Any]]:
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/feed+json; charset=utf-8")
    feed = json.loads(answer.content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    return {item["id"]: item for item in feed["items"]}


def test_both_forms_tell_the_same_items_and_drafts_in_neither(guangdong: Site, hebei: Site) -> None:
    article = reviewed_article(guangdong, title="公开的通知", summary="摘要", source="广东局")
    draft_article(guangdong, title="没有发布的")
    reviewed_article(hebei, title="他站的通知")
    client = client_of(guangdong)
    name = article.translation_key.urn
    assert atom(client, "/feed.atom") == {name: "公开的通知"}
    (item,) = json_items(client, "/feed.json").values()
    assert (item["id"], item["title"], item["summary"]) == (name, "公开的通知", "摘要")
    assert item["authors"] == [{"name": "广东局"}]
    assert item["url"].endswith(article.get_site_path())
    assert client.get("/feed.xml").status_code == 404


def test_a_column_has_its_own_feed_with_what_is_grouped_under_it(guangdong: Site) -> None:
    notice = reviewed_article(guangdong, title="通知一", column="tzgg")
    reviewed_article(guangdong, title="动态一", column="gzdt", kind="news")
    client = client_of(guangdong)
    assert atom(client, "/feeds/tzgg.atom") == {notice.translation_key.urn: "通知一"}
    assert len(json_items(client, "/feeds/gzdt.json")) == 1
    for missing in ("/feeds/nothing.atom", "/feeds/group.atom", "/feeds/tzgg.xml"):
        assert client.get(missing).status_code == 404, missing


def test_an_item_has_one_id_wherever_it_is_shown_and_a_recall_takes_it_out_everywhere(
    hub: Site, guangzhou: Site
) -> None:
    article = reviewed_article(hub, title="总局下发的通知")
    dispatch(hub, article)
    work_off()
    name = article.translation_key.urn
    feeds = [(hub, "/feed.atom"), (guangzhou, "/feed.atom"), (hub, "/feeds/group.atom")]
    for site, path in feeds:
        assert atom(client_of(site), path) == {name: "总局下发的通知"}, (site, path)
    recall(hub, article.translation_key)
    for site, path in feeds:
        assert atom(client_of(site), path) == {}, (site, path)


def test_the_group_feed_tells_every_site_once_under_its_own_address(hub: Site, guangdong: Site, hebei: Site) -> None:
    reviewed_article(guangdong, title="广东的通知")
    reviewed_article(hebei, title="河北的通知")
    with in_site(hebei):
        gone = ArticlePage.objects.get(title="河北的通知")
    items = json_items(client_of(hub), "/feeds/group.json")
    assert {item["title"]: item["url"].split("/")[2].split(".")[0] for item in items.values()} == {
        "广东的通知": "guangdong",
        "河北的通知": "hebei",
    }
    with in_site(hebei):
        gone.unpublish(user=None)
    assert [item["title"] for item in json_items(client_of(hub), "/feeds/group.json").values()] == ["广东的通知"]
    assert SearchDocument.objects.filter(is_withdrawn=True).count() == 1
    assert client_of(guangdong).get("/feeds/group.json").status_code == 404
    # Kept by no page cache: what another site publishes does not move the hub's token.
    assert client_of(hub).get("/feeds/group.json")["Cache-Control"] == "no-cache"


def test_a_stopped_address_is_in_no_feed(hub: Site, guangdong: Site) -> None:
    article = reviewed_article(guangdong, title="有误的通知")
    with in_site(hub):
        add_block(
            acting_user=staff(hub, "manager"), authority=hub, site=guangdong, path=article.get_site_path(),
            covers_below=False, reason="内容有误",
        )  # fmt: skip
    assert atom(client_of(guangdong), "/feed.atom") == {}
    assert atom(client_of(guangdong), "/feeds/tzgg.atom") == {}
    assert atom(client_of(hub), "/feeds/group.atom") == {}


def test_who_holds_a_feed_is_told_that_it_still_stands(guangdong: Site) -> None:
    reviewed_article(guangdong)
    client = client_of(guangdong)
    first = client.get("/feed.json")
    assert first["Cache-Control"] == "max-age=0, must-revalidate"
    again = client.get("/feed.json", HTTP_IF_NONE_MATCH=first["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    reviewed_article(guangdong)
    changed = client.get("/feed.json", HTTP_IF_NONE_MATCH=first["ETag"])
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


def test_a_document_id_names_its_content() -> None:
    content = uuid.uuid4()
    assert content_id_of(str(content)) == content
    assert content_id_of(f"s_guangdong:sites_pages.articlepage:{content}") == content
