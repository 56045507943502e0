"""No way of publishing goes past the gate: what readers see was approved in exactly this form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from wagtail.actions.publish_page_revision import PublishPagePermissionError
from wagtail.contrib.settings.registry import registry as settings_registry
from wagtail.models import Page
from wagtail.snippets.models import get_snippet_models

from network.tenancy.api import Site, get_site, in_site
from sites.accounts.models import Staff
from sites.editing.models import GatedTable
from sites.pages.models import CONTENT_TYPES
from tests.factories.articles import draft_article, review
from tests.factories.people import client_of
from tests.sites.editing import gate_publisher_ways  # noqa: F401  registers its ways
from tests.sites.editing.gate_acts import committing, stored
from tests.sites.editing.gate_scene import Scene, make_scene, settle
from tests.sites.editing.gate_ways import WAYS, Check, Way, kinds
from tests.sites.editing.test_admin_publishing import form_of
from tests.sites.transfer.test_page_types import every_type

pytestmark = [pytest.mark.gate, pytest.mark.shares_commits, pytest.mark.django_db(transaction=True)]

_scenes: list[Scene] = []
_worked: dict[Check, bool] = {}
"""Whether each legitimate act took effect; several ways share one."""


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    """The filled site, made by the first test of this module that asks."""
    if not _scenes or not _scenes[0].is_there:
        _scenes[:] = [make_scene()]
    return _scenes[0]


def test_every_kind_of_way_is_tried() -> None:
    """The list of the issue; a button, an API, child rows stand in tests of their own."""
    assert list(kinds()) == [
        "shell",
        "schedule",
        "revert",
        "alias",
        "convert alias",
        "copy",
        "move",
        "translation",
        "import",
        "menu",
        "setting",
        "redirect",
        "queryset update",
        "raw SQL",
        "take-down",
        "replaced file",
        "edition",
        "publisher",
    ]


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_no_way_of_publishing_goes_past_the_gate(scene: Scene, way: Way) -> None:
    before = scene.standing()

    with (
        pytest.raises(IntegrityError, match=way.refusal) as caught,
        in_site(scene.site),
        transaction.atomic(),
    ):
        way.bypass(scene)
        settle()

    assert caught.value.__cause__.diag.constraint_name == way.constraint
    assert scene.standing() == before
    if way.control not in _worked:
        with in_site(scene.site), transaction.atomic():
            _worked[way.control] = way.control(scene)
            settle()
            transaction.set_rollback(True)
        assert scene.standing() == before
    assert _worked[way.control], f"Nobody may do it the right way either: {way.control.__name__}."


COLUMNS = """
SELECT column_name, data_type FROM information_schema.columns
WHERE table_schema = current_schema() AND table_name = %s AND column_name <> %s ORDER BY ordinal_position
"""
OTHERS = {
    "jsonb": """'[{"type": "paragraph", "value": "<p>没有审过。</p>"}]'""",
    "date": "coalesce(COLUMN, '2001-01-01') + 1",
    "timestamp with time zone": "coalesce(COLUMN, '2001-01-01') + interval '1 day'",
    "boolean": "NOT COLUMN",
    "uuid": "gen_random_uuid()",
}
CHOSEN = {
    "portrait_id": "sites_media_siteimage",
    "banner_id": "sites_media_siteimage",
    "video_id": "sites_media_sitedocument",
    "request_form_id": "sites_media_sitedocument",
}
NUMBERS = ("integer", "smallint", "bigint", "numeric")


def other_value(column: str, kind: str) -> str:
    """An expression for another value than the column holds."""
    if column.endswith("_id") and kind in NUMBERS:
        return f"(SELECT max(id) FROM {CHOSEN[column]})"
    if kind in NUMBERS:
        return f"coalesce({column}, 0) + 1"
    return OTHERS.get(kind, "left(COLUMN || '未审', 1) || '未审'").replace("COLUMN", f'"{column}"')


def attempts_on(site: Site, table: str, key_column: str, key: int) -> tuple[list[str], list[str]]:
    """``(refused, let through)``: each column of a row, changed alone; nothing stays."""
    refused, through = [], []
    with in_site(site), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(COLUMNS, [table, key_column])
        for column, kind in cursor.fetchall():
            try:
                with transaction.atomic():
                    cursor.execute(
                        f'UPDATE "{table}" SET "{column}" = {other_value(column, kind)} WHERE "{key_column}" = %s',
                        [key],
                    )
                    settle()
                    through.append(column)
                    transaction.set_rollback(True)
            except IntegrityError as error:
                diagnostic: Any = getattr(error.__cause__, "diag", None)
                refused.append(column if diagnostic.constraint_name == "publish_gate" else f"{column}: {error}")
        transaction.set_rollback(True)
    return refused, through


_typed: dict[str, Any] = {}


@pytest.fixture
def typed(scene: Scene) -> dict[str, Page]:
    """A live page of every type, its table by name; made once."""
    if _typed.get("scene") is not scene:
        pages = {type(page)._meta.db_table: page.pk for page in every_type(scene.site)}
        pages["sites_pages_articlepage"] = scene.keys["live"]
        pages["sites_pages_homepage"] = scene.keys["home"]
        pages["sites_pages_columnpage"] = scene.keys["column"]
        pages["sites_inbox_placementpage"] = scene.keys["placement"]
        _typed.update(scene=scene, pages=pages)
    pages_by_table: dict[str, Page] = _typed["pages"]
    return pages_by_table


TYPES = [
    *(model._meta.db_table for model in CONTENT_TYPES),
    "sites_pages_homepage",
    "sites_pages_columnpage",
    "sites_inbox_placementpage",
]


def test_every_gated_table_is_a_type_that_is_tried(scene: Scene) -> None:
    with in_site(scene.site):
        assert set(GatedTable.objects.values_list("table_name", flat=True)) == set(TYPES)


@pytest.mark.parametrize("table", TYPES)
def test_no_field_of_a_type_changes_on_line(scene: Scene, typed: dict[str, Any], table: str) -> None:
    """Each column of each type: words, days, sums, streams, tables from spreadsheets, attachments, choices."""
    key = typed[table]
    with in_site(scene.site):
        assert Page.objects.get(pk=key).live

    refused, through = attempts_on(scene.site, table, "page_ptr_id", key)

    assert through == []
    columns = [held.column for held in apps.get_model(*model_of(table))._meta.local_fields]
    assert sorted(refused) == sorted(set(columns) - {"page_ptr_id"})
    with in_site(scene.site), transaction.atomic():
        Page.objects.filter(pk=key).update(live=False)
        settle()
        for column in refused[:1]:
            with connection.cursor() as cursor:
                cursor.execute(f'UPDATE "{table}" SET "{column}" = "{column}" WHERE page_ptr_id = %s', [key])
                assert cursor.rowcount == 1
        settle()
        transaction.set_rollback(True)


def model_of(table: str) -> tuple[str, str]:
    app, _, name = table.rpartition("_")
    return app, name


@pytest.mark.parametrize(
    "change",
    [
        "slug = 'other', url_path = '/home/tzgg/other/'",
        "draft_title = '草稿的标题', has_unpublished_changes = true",
        "expire_at = now() + interval '1 day', go_live_at = now()",
        "live = false",
    ],
)
def test_what_a_review_does_not_look_at_changes_freely(scene: Scene, change: str) -> None:
    with in_site(scene.site), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE wagtailcore_page SET {change} WHERE id = %s", [scene.keys["live"]])
        assert cursor.rowcount == 1
        settle()
        transaction.set_rollback(True)


@pytest.mark.parametrize("slug", ["hub", "guangdong", "guangzhou"])
def test_a_reviewed_article_goes_live(scene: Scene, slug: str) -> None:
    site = get_site(slug)
    article = draft_article(site)
    with committing(site):
        review(article)
    assert stored(site, article.pk)["live"] is True
    assert client_of(site).get(article.get_site_path()).status_code == 200


# What stands before the gate: no right, no door.


def test_nobody_holds_the_right_to_publish_by_hand(scene: Scene) -> None:
    before = scene.standing()
    with in_site(scene.site), pytest.raises(PublishPagePermissionError):
        scene.article("draft").get_latest_revision().publish(user=superuser(scene.site))
    assert scene.standing() == before


def superuser(site: Site) -> Staff:
    """An account that bypasses every right of Wagtail."""
    with in_site(site):
        return Staff.objects.get_or_create(username="root", defaults={"is_superuser": True})[0]


Press = Callable[[Client, Scene], Any]


def press_publish(client: Client, scene: Scene) -> Any:
    address = reverse("wagtailadmin_pages:edit", args=[scene.keys["draft"]])
    return client.post(address, form_of("没有审过的草稿", **{"action-publish": "1", "slug": "draft"}))


def publish_in_bulk(client: Client, scene: Scene) -> Any:
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    keys = "&".join(f"id={scene.keys[name]}" for name in ("draft", "down"))
    return client.post(f"{address}?{keys}", {"next": "/admin/", "include_descendants": "on"})


def unschedule_and_revert(client: Client, scene: Scene) -> Any:
    with in_site(scene.site):
        first = scene.article("live").revisions.order_by("pk").first().pk
    client.get(reverse("wagtailadmin_pages:revisions_revert", args=[scene.keys["live"], first]))
    data = form_of("先前的通知", **{"action-publish": "1", "revision": str(first), "slug": "live"})
    return client.post(reverse("wagtailadmin_pages:edit", args=[scene.keys["live"]]), data)


def copy_and_publish(client: Client, scene: Scene) -> Any:
    data = {
        "new_title": "复制件",
        "new_slug": "copied",
        "new_parent_page": scene.keys["column"],
        "publish_copies": "on",
    }
    client.post(reverse("wagtailadmin_pages:copy", args=[scene.keys["live"]]), data)
    with in_site(scene.site):
        made = Page.objects.filter(slug="copied")
        assert not made.filter(live=True).exists()
        for page in made:
            page.specific.delete()


def press_convert_alias(client: Client, scene: Scene) -> Any:
    return client.post(reverse("wagtailadmin_pages:convert_alias", args=[scene.keys["alias"]]))


def redirect_away(client: Client, scene: Scene) -> Any:
    data = {"old_path": "/lottery", "site": "", "is_permanent": "on", "redirect_link": "https://example.com/"}
    return client.post(reverse("wagtailredirects:add"), data)


BUTTONS: list[Press] = [
    press_publish,
    publish_in_bulk,
    unschedule_and_revert,
    copy_and_publish,
    press_convert_alias,
    redirect_away,
]


@pytest.mark.parametrize("username", ["editor", "webmaster", "root"])
@pytest.mark.parametrize("press", BUTTONS)
def test_no_button_publishes(scene: Scene, press: Press, username: str) -> None:
    """The control is test_admin_publishing: three people approve in the admin, a webmaster takes down."""
    superuser(scene.site)
    before = scene.on_line()
    press(client_of(scene.site, username), scene)
    assert scene.on_line() == before
    assert client_of(scene.site).get("/tzgg/draft/").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "api/v2/pages/",
        "api/v3/pages/",
        "api/v3/openapi.json",
        "admin/api/main/pages/",
        "admin/translation/submit/page/1/",
        "admin/locales/",
        "admin/forms/",
        "admin/styleguide/",
    ],
)
def test_a_door_that_writes_or_shows_drafts_is_not_there(scene: Scene, path: str) -> None:
    """A visitor finds nothing; a superuser reads there no more than the list of pages that the explorer shows."""
    for method in ("get", "post", "put", "patch", "delete"):
        assert getattr(client_of(scene.site), method)(f"/{path}").status_code in (302, 404, 405), method


def test_apps_that_publish_past_pages_are_not_installed() -> None:
    for name in (
        "wagtail.api.v2",
        "wagtail.api.v3",
        "wagtail.contrib.simple_translation",
        "wagtail.contrib.routable_page",
        "wagtail.contrib.search_promotions",
    ):
        assert not apps.is_installed(name), name
    assert list(settings_registry) == [], "A setting of Wagtail would render without a review."
    assert get_snippet_models() == [], "A snippet would render without a review."
