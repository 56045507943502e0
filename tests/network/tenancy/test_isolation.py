"""Two sites with equal keys, warm caches, threads: none sees the other."""

from __future__ import annotations

import threading

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.db import connection, connections, transaction
from django.test import override_settings

from network.outbox.models import Work
from network.tenancy.api import Site, absolute_url, get_site, in_public, in_site
from sites.accounts.models import Staff
from sites.pages.models import ArticlePage, HomePage
from tests.factories.articles import reviewed_article
from tests.factories.people import client_of
from tests.factories.twins import align_keys

pytestmark = [pytest.mark.tenancy]
POOL_SIZE = 4


@pytest.mark.django_db
def test_equal_keys_and_addresses_stay_apart_with_warm_caches(guangzhou: Site, shenzhen: Site) -> None:
    align_keys(guangzhou, shenzhen)
    here = reviewed_article(guangzhou, slug="same", title="广州的通知")
    there = reviewed_article(shenzhen, slug="same", title="深圳的通知")
    assert here.pk == there.pk
    for _ in range(2):
        for site, own, other in ((guangzhou, "广州的通知", "深圳的通知"), (shenzhen, "深圳的通知", "广州的通知")):
            client = client_of(site)
            for address in ("/tzgg/same/", "/tzgg/", "/", "/feed.atom", "/sitemap.xml"):
                body = client.get(address).content.decode()
                assert other not in body, (site.slug, address)
                if address != "/sitemap.xml":
                    assert own in body, (site.slug, address)
                if address in ("/feed.atom", "/sitemap.xml"):
                    assert f"{'shenzhen' if site == guangzhou else 'guangzhou'}.localhost" not in body


@pytest.mark.django_db
def test_addresses_of_pages_carry_the_own_host(guangzhou: Site, shenzhen: Site) -> None:
    for site in (guangzhou, shenzhen, guangzhou):
        with in_site(site):
            assert HomePage.objects.get().full_url == absolute_url(site, "/")
            assert HomePage.objects.get().full_url == f"http://{site.slug}.localhost:8000/"


@pytest.mark.django_db
def test_cache_keys_carry_the_schema(guangzhou: Site, shenzhen: Site) -> None:
    with in_site(guangzhou):
        cache.set("wagtail_site_root_paths", "guangzhou")
    with in_site(shenzhen):
        assert cache.get("wagtail_site_root_paths") is None
    with in_site(guangzhou):
        assert cache.get("wagtail_site_root_paths") == "guangzhou"


@pytest.mark.django_db(transaction=True)
def test_threads_write_into_their_own_site(guangzhou: Site, shenzhen: Site) -> None:
    ready = threading.Barrier(4)
    seen: list[tuple[str, set[str]]] = []
    errors: list[BaseException] = []

    def work(site: Site) -> None:
        try:
            ready.wait(10)
            for number in range(8):
                with in_site(site), transaction.atomic():
                    Staff.objects.create(username=f"{site.slug}-{threading.get_ident()}-{number}")
                    assert ContentType.objects.get_for_model(ArticlePage).model == "articlepage"
                connection.close()
            with in_site(site):
                names = set(Staff.objects.filter(username__contains="-").values_list("username", flat=True))
            seen.append((site.slug, {name.split("-")[0] for name in names}))
        except BaseException as error:  # noqa: BLE001  told to the test's own thread
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(site,)) for site in (guangzhou, shenzhen) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert sorted(seen, key=str) == sorted(
        [("guangzhou", {"guangzhou"})] * 2 + [("shenzhen", {"shenzhen"})] * 2, key=str
    )
    for site in (guangzhou, shenzhen):
        with in_site(site):
            assert Staff.objects.filter(username__contains="-").count() == 16


@pytest.mark.django_db
def test_a_deferred_task_carries_its_site(guangzhou: Site) -> None:
    from wagtail.tasks import delete_file_from_storage_task

    with in_site(guangzhou):
        delete_file_from_storage_task.enqueue("django.core.files.storage", [], {})
    work = Work.objects.get(kind="tenancy.task")
    assert (work.site, work.payload["task"]) == ("guangzhou", "wagtail.tasks.delete_file_from_storage_task")
    with in_public():
        assert Work.objects.count() == 1


@pytest.mark.django_db
def test_index_upkeep_belongs_to_the_change(guangzhou: Site) -> None:
    """An error in it reaches the caller, so the change is not half written."""
    from wagtail.models import ReferenceIndex

    article = reviewed_article(guangzhou)
    assert not Work.objects.filter(kind="tenancy.task").exists()
    with in_site(guangzhou):
        assert ReferenceIndex.model_is_indexable(ArticlePage)
        assert ArticlePage.objects.filter(pk=article.pk).exists()


def backend() -> int:
    """Process number of the server's side of this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_a_connection_is_given_up_after_many_schemas(db: None) -> None:
    def tour() -> int:
        for slug in ("hub", "guangdong", "hebei", "guangzhou"):
            with in_site(get_site(slug)):
                Staff.objects.count()
        process = backend()
        connection.close()
        return process

    with override_settings(TENANT_SCHEMAS_PER_CONNECTION=50):
        assert len({tour() for _ in range(8)}) <= POOL_SIZE
    with override_settings(TENANT_SCHEMAS_PER_CONNECTION=3):
        assert len({tour() for _ in range(8)}) == 8


@pytest.mark.django_db(transaction=True)
def test_a_backend_that_opened_a_site_is_given_up(hub: Site) -> None:
    before = backend()
    with transaction.atomic():
        connection.retire()
        assert backend() == before
    connection.retire()
    assert backend() != before


@pytest.mark.django_db
def test_a_request_ends_where_the_next_begins(guangzhou: Site, shenzhen: Site) -> None:
    """The site of one request never answers the next one on the same connection."""
    assert client_of(guangzhou).get("/").status_code == 200
    assert shenzhen.full_name in client_of(shenzhen).get("/").content.decode()
    assert client_of(guangzhou).get("/healthz").status_code == 200
    assert connection.schema_name == "public"
