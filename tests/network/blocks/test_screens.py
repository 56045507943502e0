"""The screens of stopped addresses, over HTTP: stopping, appealing, answering, lifting."""

from __future__ import annotations

import pytest
from django.urls import reverse

from network.blocks.models import Appeal, Block
from network.tenancy.api import Site
from tests.factories.articles import reviewed_article
from tests.factories.blocking import REASON, block
from tests.factories.people import client_of
from tests.sites.media.test_files import address_of, article_with, document, status

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db(transaction=True)]
ADD = "network_blocks:add"


def wish(site: str, path: str, **more: str) -> dict[str, str]:
    return {"site": site, "path": path, "reason": REASON, **more}


def test_an_address_is_shown_once_more_before_it_is_stopped(hub: Site, guangzhou: Site) -> None:
    reviewed_article(guangzhou, title="停用试验", slug="stopped")
    manager = client_of(hub, "manager")
    page = manager.post(reverse(ADD), wish("guangzhou", "/tzgg/stopped/"))
    assert (page.status_code, Block.objects.count()) == (200, 0)
    assert guangzhou.full_name in page.content.decode()
    done = manager.post(reverse(ADD), wish("guangzhou", "/tzgg/stopped/", confirm="1"))
    assert (done.status_code, done.headers["Location"]) == (302, reverse("network_blocks:index"))
    assert client_of(guangzhou).get("/tzgg/stopped/").status_code == 451
    assert REASON in manager.get(reverse("network_blocks:index")).content.decode()


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (wish("", "/tzgg/stopped/"), "site"),
        (wish("guangzhou", ""), "path"),
        (wish("guangzhou", "/"), "path"),
        (wish("guangzhou", "/admin/"), "path"),
        (wish("guangzhou", "http://hebei.localhost:8000/tzgg/stopped/"), "path"),
        ({**wish("guangzhou", "/tzgg/stopped/"), "reason": ""}, "reason"),
    ],
)
def test_a_refusal_stands_beside_its_field(hub: Site, guangzhou: Site, facts: dict[str, str], field: str) -> None:
    page = client_of(hub, "manager").post(reverse(ADD), {**facts, "confirm": "1"})
    assert page.status_code == 200
    assert list(page.context["form"].errors) == [field]
    assert Block.objects.count() == 0


def test_a_province_is_offered_its_own_subtree(guangdong: Site, hebei: Site, guangzhou: Site) -> None:
    manager = client_of(guangdong, "manager")
    offered = [value for value, _ in manager.get(reverse(ADD)).context["form"].fields["site"].choices]
    assert {"guangdong", "guangzhou", "shenzhen"} <= set(offered)
    assert not {"hub", "hebei"} & set(offered)
    refused = manager.post(reverse(ADD), wish("hebei", "/tzgg/", confirm="1"))
    assert (refused.status_code, Block.objects.count()) == (200, 0)
    assert client_of(guangzhou, "webmaster").get(reverse(ADD)).status_code == 404


def test_from_the_appeal_to_the_lifting(hub: Site, guangdong: Site, guangzhou: Site, shenzhen: Site) -> None:
    reviewed_article(guangzhou, title="停用试验", slug="stopped")
    row = block(hub, guangzhou, "/tzgg/stopped/")
    webmaster, manager = client_of(guangzhou, "webmaster"), client_of(hub, "manager")
    assert client_of(guangzhou, "editor").get(reverse("network_blocks:appeal", args=[row.pk])).status_code in (302, 404)
    assert client_of(shenzhen, "webmaster").get(reverse("network_blocks:appeal", args=[row.pk])).status_code == 404
    empty = webmaster.post(reverse("network_blocks:appeal", args=[row.pk]), {"text": ""})
    assert (list(empty.context["form"].errors), Appeal.objects.count()) == (["text"], 0)
    done = webmaster.post(reverse("network_blocks:appeal", args=[row.pk]), {"text": "数据已经更正，请予恢复"})
    assert done.headers["Location"] == reverse("network_blocks:own")
    assert "数据已经更正" in webmaster.get(reverse("network_blocks:own")).content.decode()

    (appeal,) = Appeal.objects.all()
    address = reverse("network_blocks:answer", args=[appeal.pk])
    assert "数据已经更正" in manager.get(address).content.decode()
    assert client_of(guangdong, "manager").get(address).status_code == 404
    assert list(manager.post(address, {"outcome": "lifted", "answer": ""}).context["form"].errors) == ["answer"]
    assert client_of(guangzhou).get("/tzgg/stopped/").status_code == 451
    assert manager.post(address, {"outcome": "lifted", "answer": "更正属实"}).status_code == 302
    assert client_of(guangzhou).get("/tzgg/stopped/").status_code == 200


def test_the_authority_lifts_with_a_reason(hub: Site, guangzhou: Site, hebei: Site) -> None:
    reviewed_article(guangzhou, title="停用试验", slug="stopped")
    address = reverse("network_blocks:lift", args=[block(hub, guangzhou, "/tzgg/stopped/").pk])
    assert client_of(hebei, "manager").post(address, {"reason": "核实无误"}).status_code == 404
    assert list(client_of(hub, "manager").post(address, {"reason": ""}).context["form"].errors) == ["reason"]
    assert client_of(guangzhou).get("/tzgg/stopped/").status_code == 451
    assert client_of(hub, "manager").post(address, {"reason": "核实无误"}).status_code == 302
    assert client_of(guangzhou).get("/tzgg/stopped/").status_code == 200


def test_a_file_is_stopped_under_every_name(hub: Site, guangzhou: Site, shenzhen: Site) -> None:
    held = document(guangzhou)
    other = document(shenzhen)
    article_with(guangzhou, held)
    article_with(shenzhen, other)
    address = address_of(held)
    assert status(guangzhou, address) == 200
    manager = client_of(hub, "manager")
    manager.post(reverse(ADD), wish("guangzhou", f"http://guangzhou.localhost:8000{address}", confirm="1"))
    assert status(guangzhou, address) == 451
    assert status(guangzhou, address.rpartition("/")[0] + "/other-name.txt") == 451
    assert status(shenzhen, address_of(other)) == 200


def test_what_a_removed_site_stopped_is_the_hubs(hub: Site, guangdong: Site, guangzhou: Site) -> None:
    reviewed_article(guangzhou, title="停用试验", slug="stopped")
    row = Block.objects.create(
        authority="removed-site", site="guangzhou", path="/tzgg/stopped", reason=REASON, created_by="manager"
    )
    answer = client_of(guangzhou).get("/tzgg/stopped/")
    assert (answer.status_code, hub.short_name in answer.content.decode()) == (451, True)
    assert REASON in client_of(guangzhou, "webmaster").get(reverse("network_blocks:own")).content.decode()
    assert REASON in client_of(hub, "manager").get(reverse("network_blocks:index")).content.decode()
    assert REASON not in client_of(guangdong, "manager").get(reverse("network_blocks:index")).content.decode()
    address = reverse("network_blocks:lift", args=[row.pk])
    assert client_of(guangdong, "manager").post(address, {"reason": "核实无误"}).status_code == 404
    assert client_of(hub, "manager").post(address, {"reason": "核实无误"}).status_code == 302
    assert client_of(guangzhou).get("/tzgg/stopped/").status_code == 200
