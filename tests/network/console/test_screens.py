"""The network manager's screens: for managers of hub and provinces, each for its own items."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from network.syndication.api import Item
from network.tenancy.api import Site
from sites.pages.models import ArticlePage
from tests.factories.articles import dispatch, reviewed_article
from tests.factories.deliveries import work_off
from tests.factories.people import client_of

pytestmark = [pytest.mark.syndication, pytest.mark.django_db]


@pytest.fixture
def item(guangdong: Site) -> ArticlePage:
    """What Guangdong sent to its cities."""
    article = reviewed_article(guangdong, title="广东省局通知")
    dispatch(guangdong, article)
    work_off()
    return article


def board(article: ArticlePage) -> str:
    return reverse("network_console:board", args=[article.translation_key])


def test_the_sender_and_the_hub_see_the_board(item: ArticlePage, guangdong: Site, hub: Site) -> None:
    for site in (guangdong, hub):
        answer = client_of(site, "manager").get(board(item), {"format": "json"})
        facts = answer.json()
        assert (facts["title"], facts["version"], facts["state"]) == ("广东省局通知", 1, "live")
        assert {row["site"]: row["state"] for row in facts["deliveries"]} == {
            "guangzhou": "placed",
            "shenzhen": "placed",
        }
        assert client_of(site, "manager").get(board(item)).status_code == 200
        assert "广东省局通知" in client_of(site, "manager").get(reverse("network_console:items")).content.decode()


def test_another_province_sees_nothing_of_it(item: ArticlePage, hebei: Site) -> None:
    manager = client_of(hebei, "manager")
    assert manager.get(board(item)).status_code == 404
    assert (
        manager.post(reverse("network_console:recall", args=[item.translation_key]), {"reason": "x"}).status_code == 404
    )
    listing = manager.get(reverse("network_console:items"))
    assert listing.status_code == 200
    assert "广东省局通知" not in listing.content.decode()
    assert Item.objects.get().state == "live"


@pytest.mark.parametrize(
    ("slug", "username"),
    [("guangzhou", "webmaster"), ("guangdong", "webmaster"), ("guangdong", "editor"), ("hub", "secrecy")],
)
def test_whoever_manages_no_group_finds_no_screen(item: ArticlePage, slug: str, username: str) -> None:
    from network.tenancy.api import get_site

    client = client_of(get_site(slug), username)
    recall = reverse("network_console:recall", args=[item.translation_key])
    assert client.get(board(item)).status_code == 404
    assert client.get(reverse("network_console:items")).status_code == 404
    assert client.get(reverse("network_console:dispatch", args=[item.pk])).status_code == 404
    assert client.post(recall, {"reason": "越权"}).status_code == 404
    assert Item.objects.get().state == "live"
    assert "下发信息" not in client.get("/admin/").content.decode()


def test_a_visitor_is_asked_to_sign_in(item: ArticlePage, guangdong: Site) -> None:
    assert client_of(guangdong).get(board(item)).status_code == 302


def test_dispatch_in_two_steps(hub: Site) -> None:
    article = reviewed_article(hub, title="总局待下发")
    client = client_of(hub, "manager")
    address = reverse("network_console:dispatch", args=[article.pk])
    form: dict[str, Any] = {"scope": "levels", "levels": ["province"], "mode": "mandatory"}
    shown = client.post(address, form)
    assert (shown.status_code, shown.context["counts"], Item.objects.count()) == (200, {"sites": 2}, 0)
    sent = client.post(address, {**form, "confirm": "1"})
    assert sent.status_code == 302
    assert client.get(board(article), {"format": "json"}).json()["totals"]["waiting"] == 2


@pytest.mark.parametrize(
    "form",
    [
        {"scope": "levels", "mode": "mandatory"},
        {"scope": "regions", "mode": "mandatory"},
        {"scope": "regions", "regions": ["nowhere"], "mode": "mandatory"},
        {"scope": "levels", "levels": ["county"], "mode": "mandatory"},
        {"scope": "all", "mode": "offered"},
        {},
    ],
)
def test_a_wrong_form_sends_nothing(hub: Site, form: dict[str, Any]) -> None:
    article = reviewed_article(hub)
    client = client_of(hub, "manager")
    answer = client.post(reverse("network_console:dispatch", args=[article.pk]), {**form, "confirm": "1"})
    assert answer.status_code == 200
    assert Item.objects.count() == 0


def test_recall_on_the_screen(item: ArticlePage, guangdong: Site) -> None:
    client = client_of(guangdong, "manager")
    recall = reverse("network_console:recall", args=[item.translation_key])
    assert client.post(recall, {"reason": ""}).status_code == 302
    assert Item.objects.get().state == "live"
    assert client.post(recall, {"reason": "数字有误"}).status_code == 302
    assert (Item.objects.get().state, Item.objects.get().recalled_by) == ("recalled", "manager")
    work_off()
    assert client.get(board(item), {"format": "json"}).json()["is_proven_recalled"] is True
