"""Asking for a site: every value is held against the registry before anything is written."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from network.errors import InvalidValue
from network.tenancy.api import Site
from network.tenancy.models import Domain, SiteRequest
from network.tenancy.names import validate_slug
from network.tenancy.provisioning import request_site
from tests.factories.places import site_wish

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]


def wish(**changes: Any) -> dict[str, Any]:
    """A valid wish for Foshan with changes."""
    facts = changes.pop("facts", {})
    return {**site_wish("foshan", **facts), **changes}


def test_a_valid_wish_is_written_down(guangdong: Site) -> None:
    before = SiteRequest.objects.count()
    request = request_site("foshan", **wish())
    assert (request.slug, request.state, request.facts["parent"]) == ("foshan", "waiting", "guangdong")
    assert SiteRequest.objects.count() == before + 1
    assert not Site.objects.filter(slug="foshan").exists()


@pytest.mark.parametrize(
    ("slug", "changes", "named"),
    [
        ("guangzhou", {}, "站点标识“guangzhou”已被使用"),
        ("Foshan", {}, "站点标识“Foshan”无效"),
        ("fo shan", {}, "站点标识“fo shan”无效"),
        ("fo-shan", {}, "站点标识“fo-shan”无效"),
        ("fo_shan", {}, "站点标识“fo_shan”无效"),
        ("4fo", {}, "站点标识“4fo”无效"),
        ("", {}, "站点标识“”无效"),
        ("foshan\n", {}, "无效"),
        ("佛山", {}, "站点标识“佛山”无效"),
        ("pgfoshan", {}, "站点标识“pgfoshan”无效"),
        ("x" * 49, {}, "不超过 48 个字符"),
        ("national", {}, "“national”为系统保留"),
        ("public", {}, "“public”为系统保留"),
        ("www", {}, "“www”为系统保留"),
        ("foshan", {"domain": "foshan.com"}, "域名“foshan.com”不是政府网站域名"),
        ("foshan", {"domain": "foshan.gov.cn.evil.com"}, "不是政府网站域名"),
        ("foshan", {"facts": {"parent": "nowhere"}}, "上级站点“nowhere”不存在"),
        ("foshan", {"facts": {"parent": "guangzhou"}}, "不能设在"),
        ("foshan", {"facts": {"level": "national"}}, "不能设在"),
        ("foshan", {"facts": {"level": "county"}}, "county"),
        ("foshan", {"facts": {"site_code": "12"}}, "网站标识码应为"),
        ("foshan", {"facts": {"site_code": "9900000001"}}, "网站标识码应为"),
        ("foshan", {"facts": {"schema_name": "public"}}, "登记项“schema_name”不存在"),
        ("foshan", {"facts": {"full_name": ""}}, ""),
    ],
)
def test_a_wrong_wish_is_refused_by_name(guangzhou: Site, slug: str, changes: dict[str, Any], named: str) -> None:
    before = SiteRequest.objects.count()
    with pytest.raises(InvalidValue) as caught:
        request_site(slug, **wish(**changes))
    assert named in caught.value.message
    assert SiteRequest.objects.count() == before


def test_a_domain_belongs_to_one_site(guangzhou: Site) -> None:
    taken = Domain.objects.get(tenant=guangzhou).domain
    with pytest.raises(InvalidValue, match="已登记在其他站点，一个域名只能属于一个站点"):
        request_site("foshan", **wish(domain=taken.upper()))
    with pytest.raises(IntegrityError), transaction.atomic():
        Domain.objects.create(domain=taken, tenant=guangzhou, is_primary=False)
    assert Domain.objects.filter(domain=taken).count() == 1


def test_a_site_code_belongs_to_one_site(guangzhou: Site, shenzhen: Site) -> None:
    with pytest.raises(InvalidValue, match=f"网站标识码“{guangzhou.site_code}”已登记在其他站点"):
        request_site("foshan", **wish(facts={"site_code": guangzhou.site_code}))
    with pytest.raises(IntegrityError), transaction.atomic():
        Site.objects.filter(pk=shenzhen.pk).update(site_code=guangzhou.site_code)
    shenzhen.refresh_from_db()
    assert shenzhen.site_code != guangzhou.site_code


@pytest.mark.parametrize("changes", [{"parent": None}, {"level": "national"}, {"site_code": "abc"}])
def test_the_database_holds_the_tree_too(shenzhen: Site, changes: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Site.objects.filter(pk=shenzhen.pk).update(**changes)


def test_a_site_under_itself_is_refused(shenzhen: Site) -> None:
    shenzhen.parent = shenzhen
    with pytest.raises(ValidationError, match="不能设在"):
        shenzhen.clean()


@pytest.mark.parametrize("slug", ["a", "guangdong", "x" * 48, "hub", "a1"])
def test_a_good_key_passes(slug: str) -> None:
    validate_slug(slug)


def test_the_region_path_follows_the_tree(hub: Site, guangdong: Site, guangzhou: Site) -> None:
    assert [site.region_path for site in (hub, guangdong, guangzhou)] == ["/", "/440000/", "/440000/440100/"]
