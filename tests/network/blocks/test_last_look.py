"""What the screens of stopped addresses show before an act: the block it is about, the address in its form."""

from __future__ import annotations

import pytest

from network.blocks.models import Block
from network.tenancy.api import Site
from tests.factories.blocking import REASON, appealed_block, block
from tests.factories.people import client_of

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]
ADD = "/admin/network/blocks/add/"


def test_every_act_shows_the_block_it_is_about(hub: Site, guangzhou: Site) -> None:
    row = block(hub, guangzhou, "/tzgg/")
    appeal_page = client_of(guangzhou, "webmaster").get(f"/admin/blocked/{row.pk}/appeal/").content.decode()
    lift_page = client_of(hub, "manager").get(f"/admin/network/blocks/{row.pk}/lift/").content.decode()
    for page in (appeal_page, lift_page):
        assert 'data-stopped="/tzgg"' in page
        assert REASON in page
        assert guangzhou.short_name in page


def test_the_answer_stands_below_block_and_appeal(hub: Site, guangzhou: Site) -> None:
    appeal = appealed_block(guangzhou, path="/tzgg/", words="数据已经更正")
    page = client_of(hub, "manager").get(f"/admin/network/blocks/appeals/{appeal.pk}/").content.decode()
    assert f'data-stopped="{appeal.block.path}"' in page
    assert "数据已经更正" in page
    assert f"{guangzhou.short_name}　webmaster" in page


def test_the_last_look_shows_what_will_be_stopped(hub: Site, guangzhou: Site) -> None:
    client = client_of(hub, "manager")
    form = {"site": "guangzhou", "path": "http://guangzhou.localhost/tzgg//1/?p=2", "reason": REASON}
    page = client.post(ADD, form)
    assert page.context["to_confirm"]["path"] == "/tzgg/1"
    assert Block.objects.count() == 0
    assert client.post(ADD, {**form, "confirm": "1"}).status_code == 302
    assert Block.objects.get().path == "/tzgg/1"


@pytest.mark.parametrize("path", ["http://shenzhen.localhost/tzgg/", "tzgg/", "/admin/", "/"])
def test_a_bad_address_is_refused_before_the_last_look(hub: Site, guangzhou: Site, shenzhen: Site, path: str) -> None:
    page = client_of(hub, "manager").post(ADD, {"site": "guangzhou", "path": path, "reason": REASON})
    assert page.context["to_confirm"] is None
    assert list(page.context["form"].errors) == ["path"]
    assert Block.objects.count() == 0
