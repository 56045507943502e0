"""The tree of sites: no circle, no wrong level, one region each, whoever writes."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from network.tenancy.api import Site, get_site
from network.tenancy.models import SiteTransition
from tests.factories.lives import bring_to

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]


def change(site: Site, **values: Any) -> None:
    with transaction.atomic():
        Site.objects.filter(pk=site.pk).update(**values)


def test_no_site_stands_under_itself_or_below(hub: Site, guangdong: Site, guangzhou: Site) -> None:
    before = list(Site.objects.order_by("id").values_list("slug", "parent_id", "region_path"))
    for site, parent in ((guangdong, guangdong), (guangdong, guangzhou), (guangzhou, guangzhou)):
        with pytest.raises(IntegrityError, match="cannot stand under"):
            change(site, parent=parent)
    # A circle over two levels needs a wrong level first.
    with pytest.raises(IntegrityError, match="that level|cannot stand under"):
        change(guangdong, level="prefecture")
    assert list(Site.objects.order_by("id").values_list("slug", "parent_id", "region_path")) == before


@pytest.mark.parametrize(("slug", "parent"), [("guangzhou", "shenzhen"), ("hebei", "guangdong"), ("hebei", "shenzhen")])
def test_a_level_stands_under_a_higher_one(hub: Site, slug: str, parent: str) -> None:
    with pytest.raises(IntegrityError, match="cannot stand under"):
        change(get_site(slug), parent=get_site(parent))


@pytest.mark.parametrize("code", ["", "44010", "4401000", "44A100", "广州市"])
def test_a_division_code_has_six_digits(guangzhou: Site, code: str) -> None:
    with pytest.raises((IntegrityError, Exception), match="site_division_code|value too long"):
        change(guangzhou, division_code=code)
    assert Site.objects.get(pk=guangzhou.pk).region_path == "/440000/440100/"


def test_a_region_cannot_be_made_up(guangzhou: Site, hebei: Site) -> None:
    """A region path of "/" would make a city manage the country."""
    for path in ("/", "/130000/", "/440000/"):
        change(guangzhou, region_path=path)
        assert Site.objects.get(pk=guangzhou.pk).region_path == "/440000/440100/"


def test_two_open_sites_share_no_region(guangdong: Site, guangzhou: Site, shenzhen: Site) -> None:
    with pytest.raises(IntegrityError, match="site_region_once"):
        change(guangzhou, division_code=shenzhen.division_code)
    # Control: what a merged site leaves is free.
    bring_to(shenzhen, "merged", into=guangzhou)
    change(guangzhou, division_code=shenzhen.division_code)
    assert Site.objects.get(pk=guangzhou.pk).region_path == "/440000/440300/"


def test_a_subtree_follows_its_head_at_once(guangdong: Site, guangzhou: Site, shenzhen: Site, hebei: Site) -> None:
    change(guangdong, division_code="450000")
    assert {site.slug: site.region_path for site in Site.objects.all()} == {
        "hub": "/",
        "guangdong": "/450000/",
        "guangzhou": "/450000/440100/",
        "shenzhen": "/450000/440300/",
        "hebei": "/130000/",
    }


def test_a_city_moves_to_another_province(guangzhou: Site, hebei: Site) -> None:
    change(guangzhou, parent=hebei)
    assert Site.objects.get(pk=guangzhou.pk).region_path == "/130000/440100/"


def test_the_key_never_changes(guangzhou: Site) -> None:
    with pytest.raises(IntegrityError, match="never changes"):
        change(guangzhou, slug="suihu")


def test_opening_began_the_history(guangzhou: Site) -> None:
    assert [(row.from_state, row.to_state) for row in SiteTransition.objects.filter(site="guangzhou")] == [
        ("", "preparing"),
        ("preparing", "live"),
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM network_tenancy_sitename WHERE site = 'guangzhou' AND valid_to IS NULL")
        assert cursor.fetchone() == (1,)
