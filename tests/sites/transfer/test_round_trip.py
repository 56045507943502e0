"""A site out of one place and into another is the same site."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from wagtail.models import Page, ReferenceIndex

from network.syndication.api import Delivery, Item
from network.tenancy.api import Site, in_site
from network.transfer.api import open_archive
from search.models import SearchDocument
from sites.editing.api import live_pages_by_kind
from sites.inbox.models import PlacementPage
from sites.pages.models import ArticlePage
from sites.transfer.exporting import export_site, snapshot_of
from tests.factories.articles import reviewed_article
from tests.factories.deliveries import work_off
from tests.factories.people import client_of
from tests.network.syndication.test_recall import recall
from tests.sites.media.test_files import status
from tests.sites.transfer.rich_site import contents, export, fill, records

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db(transaction=True)]


def live_paths(site: Site) -> set[str]:
    with in_site(site):
        return {page.get_url_parts()[2] for page in Page.objects.live().filter(depth__gt=1)}


def test_a_site_moved_is_exported_byte_for_byte_alike(
    guangzhou: Site, guangdong: Site, open_new: Callable[..., Site], load: Callable[..., Any], tmp_path: Path
) -> None:
    articles = fill(guangzhou, guangdong)
    first = export(guangzhou, tmp_path)
    with in_site(guangzhou):
        live = live_pages_by_kind()
        references = ReferenceIndex.objects.count()

    copy = open_new()
    report = load(first, copy)

    assert report["refused"] == []
    assert report["trust"] == "trusted"
    with in_site(copy):
        assert live_pages_by_kind() == live
        assert ReferenceIndex.objects.count() == references
        assert ArticlePage.objects.get(slug="draft").live is False
        assert ArticlePage.objects.get(slug="gone").live is False
        draft = ArticlePage.objects.get(slug="changed")
        assert (draft.title, draft.get_latest_revision_as_object().title) == (
            "本市自有的通告二修订",
            "本市自有的通告二再改",
        )
    assert contents(export(copy, tmp_path, "again.zip")) == contents(first)
    assert live_paths(copy) == live_paths(guangzhou)
    for path in sorted(live_paths(copy)):
        assert client_of(copy).get(path).status_code == 200, path
    page = client_of(copy).get(articles["rich"].get_site_path()).content.decode()
    assert "𠮷野家" in page
    assert f'href="{articles["plain"].get_site_path()}"' in page
    with open_archive(first) as archive:
        facts = next(iter(archive.records("documents")))
    assert status(copy, f"/files/{facts['sha256']}/{facts['path'].rsplit('/', 1)[-1]}") == 200


def test_the_new_site_is_found_by_search_and_follows_what_it_received(
    guangzhou: Site, guangdong: Site, open_new: Callable[..., Site], load: Callable[..., Any], tmp_path: Path
) -> None:
    fill(guangzhou, guangdong)
    copy = open_new()
    load(export(guangzhou, tmp_path), copy)

    titles = set(
        SearchDocument.objects.filter(origin=copy.schema_name, is_withdrawn=False).values_list("title", flat=True)
    )
    assert {"本市自有的通告一", "本市自有的通告二修订"} <= titles
    assert not [title for title in titles if "草稿" in title or "已下线" in title]
    work_off()
    item = Item.objects.get()
    assert Delivery.objects.get(site=copy.slug).state == "placed"
    recall(guangdong, item.content_id)
    with in_site(copy):
        assert PlacementPage.objects.get().live is False


def test_what_is_published_during_an_export_is_wholly_left_out(guangzhou: Site, tmp_path: Path) -> None:
    """Another connection publishes after the first kind was written: pages, approvals, addresses tell one state."""
    fill(guangzhou)
    kinds: list[str] = []

    def publish() -> None:
        try:
            reviewed_article(guangzhou, title="导出途中发布", slug="meanwhile")
        finally:
            connections.close_all()

    def meanwhile(kind: str, done: int) -> None:
        if not kinds:
            other = threading.Thread(target=publish)
            other.start()
            other.join(60)
        kinds.append(kind)

    with snapshot_of(guangzhou):
        export_site(guangzhou, tmp_path / "site.zip", progress=meanwhile)
    assert client_of(guangzhou).get("/tzgg/meanwhile/").status_code == 200
    assert "pages" in kinds
    with open_archive(tmp_path / "site.zip") as archive:
        assert "导出途中发布" not in json.dumps(
            [list(archive.records(kind)) for kind in set(kinds) - {"files"}], ensure_ascii=False
        )
        told = {kind: archive.count(kind) for kind in ("pages", "approvals", "addresses")}
    later = export(guangzhou, tmp_path, "later.zip")
    with open_archive(later) as archive:
        assert "导出途中发布" in {record["fields"]["title"] for record in archive.records("pages")}
        assert {kind: archive.count(kind) - count for kind, count in told.items()} == dict.fromkeys(told, 1)


def test_two_exports_without_a_change_are_the_same_bytes(guangzhou: Site, guangdong: Site, tmp_path: Path) -> None:
    fill(guangzhou, guangdong)
    first, second = export(guangzhou, tmp_path, "a.zip"), export(guangzhou, tmp_path, "b.zip")
    assert contents(first) == contents(second)
    with in_site(guangzhou):
        page = ArticlePage.objects.get(slug="draft")
        ArticlePage.objects.filter(pk=page.pk).update(summary="改过")
    assert contents(export(guangzhou, tmp_path, "c.zip")) != contents(first)


def test_an_archive_holds_nothing_of_another_site(guangzhou: Site, shenzhen: Site, tmp_path: Path) -> None:
    """Both sites have equal keys, equal addresses, equal file names."""
    own, other = fill(guangzhou), fill(shenzhen)
    assert {page.pk for page in own.values()} & {page.pk for page in other.values()}
    with open_archive(export(guangzhou, tmp_path)) as archive:
        uids = set(records(archive, "pages"))
        text = "".join(str(record) for kind in archive.kinds for record in archive.records(kind))
    with in_site(guangzhou):
        assert uids == {str(uid) for uid in Page.objects.filter(depth__gt=1).values_list("translation_key", flat=True)}
    with in_site(shenzhen):
        foreign = {str(uid) for uid in Page.objects.values_list("translation_key", flat=True)}
    assert not [uid for uid in foreign if uid in text]


def test_the_archive_holds_no_secret(guangzhou: Site, tmp_path: Path) -> None:
    fill(guangzhou)
    with open_archive(export(guangzhou, tmp_path)) as archive:
        people = records(archive, "people")
    assert people["final"] == {
        "uid": "final",
        "name": "final",
        "department": "",
        "is_active": True,
        "duties": ["final_reviewer"],
    }
