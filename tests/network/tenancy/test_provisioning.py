"""Opening a site: its schema equals the template, a failure leaves nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import psycopg
import pytest
from django.contrib.auth.hashers import check_password
from wagtail.models import Locale, Page
from wagtail.models import Site as WagtailSite

from network.events import provisioning_steps
from network.tenancy import content_types, dumping, provisioning, upgrading
from network.tenancy.api import Site, get_site, in_site
from network.tenancy.models import Domain, SiteRequest
from network.tenancy.names import TEMPLATE_SCHEMA
from sites.accounts.models import Staff
from sites.pages.models import ColumnPage, HomePage
from tests.factories.people import client_of
from tests.factories.places import PASSWORD, site_wish
from tests.network.tenancy.catalogues import CATALOGUE, catalogue, rows, take_back

pytestmark = [pytest.mark.tenancy]
commits = pytest.mark.django_db(transaction=True)
Owner = Callable[[], AbstractContextManager[None]]


@pytest.mark.django_db
@pytest.mark.parametrize("kind", sorted(CATALOGUE))
def test_a_clone_equals_the_template(kind: str) -> None:
    wanted = catalogue(TEMPLATE_SCHEMA, kind)
    assert len(wanted) > 5
    for schema in ("guangzhou", "national"):
        assert catalogue(schema, kind) == wanted


@contextmanager
def extra_step(name: str, step: Callable[[Any, dict[str, Any]], None]) -> Iterator[None]:
    provisioning_steps.register(name, step)
    try:
        yield
    finally:
        del provisioning_steps._entries[name]


@commits
def test_a_clone_that_dies_half_way_leaves_nothing(owner: Owner) -> None:
    def die(site: Any, request: dict[str, Any]) -> None:
        assert ColumnPage.objects.count() > 20
        raise LookupError("步骤“断电”没有完成。")

    with owner():
        before = (Site.objects.count(), Domain.objects.count())
        request = provisioning.request_site("foshan", **site_wish("foshan"))
        with extra_step("99 die", die):
            assert provisioning.take_requests() == 0
        request.refresh_from_db()
        assert (request.state, request.attempts, request.error) == ("failed", 1, "步骤“断电”没有完成。")
        assert (Site.objects.count(), Domain.objects.count()) == before
        assert rows("SELECT count(*) FROM pg_namespace WHERE nspname = 'foshan'") == [(0,)]

        # Control: the same wish without the fault opens.
        SiteRequest.objects.filter(slug="foshan").update(state="waiting")
        assert provisioning.take_requests() == 1
        assert get_site("foshan").state == "live"


@commits
def test_a_failing_request_does_not_stop_the_next(owner: Owner) -> None:
    with owner():
        bad = provisioning.request_site("foshan", **site_wish("foshan"))
        bad.staff = [{"username": "x", "name": "x", "department": "", "roles": ["emperor"], "password_hash": "!"}]
        bad.save()
        provisioning.request_site("zhuhai", **site_wish("zhuhai"))
        assert provisioning.take_requests() == 1
        bad.refresh_from_db()
        assert bad.state == "failed"
        assert "角色“emperor”不存在" in bad.error
        assert {site.slug for site in Site.objects.filter(slug__in=["foshan", "zhuhai"])} == {"zhuhai"}


@commits
def test_an_unforeseen_error_marks_the_request_too(owner: Owner) -> None:
    """The provisioner must not take the same broken request for ever."""

    def crash(site: Any, request: dict[str, Any]) -> None:
        raise RuntimeError("not foreseen")

    with owner():
        request = provisioning.request_site("foshan", **site_wish("foshan"))
        with extra_step("99 crash", crash):
            provisioning.take_requests()
        request.refresh_from_db()
        assert request.state == "failed"
        assert "not foreseen" in request.error


@commits
def test_a_new_site_serves_its_people_and_readers(owner: Owner) -> None:
    with owner():
        site = provisioning.open_site(provisioning.request_site("foshan", **site_wish("foshan")))
    home = client_of(site).get("/")
    assert home.status_code == 200
    assert site.full_name in home.content.decode()
    browser = client_of(site)
    answer = browser.post("/admin/login/", {"username": "editor", "password": PASSWORD, "next": "/admin/"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/")
    with in_site(site):
        assert WagtailSite.objects.get().hostname == Domain.objects.get(tenant=site).domain
        assert HomePage.objects.get().live
        assert Staff.objects.get(username="editor").check_password(PASSWORD)
        assert Staff.objects.filter(is_superuser=True).count() == 0


@pytest.mark.django_db
def test_two_sites_share_no_identity(db: None) -> None:
    """What came with the template got identities of its own."""
    keys: dict[str, set[Any]] = {}
    for slug in ("hub", "guangdong", "guangzhou"):
        with in_site(get_site(slug)):
            keys[slug] = set(Page.objects.filter(depth__gt=1).values_list("translation_key", flat=True))
            assert len(keys[slug]) == Page.objects.filter(depth__gt=1).count()
            assert Locale.objects.count() == 1
            assert check_password(PASSWORD, Staff.objects.get(username="editor").password)
    assert not keys["hub"] & keys["guangdong"] | keys["guangdong"] & keys["guangzhou"]


@commits
def test_a_process_opens_its_first_site_from_the_kept_dump(owner: Owner, settings: Any) -> None:
    with owner():
        upgrading.keep_template_dump()
        settings.PG_DUMP = "/nowhere/pg_dump"
        dumping._cache.clear()
        provisioning.request_site("foshan", **site_wish("foshan"))
        assert provisioning.take_requests() == 1
        assert catalogue("foshan", "indexes") == catalogue(TEMPLATE_SCHEMA, "indexes")
        # A template that was changed past the upgrade is not opened from the old dump.
        rows(f"UPDATE {TEMPLATE_SCHEMA}.django_migrations SET id = id + 1000 RETURNING id")
        with pytest.raises(FileNotFoundError):
            dumping.template_dump()


@pytest.mark.django_db
def test_the_application_role_opens_no_site(db: None) -> None:
    request = provisioning.request_site("foshan", **site_wish("foshan"))
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        provisioning.open_site(request)
    assert not Site.objects.filter(slug="foshan").exists()
    assert rows("SELECT count(*) FROM pg_namespace WHERE nspname = 'foshan'") == [(0,)]


@commits
def test_differing_content_types_are_found(owner: Owner) -> None:
    with owner():
        content_types.hold_content_types("guangzhou")
        rows("INSERT INTO guangzhou.django_content_type VALUES (9001, 'sites_pages', 'stray') RETURNING id")
        assert content_types.differing_content_types("guangzhou") == [(9001, "sites_pages", "stray")]
        with pytest.raises(RuntimeError, match="Content types of schema 'guangzhou' differ from the template"):
            content_types.hold_content_types("guangzhou")
        content_types.hold_content_types("shenzhen")


@commits
def test_a_lagging_schema_is_brought_up(owner: Owner) -> None:
    with owner():
        assert upgrading.migrate_network().done == []
        take_back("shenzhen")
        lines: list[str] = []
        result = upgrading.migrate_network(report=lines.append)
        assert (result.done, result.failed, result.left, result.total) == (["shenzhen"], {}, [], 5)
        assert "站点 shenzhen（1/1）" in lines
        assert catalogue("shenzhen", "triggers") == catalogue(TEMPLATE_SCHEMA, "triggers")
        assert get_site("shenzhen").maintenance == ""
        assert upgrading.migrate_network().done == []


@commits
def test_a_site_that_newer_code_worked_on_is_not_served(owner: Owner) -> None:
    with owner():
        rows(
            "INSERT INTO shenzhen.django_migrations (app, name, applied)"
            " VALUES ('sites_pages', '9999_future', now()) RETURNING id"
        )
        result = upgrading.migrate_network()
        assert list(result.failed) == ["shenzhen"]
        assert "sites_pages.9999_future" in result.failed["shenzhen"]
    assert client_of(get_site("shenzhen")).get("/").status_code == 503
    assert client_of(get_site("guangzhou")).get("/").status_code == 200
