"""The traps of one Wagtail for many sites (decision 0016): each provoked, none shuts.

The number in a test's name is the trap's row in the decision; the first test holds that every row
is either provoked here or explained there.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.template import Context, Template
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory, override_settings
from django.urls import NoReverseMatch, reverse
from wagtail.coreutils import get_locales_display_names
from wagtail.models import Locale, Task
from wagtail.models import Site as WagtailSite
from wagtail.permission_policies.base import ModelPermissionPolicy
from wagtail.users import permission_order
from wagtail.users.forms import GroupForm

from network.outbox.models import Work
from network.tenancy import checks
from network.tenancy.api import Site, absolute_url, all_sites, in_site
from sites.accounts.models import Staff
from sites.accounts.tokens import SiteTokenGenerator
from sites.media.models import SiteDocument, SiteImage
from sites.pages.models import ArticlePage, HomePage
from tests.architecture.sources import ROOT
from tests.factories.articles import draft_article
from tests.factories.deliveries import work_off
from tests.factories.people import client_of
from tests.factories.twins import align_keys, superuser_of
from tests.network.tenancy.classified import addresses
from tests.sites.media.test_files import picture

pytestmark = [
    pytest.mark.tenancy,
]
in_database = pytest.mark.django_db
ROWS = range(1, 34)
DECISION = ROOT / "docs" / "decisions" / "0016-tenancy-traps.md"


def rows(statement: str, parameters: Any = None) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def swap_two_types(site: Site) -> None:
    """Give two models each other's content type id on one site, as an early look-up would have."""
    one, other = ("siteimage", "sitedocument")
    with in_site(site), connection.cursor() as cursor:
        for old, new in ((one, "parked"), (other, one), ("parked", other)):
            cursor.execute(
                "UPDATE django_content_type SET model = %s WHERE app_label = 'sites_media' AND model = %s", [new, old]
            )


def told_by_the_check() -> list[str]:
    return [f"{message.id} {message.msg}" for message in checks.check_schemas_agree(None, databases=["default"])]


def ids_by_site(*sites: Site) -> list[list[Any]]:
    found = []
    for site in sites:
        with in_site(site):
            found.append(rows("SELECT id, app_label, model FROM django_content_type ORDER BY id"))
    return found


def test_every_row_has_a_test_or_a_reason() -> None:
    sources = [path.read_text("utf-8") for path in sorted(Path(__file__).parent.glob("test_traps*.py"))]
    names = [int(number) for source in sources for number in re.findall(r"^def test_trap_(\d+)_", source, re.MULTILINE)]
    tested = set(names)
    assert len(names) == len(tested)
    explained = {int(row) for row in re.findall(r"^\| (\d+) \|", DECISION.read_text("utf-8"), re.MULTILINE)}
    assert tested | explained == set(ROWS)
    assert tested & explained == set()


# Content types and permissions


@in_database
def test_trap_01_the_content_type_cache_survives_a_switch(
    guangzhou: Site, shenzhen: Site, django_assert_num_queries: Any
) -> None:
    """Cleared on each switch, it is filled by one thread for another site, and costs a query a request."""
    ContentType.objects.clear_cache()
    with in_site(guangzhou):
        here = ContentType.objects.get_for_model(ArticlePage).pk
    with in_site(shenzhen):
        connection.ensure_connection()
        with django_assert_num_queries(0):
            there = ContentType.objects.get_for_model(ArticlePage).pk
        assert rows("SELECT id FROM django_content_type WHERE model = 'articlepage'") == [(there,)]
    assert here == there
    ours, theirs = ids_by_site(guangzhou, shenzhen)
    assert ours == theirs


@in_database
def test_trap_02_unequal_ids_fail_the_deploy_check(guangzhou: Site, shenzhen: Site) -> None:
    """A permission policy keeps the first site's content type for good: with unequal ids it would deny."""
    assert told_by_the_check() == []
    swap_two_types(guangzhou)
    ContentType.objects.clear_cache()
    policy = ModelPermissionPolicy(SiteImage)
    with in_site(shenzhen):
        held = policy._content_type.pk
    with in_site(guangzhou):
        assert rows("SELECT model FROM django_content_type WHERE id = %s", [held]) == [("sitedocument",)]
    (told,) = told_by_the_check()
    assert told.startswith("network_tenancy.E004") and "'guangzhou'" in told and "siteimage" in told
    ContentType.objects.clear_cache()


