"""Dispatch: to whom an item goes, who may send it, what stands at the receiving site."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from wagtail.models import Page, PageLogEntry, ReferenceIndex

from network.audit.models import AuditEntry
from network.errors import InvalidValue, NotAllowed
from network.outbox.models import Work
from network.syndication.api import (
    Audience,
    Delivery,
    Edition,
    Item,
    delivery_board,
    dispatch_item,
    presence,
    publish_version,
    resolve_audience,
)
from network.tenancy.api import Site, in_site
from sites.inbox.models import PlacementPage
from sites.pages.models import ArticlePage, ColumnPage
from sites.pages.sources import edition_source
from tests.factories.articles import change_article, dispatch, draft_article, review, reviewed_article
from tests.factories.deliveries import placements, states, where_shown, work_off
from tests.factories.people import client_of, staff

pytestmark = [pytest.mark.syndication, pytest.mark.django_db]
EVERYBODY = {"guangdong", "hebei", "guangzhou", "shenzhen"}


@pytest.mark.parametrize(
    ("audience", "sites"),
    [
        (Audience(is_all=True), EVERYBODY),
        (Audience(levels=("province",)), {"guangdong", "hebei"}),
        (Audience(levels=("subprovincial",)), {"guangzhou", "shenzhen"}),
        (Audience(levels=("province", "subprovincial")), EVERYBODY),
        (Audience(regions=("guangdong",)), {"guangdong", "guangzhou", "shenzhen"}),
        (Audience(regions=("hebei",)), {"hebei"}),
        (Audience(sites=("shenzhen",)), {"shenzhen"}),
        (Audience(sites=("hub", "shenzhen")), {"shenzhen"}),
        (Audience(regions=("hebei",), sites=("shenzhen",)), {"hebei", "shenzhen"}),
    ],
)
def test_an_item_stands_at_exactly_the_sites_meant(hub: Site, audience: Audience, sites: set[str]) -> None:
    from network.tenancy.api import all_sites

    article = reviewed_article(hub)
    result = dispatch(hub, article, audience)
    assert (result.version, result.site_count) == (1, len(sites))
    assert work_off() >= len(sites)
    assert states(article.translation_key) == dict.fromkeys(sites, "placed")
    for site in all_sites():
        assert len(placements(site, article.translation_key)) == (1 if site.slug in sites else 0)


@pytest.mark.parametrize(
    ("audience", "sites"),
    [
        (Audience(is_all=True), {"guangzhou", "shenzhen"}),
        (Audience(levels=("subprovincial",)), {"guangzhou", "shenzhen"}),
        (Audience(sites=("guangzhou",)), {"guangzhou"}),
    ],
)
def test_a_province_reaches_its_own_subtree(guangdong: Site, audience: Audience, sites: set[str]) -> None:
    assert {site.slug for site in resolve_audience(audience, sender=guangdong)} == sites


@pytest.mark.parametrize(
    ("audience", "error", "named"),
    [
        (Audience(sites=("hebei",)), NotAllowed, "“hebei”不在其中"),
        (Audience(regions=("hebei",)), NotAllowed, "“hebei”不在其中"),
        (Audience(regions=("hub",)), NotAllowed, "“hub”不在其中"),
        (Audience(sites=("guangzhou", "hebei")), NotAllowed, "“hebei”不在其中"),
        (Audience(levels=("province",)), InvalidValue, "没有已开通的站点"),
        (Audience(levels=("county",)), InvalidValue, "层级“county”不存在"),
        (Audience(sites=("nowhere",)), InvalidValue, "站点“nowhere”不存在或未开通"),
        (Audience(), InvalidValue, "没有已开通的站点"),
    ],
)
def test_an_audience_outside_is_refused(
    guangdong: Site, audience: Audience, error: type[Exception], named: str
) -> None:
    article = reviewed_article(guangdong)
    with pytest.raises(error, match=named):
        dispatch(guangdong, article, audience)
    assert (Item.objects.count(), Edition.objects.count(), Delivery.objects.count(), Work.objects.count()) == (0,) * 4


def test_only_network_managers_of_hub_and_provinces_send(hub: Site, guangdong: Site, guangzhou: Site) -> None:
    article = reviewed_article(hub)
    for username in ("editor", "webmaster", "secrecy"):
        with pytest.raises(NotAllowed, match="没有站群管理权限"):
            dispatch(hub, article, by=username)
    city = reviewed_article(guangzhou)
    with in_site(guangzhou):
        content, approval = edition_source(city.pk)
    # Even a manager of the province does not act from a city's site.
    manager = staff(guangdong, "manager")
    with in_site(guangdong), pytest.raises(NotAllowed, match="不具备站群管理权限"):
        dispatch_item(content, acting_user=manager, origin=guangzhou, audience=Audience(is_all=True), approval=approval)
    assert Item.objects.count() == 0
    assert dispatch(hub, article).site_count == 4


def test_what_is_not_on_line_does_not_travel(hub: Site) -> None:
    draft = draft_article(hub)
    with pytest.raises(InvalidValue, match="只能下发已发布的信息"):
        dispatch(hub, draft)
    article = reviewed_article(hub)
    with in_site(hub):
        content, _approval = edition_source(article.pk)
        with pytest.raises(NotAllowed, match="尚未通过审核发布"):
            dispatch_item(
                content,
                acting_user=staff(hub, "manager"),
                origin=hub,
                audience=Audience(is_all=True),
                approval={},
            )
    assert Item.objects.count() == 0


def test_an_edition_with_an_invented_approval_is_not_placed(hub: Site, shenzhen: Site) -> None:
    """Content that no one reviewed does not become public by way of an edition."""
    draft = draft_article(hub, title="无人审核")
    approved = reviewed_article(hub)
    with in_site(hub):
        content, approval = edition_source(approved.pk)
        manager = staff(hub, "manager")
        forged = replace(content, content_id=draft.translation_key, title="无人审核")
        for invented in ({"kind": "review"}, approval):
            with pytest.raises(IntegrityError, match="names no approval in force"), transaction.atomic():
                dispatch_item(
                    forged, acting_user=manager, origin=hub, audience=Audience(is_all=True), approval=invented
                )
    assert (Item.objects.count(), Edition.objects.count(), Work.objects.count()) == (0, 0, 0)
    assert placements(shenzhen, draft.translation_key) == []


def test_an_item_is_seen_on_the_receiving_site_with_its_source(hub: Site, shenzhen: Site) -> None:
    article = reviewed_article(hub, title="总局通知一则")
    dispatch(hub, article)
    work_off()
    (page,) = placements(shenzhen, article.translation_key)
    answer = client_of(shenzhen).get(page.get_site_path())
    body = answer.content.decode()
    assert answer.status_code == 200
    assert "总局通知一则" in body
    assert hub.full_name in body
    assert shenzhen.full_name in body
    shown = where_shown(shenzhen, "总局通知一则", page.get_site_path())
    assert {"/", "/tzgg/", "/feed.atom", "/sitemap.xml"} <= set(shown)


def test_the_receipt_tells_version_and_path(hub: Site, hebei: Site) -> None:
    article = reviewed_article(hub)
    dispatch(hub, article, Audience(sites=("hebei",)))
    (waiting,) = delivery_board(article.translation_key).deliveries
    assert (waiting.state, waiting.version_due, waiting.version_placed, waiting.path) == ("waiting", 1, 0, "")
    work_off()
    (placed,) = delivery_board(article.translation_key).deliveries
    path = placements(hebei, article.translation_key)[0].get_site_path()
    assert (placed.state, placed.version_placed, placed.path, placed.error) == ("placed", 1, path, "")
    assert placed.placed_at is not None
    assert [place.schema_name for place in presence([article.translation_key])[article.translation_key]] == [
        "national",
        "hebei",
    ]


def test_dispatching_twice_places_once(hub: Site, shenzhen: Site) -> None:
    article = reviewed_article(hub)
    dispatch(hub, article)
    work_off()
    assert dispatch(hub, article).version == 1
    work_off()
    assert len(placements(shenzhen, article.translation_key)) == 1
    assert Edition.objects.filter(content_id=article.translation_key).count() == 1
    assert AuditEntry.objects.filter(act="item.dispatch").count() == 2


COMPARED_AWAY = {
    "id", "path", "slug", "url_path", "translation_key", "first_published_at", "last_published_at", "title",
    "draft_title", "latest_revision_created_at",
}  # fmt: skip


def test_a_placement_equals_what_add_child_leaves(hub: Site, shenzhen: Site) -> None:
    article = reviewed_article(hub)
    dispatch(hub, article)
    work_off()
    (placed,) = placements(shenzhen, article.translation_key)
    with in_site(shenzhen):
        column = ColumnPage.objects.get(key="tzgg")
        by_hand = PlacementPage(
            title=placed.title, slug="by-hand", live=True, content_id=column.translation_key, origin="national",
            placed_version=1, owner=placed.owner,
        )  # fmt: skip
        with transaction.atomic():
            column.add_child(instance=by_hand)
            left, right = _row(placed.pk), _row(by_hand.pk)
            assert left.keys() == right.keys()
            assert {key for key in left if left[key] != right[key]} <= COMPARED_AWAY
            assert (left["path"][:-4], int(left["path"][-1], 36) + 1) == (
                right["path"][:-4],
                int(right["path"][-1], 36),
            )
            assert left["url_path"] == f"{column.url_path}{placed.slug}/"
            assert _log_actions(placed.pk) == ["wagtail.create", "wagtail.publish"]
            assert "wagtail.create" in _log_actions(by_hand.pk)
            for page in (placed, by_hand):
                assert ReferenceIndex.get_references_for_object(page).count() == 0
            assert _index_rows(placed.pk) == _index_rows(by_hand.pk)
            transaction.set_rollback(True)
        column.refresh_from_db()
        assert column.numchild == column.get_children().count()


def _row(page_id: int) -> dict[str, Any]:
    return Page.objects.filter(pk=page_id).values().get()


def _log_actions(page_id: int) -> list[str]:
    return list(PageLogEntry.objects.filter(page_id=page_id).order_by("pk").values_list("action", flat=True))


def _index_rows(page_id: int) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT type.model FROM wagtailsearch_indexentry AS entry JOIN django_content_type AS type "
            "ON type.id = entry.content_type_id WHERE object_id = %s ORDER BY 1",
            [str(page_id)],
        )
        return [row[0] for row in cursor.fetchall()]


def test_the_tree_is_whole_after_many_placements(hub: Site, shenzhen: Site, capsys: pytest.CaptureFixture[str]) -> None:
    articles = [reviewed_article(hub) for _ in range(3)]
    for article in articles:
        dispatch(hub, article)
    work_off()
    with in_site(shenzhen):
        assert [problems for problems in Page.find_problems() if problems] == []
        call_command("fixtree", interactive=False)
    assert "No problems found" in capsys.readouterr().out
    with in_site(shenzhen):
        paths = list(PlacementPage.objects.order_by("path").values_list("path", flat=True))
        assert len(set(paths)) == 3


def test_an_update_raises_the_version_once_and_every_site_shows_it(hub: Site, shenzhen: Site, hebei: Site) -> None:
    article = reviewed_article(hub, title="初版标题")
    dispatch(hub, article)
    work_off()
    with in_site(hub):
        change_article(article, title="新版标题")
        review(article)
    path = placements(shenzhen, article.translation_key)[0].get_site_path()
    # At once, before any worker ran.
    for site in (shenzhen, hebei):
        body = client_of(site).get(path).content.decode()
        assert "新版标题" in body
        assert "初版标题" not in body
        assert "新版标题" in client_of(site).get("/tzgg/").content.decode()
    assert Item.objects.get(pk=article.translation_key).version == 2
    work_off()
    assert {row.version_placed for row in delivery_board(article.translation_key).deliveries} == {2}
    assert placements(shenzhen, article.translation_key)[0].title == "新版标题"
    assert len(placements(shenzhen, article.translation_key)) == 1
    assert AuditEntry.objects.filter(act="item.update").count() == 1


def test_equal_content_makes_no_new_version(hub: Site) -> None:
    article = reviewed_article(hub)
    dispatch(hub, article)
    with in_site(hub):
        content, approval = edition_source(article.pk)
        assert publish_version(content, origin=hub, person="editor", approval=approval) == 1
    assert Edition.objects.filter(content_id=article.translation_key).count() == 1


def test_another_site_cannot_write_a_version(hub: Site, hebei: Site) -> None:
    """A page that carries another site's content id (a copy, an import) stays a page of its own."""
    article = reviewed_article(hub, title="总局原文")
    dispatch(hub, article)
    work_off()
    before = Edition.objects.count()
    draft = draft_article(hebei, title="冒名新版")
    with in_site(hebei):
        ArticlePage.objects.filter(pk=draft.pk).update(translation_key=article.translation_key)
        draft = ArticlePage.objects.get(pk=draft.pk)
        draft.save_revision(user=draft.owner)
        review(draft)
    assert Edition.objects.count() == before
    head = Item.objects.get(pk=article.translation_key)
    assert (head.version, head.title, head.origin) == (1, "总局原文", "national")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE network_syndication_edition SET title = '改'",
        "UPDATE network_syndication_edition SET body = '{}'",
        "DELETE FROM network_syndication_edition",
    ],
)
def test_an_edition_never_changes(hub: Site, statement: str) -> None:
    article = reviewed_article(hub)
    dispatch(hub, article)
    held = Edition.objects.values().get()
    with pytest.raises(IntegrityError, match="cannot be changed; publish a new version"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(statement)
    assert Edition.objects.values().get() == held


def test_a_version_exists_once(hub: Site) -> None:
    article = reviewed_article(hub)
    dispatch(hub, article)
    edition = Edition.objects.get()
    edition.pk = None
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        Edition.objects.create(
            content_id=edition.content_id, version=1, schema_version="x", content_hash="", origin="x", kind="x",
            column="x", title="x", published_at=edition.published_at,
        )  # fmt: skip
    assert Edition.objects.count() == 1


def test_a_suspended_site_is_not_among_the_receivers(hub: Site, hebei: Site) -> None:
    Site.objects.filter(pk=hebei.pk).update(state="suspended", state_reason="检修")
    article = reviewed_article(hub)
    assert dispatch(hub, article).site_count == 3
    with pytest.raises(InvalidValue, match="站点“hebei”不存在或未开通"):
        dispatch(hub, article, Audience(sites=("hebei",)))


def test_an_edition_holds_no_key_of_a_site(hub: Site) -> None:
    """References travel as ``{kind, uid}``; a link to a page carries its content id."""
    target = reviewed_article(hub)
    article = reviewed_article(
        hub,
        body=[
            {
                "type": "paragraph",
                "value": f'<p>见<a linktype="page" id="{target.pk}">前文</a>和<a href="https://www.gov.cn/">网站</a></p>',
            }
        ],
    )
    dispatch(hub, article)
    (block,) = Edition.objects.get().body["blocks"]
    assert f'uid="{target.translation_key}"' in block["html"]
    assert 'linktype="item"' in block["html"]
    assert f'id="{target.pk}"' not in block["html"].replace("uid=", "")
    assert datetime.datetime.now(tz=datetime.UTC) > Edition.objects.get().published_at