@in_database
def test_trap_03_an_extra_id_fails_the_deploy_check(shenzhen: Site) -> None:
    """Form types keep rows of the first site: one that only one site has must not stand."""
    with in_site(shenzhen):
        ContentType.objects.create(pk=9001, app_label="sites_pages", model="formpage")
    (told,) = told_by_the_check()
    assert "'shenzhen'" in told and "9001" in told and "formpage" in told


@in_database
def test_trap_04_the_order_of_the_group_editor_is_the_same_everywhere(
    guangzhou: Site, shenzhen: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is filled once with the ids of the first site; a missing id fails the check."""
    monkeypatch.setattr(permission_order, "CONTENT_TYPE_ORDER", {})
    permission_order.register("sites_media.SiteImage", order=5)
    with in_site(guangzhou):
        lookup = permission_order.get_content_type_order_lookup()
    with in_site(shenzhen):
        assert rows("SELECT id FROM django_content_type WHERE model = 'siteimage'") == [(key,) for key in lookup]
    with in_site(shenzhen), connection.cursor() as cursor:
        cursor.execute("UPDATE django_content_type SET model = 'renamed' WHERE model = 'formsubmission'")
    assert "formsubmission" in " ".join(told_by_the_check())


@in_database
def test_trap_05_a_site_superuser_has_no_right_on_the_registry(
    guangzhou: Site, guangdong: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Permissions on group-wide models exist in every schema; no group editor offers them, no screen asks them."""
    person = superuser_of(guangzhou, monkeypatch)
    with in_site(guangzhou):
        assert person.has_perm("network_tenancy.change_site")
        offered = {permission.content_type.app_label for permission in GroupForm().fields["permissions"].queryset}
    assert offered
    assert {label for label in offered if label.startswith(("network_", "search"))} == set()
    answered = []
    values: dict[str, Any] = {"content_id": "00000000-0000-4000-8000-000000000000"}
    console = [address for address in addresses() if address.key.startswith(("network_console", "network_boards"))]
    assert len(console) >= 4
    for address in console:
        filled = {kind: values.get(kind, 1) for kind in address.objects}
        status = getattr(client_of(guangzhou, "allrights"), address.method)(address.path(filled)).status_code
        if status != 404:
            answered.append((address.key, status))
    assert answered == []
    assert client_of(guangdong, "manager").get(reverse("network_console:items")).status_code == 200


@in_database
def test_trap_06_a_group_holds_on_one_site(guangzhou: Site, shenzhen: Site) -> None:
    """Equal keys of person and group on two sites: membership on one gives nothing on the other."""
    align_keys(guangzhou, shenzhen)
    people = []
    for site in (guangzhou, shenzhen):
        with in_site(site):
            people.append(Staff.objects.create(username="twin"))
    assert people[0].pk == people[1].pk
    with in_site(guangzhou):
        people[0].groups.add(Group.objects.get(name="站点管理"))
        assert Staff.objects.get(pk=people[0].pk).has_perm("sites_accounts.take_down")
    with in_site(shenzhen):
        assert not Staff.objects.get(pk=people[1].pk).has_perm("sites_accounts.take_down")
    assert rows("SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'auth_%%'") == [(0,)]


@in_database
def test_trap_07_a_session_opens_one_site(guangzhou: Site, shenzhen: Site) -> None:
    """The same key of a person on both sites, the cookie carried over by hand: nobody there."""
    client = client_of(guangzhou, "webmaster")
    assert client.get("/admin/").status_code == 200
    client.defaults["HTTP_HOST"] = "shenzhen.localhost"
    answer = client.get("/admin/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/login/?next=/admin/")
    assert settings.SESSION_COOKIE_DOMAIN is None
    production = (ROOT / "deploy" / "settings" / "production.py").read_text(encoding="utf-8")
    assert 'SESSION_COOKIE_NAME = "__Host-sessionid"' in production


@in_database
def test_trap_08_a_reset_token_opens_one_site(guangzhou: Site, shenzhen: Site) -> None:
    """Two accounts alike in everything that is signed, the schema excepted."""
    facts = {"username": "alike", "password": "md5$a$b", "email": "alike@example.gov.cn", "pk": 7000}
    generator = SiteTokenGenerator()
    with in_site(guangzhou):
        here = Staff.objects.create(**facts)
        token = generator.make_token(here)
        assert generator.check_token(here, token)
    with in_site(shenzhen):
        there = Staff.objects.create(**facts)
        assert not generator.check_token(there, token)
        address = reverse("wagtailadmin_password_reset_confirm", args=["NzAwMA", token])
    assert client_of(guangzhou).get(address).status_code == 302
    assert client_of(shenzhen).get(address).status_code == 200
    assert rows("SELECT username FROM govsites_template_schema.sites_accounts_staff") == [("system",)]


# Hosts, links, preview


@in_database
def test_trap_09_a_preview_stays_on_its_site(guangzhou: Site, hub: Site) -> None:
    """Wagtail runs the middleware again under the stored host name, here the hub's."""
    article = draft_article(guangzhou, title="只在广州的草稿")
    with in_site(guangzhou):
        WagtailSite.objects.update(hostname="hub.localhost", port=80)
        page = ArticlePage.objects.get(pk=article.pk)
        for original in (None, RequestFactory().get("/", HTTP_HOST="hub.localhost")):
            answer = page.make_preview_request(original_request=original)
            assert connection.schema_name == "guangzhou"
            words = answer.content.decode()
            assert answer.status_code == 200
            assert "只在广州的草稿" in words
            assert f"<title>只在广州的草稿-{guangzhou.full_name}" in words.replace(" ", "")
            assert rows("SELECT current_schema()") == [("guangzhou",)]


@in_database
def test_trap_10_mails_and_links_carry_the_own_host(guangzhou: Site, shenzhen: Site) -> None:
    """One setting holds Wagtail's address for all sites: reset mail, notices, user bar, picture addresses."""
    for site in (guangzhou, shenzhen, guangzhou):
        own = absolute_url(site, "")
        with in_site(site):
            Staff.objects.filter(username="editor").update(email="editor@example.gov.cn")
            Staff.objects.get(username="editor").set_password("x")
            image = SiteImage.objects.create(title="图", file=picture("red"))
            assert image.get_rendition("width-10").full_url.startswith(f"{own}/media/{site.schema_name}/images/")
            image.file.close()
            notice = render_to_string(
                "wagtailadmin/notifications/task_state_submitted.txt",
                {
                    "page": HomePage.objects.get(),
                    "user": Staff.objects.get(username="editor"),
                    "task": Task.objects.first(),
                },
            )
        assert f"{own}/admin/pages/" in notice
        mail.outbox.clear()
        with in_site(site):
            Staff.objects.filter(username="editor").update(password="md5$a$b")
        client_of(site).post(reverse("wagtailadmin_password_reset"), {"email": "editor@example.gov.cn"})
        work_off()
        (sent,) = mail.outbox
        assert re.findall(r"https?://[^/\s]+", str(sent.body)) == [own]


@in_database
def test_trap_11_case_and_prefix_of_a_host(guangzhou: Site) -> None:
    """Capitals are the same site, another prefix is none; Wagtail has one site to fall back to, the own."""
    client = client_of(guangzhou)
    assert guangzhou.full_name in client.get("/", HTTP_HOST="GuangZhou.LOCALHOST").content.decode()
    assert client.get("/", HTTP_HOST="www.guangzhou.localhost").status_code == 404
    for site in all_sites():
        with in_site(site):
            assert list(WagtailSite.objects.values_list("is_default_site", flat=True)) == [True]


def test_trap_12_the_sites_framework_is_not_installed() -> None:
    """It caches one row for the process."""
    assert not apps.is_installed("django.contrib.sites")


@in_database
def test_trap_13_an_unknown_host_asks_no_table_of_a_site(django_assert_max_num_queries: Any) -> None:
    """Wagtail's redirect middleware would ask for its tables on ``public``."""
    with django_assert_max_num_queries(9) as asked:
        from django.test import Client

        assert Client().get("/gone/", HTTP_HOST="nobody.localhost").status_code == 404
    assert [query["sql"] for query in asked.captured_queries if "wagtail" in query["sql"]] == []


def test_trap_14_no_address_serves_pictures_by_signature() -> None:
    """A signature covers key and filter only, so it would hold for the same key on another site."""
    with pytest.raises(NoReverseMatch):
        reverse("wagtailimages_serve", args=["signature", 1, "width-10"])
    views = (ROOT / "deploy" / "urls" / "site.py").read_text(encoding="utf-8")
    assert "ServeView" not in views and "images.urls" not in views


# Caches


@in_database
def test_trap_15_root_paths_of_one_site(guangzhou: Site, shenzhen: Site) -> None:
    """They are kept under one key for an hour."""
    for _ in range(2):
        for site in (guangzhou, shenzhen):
            with in_site(site):
                assert {path.root_url for path in WagtailSite.get_site_root_paths()} == {absolute_url(site, "")}
    bare = {name: {"BACKEND": options["BACKEND"]} for name, options in settings.CACHES.items()}
    with override_settings(CACHES=bare):
        told = {message.id for message in checks.check_caches_carry_the_site(None)}
    assert told == {"network_tenancy.E002"}
    assert checks.check_caches_carry_the_site(None) == []


@in_database
def test_trap_16_names_of_languages_of_one_site(guangzhou: Site, shenzhen: Site) -> None:
    """They map a bare key."""
    with in_site(shenzhen):
        Locale.objects.update(language_code="en")
    with in_site(guangzhou):
        key = Locale.objects.get().pk
        assert get_locales_display_names() == {key: "简体中文"}
    with in_site(shenzhen):
        assert get_locales_display_names()[key] != "简体中文"


@in_database
def test_trap_17_a_resized_picture_of_one_site(guangzhou: Site, shenzhen: Site) -> None:
    """The key is made of picture key and file hash, equal where a picture was copied with its key."""
    align_keys(guangzhou, shenzhen)
    made = []
    for site in (guangzhou, shenzhen):
        with in_site(site):
            image = SiteImage.objects.create(title="图", file=picture("red"))
            image.file.close()
            rendition = image.get_rendition("width-10")
            made.append((image.pk, image.file_hash, rendition.file.name))
            assert rows("SELECT id FROM sites_media_siterendition WHERE image_id = %s", [image.pk]) == [(rendition.pk,)]
            assert Path(rendition.file.path).is_relative_to(Path(settings.MEDIA_ROOT) / site.schema_name)
            assert default_storage.exists(rendition.file.name)
    assert made[0][:2] == made[1][:2]


@in_database
def test_trap_18_template_fragments_of_one_site(guangzhou: Site, shenzhen: Site) -> None:
    """They vary on keys that are equal everywhere."""
    template = Template("{% load cache %}{% cache 60 twin page_key %}{{ word }}{% endcache %}")
    for _ in range(2):
        for site in (guangzhou, shenzhen):
            with in_site(site):
                assert template.render(Context({"page_key": 1, "word": site.slug})) == site.slug


@in_database
def test_trap_19_one_set_of_templates(guangzhou: Site, shenzhen: Site) -> None:
    """The loader caches by name; no site has templates of its own."""
    origins = set()
    for site in (guangzhou, shenzhen):
        with in_site(site):
            origins.add(get_template("public/base.html").origin.name)
    assert origins == {str(ROOT / "themes" / "templates" / "public" / "base.html")}
    assert "loaders" not in settings.TEMPLATES[0]["OPTIONS"]


# Files


@in_database
def test_trap_20_equal_file_names_lie_apart(guangzhou: Site, shenzhen: Site) -> None:
    """Wagtail writes every upload into the same few folders."""
    for site in (guangzhou, shenzhen):
        with in_site(site):
            document = SiteDocument.objects.create(title="附件", file=ContentFile(site.slug.encode(), name="same.txt"))
            assert document.file.name == "documents/same.txt"
            document.file.close()
    for site in (guangzhou, shenzhen):
        with in_site(site), default_storage.open("documents/same.txt") as held:
            assert held.read() == site.slug.encode()


@in_database
def test_trap_21_a_deleted_file_is_the_own_one(
    guangzhou: Site, shenzhen: Site, django_capture_on_commit_callbacks: Any
) -> None:
    """It goes on commit, when another site may be entered: here the transaction stands around the site."""
    for site in (guangzhou, shenzhen):
        with in_site(site):
            SiteDocument.objects.create(title="附件", file=ContentFile(b"bytes", name="both.txt")).file.close()
    with in_site(shenzhen), django_capture_on_commit_callbacks(execute=True), in_site(guangzhou):
        SiteDocument.objects.get(file="documents/both.txt").delete()
    assert [work.site for work in Work.objects.filter(kind="tenancy.task")] == ["guangzhou"]
    work_off()
    with in_site(guangzhou):
        assert not default_storage.exists("documents/both.txt")
    with in_site(shenzhen):
        assert default_storage.exists("documents/both.txt")


@in_database
def test_trap_22_the_folder_of_another_site_is_not_served(guangzhou: Site, shenzhen: Site) -> None:
    """A plain media folder answers on any host, for drafts, too."""
    with in_site(guangzhou):
        document = SiteDocument.objects.create(title="附件", file=ContentFile(b"inner", name="inner.txt"))
        document.file.close()
    address = f"/media/guangzhou/{document.file.name}"
    answer = client_of(guangzhou, "webmaster").get(address)
    assert b"".join(answer.streaming_content) == b"inner"
    for close in answer._resource_closers:
        close()
    assert client_of(shenzhen, "webmaster").get(address).status_code == 404
    assert client_of(guangzhou).get(address).status_code == 404
    assert client_of(shenzhen).get(f"/files/{document.sha256}/inner.txt").status_code == 404
