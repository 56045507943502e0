"""No address, no command is silent: each is classified, each that changes something leaves a row."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import get_commands
from django.db import connection
from wagtail.log_actions import log

from deploy.operations.operator_runs import READING, execute, without_secrets
from network.audit.middleware import FLEETING
from network.audit.models import AuditEntry
from network.events import personal_reads
from network.tenancy.api import Site, in_site
from sites.accounts.models import Staff
from sites.pages.models import ArticlePage
from tests.architecture.sources import ROOT
from tests.factories.articles import draft_article
from tests.factories.people import client_of
from tests.network.tenancy.classified import PLACEHOLDER, routes

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]
TABLE = tomllib.loads(Path(__file__).with_name("coverage.toml").read_text(encoding="utf-8"))
WRITES, PERSONAL, READS, FLEETING_KIND = "writes", "personal", "reads", "fleeting"
Owner = Callable[[], AbstractContextManager[None]]
FAILING = """
CREATE FUNCTION public.tests_fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'audit is full'; END $$;
CREATE TRIGGER tests_fail BEFORE INSERT ON public.network_audit_auditentry EXECUTE FUNCTION public.tests_fail();
"""


def name_of(key: str) -> str:
    return key.partition("(")[0]


def rows(**facts: Any) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(**facts).order_by("pk"))


def test_every_address_is_classified() -> None:
    known = {name_of(key) for key, _route in routes()}
    told = {name for names in TABLE["addresses"].values() for name in names}
    assert sorted(known - told) == [], "say in tests/network/audit/coverage.toml what a new address does"
    assert sorted(told - known) == [], "no address any more: delete it from tests/network/audit/coverage.toml"
    assert sum(len(names) for names in TABLE["addresses"].values()) == len(told), "an address stands twice"


def test_what_shows_personal_data_is_registered() -> None:
    assert sorted(TABLE["addresses"][PERSONAL]) == sorted(name for name, _label in personal_reads.items())


def test_only_what_is_kept_nowhere_is_fleeting() -> None:
    assert set(TABLE["addresses"][FLEETING_KIND]) == FLEETING


def test_every_command_is_classified() -> None:
    told = {name for names in TABLE["commands"].values() for name in names}
    assert sorted(set(get_commands()) - told) == [], "say in tests/network/audit/coverage.toml what a new command does"
    recorded = set(TABLE["commands"][WRITES])
    assert recorded & READING == set()
    assert set(TABLE["commands"][READS]) <= READING


def test_every_mutating_address_leaves_a_row(guangzhou: Site) -> None:
    client = client_of(guangzhou, "webmaster")
    client.raise_request_exception = False
    silent, sent_to_sign_in, tried = [], [], 0
    for key, route in routes():
        if name_of(key) not in {*TABLE["addresses"][WRITES], *TABLE["addresses"][PERSONAL]}:
            continue
        before = AuditEntry.objects.count()
        answer = client.post("/" + PLACEHOLDER.sub("1", route))
        tried += 1
        if answer.headers.get("Location", "").startswith("/admin/login/"):
            sent_to_sign_in.append(name_of(key))
        if AuditEntry.objects.count() == before:
            silent.append(key)
        if name_of(key) == "wagtailadmin_logout":
            client = client_of(guangzhou, "webmaster")
            client.raise_request_exception = False
    assert silent == []
    assert sent_to_sign_in in ([], ["wagtailadmin_logout"])
    assert tried > 80


def test_a_look_at_the_staff_is_recorded(guangzhou: Site) -> None:
    client = client_of(guangzhou, "webmaster")
    assert client.get("/admin/users/").status_code == 200
    (entry,) = rows(act="personal.read")
    assert (entry.person, entry.site, entry.object_id, entry.address) == (
        "webmaster", "guangzhou", "wagtailusers_users:index", "127.0.0.1",
    )  # fmt: skip
    client.get("/admin/pages/")
    assert len(rows(act="personal.read")) == 1


def test_wagtails_log_becomes_audit_rows_with_hashes(guangzhou: Site) -> None:
    article = draft_article(guangzhou)
    with in_site(guangzhou):
        page = ArticlePage.objects.get(pk=article.pk)
        page.summary = "另一段摘要。"
        page.save_revision(user=Staff.objects.get(username="editor"), log_action=True)
    entry = rows(act="wagtail.edit", object_id=str(article.pk))[-1]
    assert (entry.object_kind, entry.person, entry.site, entry.object_title) == (
        "sites_pages.articlepage", "editor", "guangzhou", article.title,
    )  # fmt: skip
    assert len(entry.after_hash) == 64
    assert entry.before_hash not in ("", entry.after_hash)


def test_a_changed_account_is_named_by_its_user_name(guangzhou: Site) -> None:
    with in_site(guangzhou):
        person = Staff.objects.get(username="editor2")
        Staff.objects.filter(pk=person.pk).update(display_name="某某人")
    with in_site(guangzhou):
        log(Staff.objects.get(pk=person.pk), "wagtail.edit", user=Staff.objects.get(username="webmaster"))
    (entry,) = rows(act="wagtail.edit", object_kind="sites_accounts.staff")
    assert (entry.object_title, entry.person, len(entry.after_hash)) == ("editor2", "webmaster", 64)
    assert not any("某某人" in f"{row.object_title}{row.detail}" for row in rows())


@pytest.mark.parametrize(
    ("person", "path", "method"),
    [
        ("editor", "/admin/users/", "get"),
        ("webmaster", "/admin/network/items/", "get"),
        ("editor", "/admin/pages/987654/edit/", "get"),
        ("editor", "/admin/users/add/", "post"),
    ],
)
def test_a_refusal_is_recorded(guangzhou: Site, person: str, path: str, method: str) -> None:
    getattr(client_of(guangzhou, person), method)(path)
    (entry,) = rows(act="request.refuse")
    assert (entry.person, entry.site, entry.result) == (person, "guangzhou", "refused")
    assert client_of(guangzhou, "editor").get("/admin/").status_code == 200
    assert len(rows(act="request.refuse")) == 1, "control: an allowed look is no refusal"


def test_a_person_who_is_not_signed_in_is_sent_to_the_form_without_a_row(guangzhou: Site) -> None:
    before = rows()
    assert client_of(guangzhou).get("/admin/users/").status_code == 302
    assert rows() == before


def test_a_visitor_of_public_pages_leaves_no_row(guangzhou: Site) -> None:
    before = rows()
    for path in ("/", "/search/?q=a", "/no-such-page/"):
        client_of(guangzhou).get(path)
    assert rows() == before


def test_a_refused_form_of_a_visitor_is_answered_on_the_right_site(guangzhou: Site) -> None:
    answer = client_of(guangzhou).post("/no-such-page/")
    assert answer.status_code == 404
    assert guangzhou.full_name in answer.content.decode()
    assert [entry.result for entry in rows(act="request.write")] == ["refused"]


def test_another_sites_refusal_stays_there(guangzhou: Site, hebei: Site) -> None:
    client_of(guangzhou, "editor").get("/admin/users/")
    assert [entry.site for entry in rows(act="request.refuse")] == ["guangzhou"]


@pytest.mark.django_db(transaction=True)
def test_an_act_without_its_row_is_undone(guangzhou: Site, owner: Owner) -> None:
    article = draft_article(guangzhou)
    client = client_of(guangzhou, "webmaster")
    client.raise_request_exception = False
    with owner(), connection.cursor() as cursor:
        cursor.execute(FAILING)
    assert client.post(f"/admin/pages/{article.pk}/delete/").status_code == 500
    assert client.get("/admin/users/").status_code == 500, "a look that cannot be recorded is not given"
    with in_site(guangzhou):
        assert ArticlePage.objects.filter(pk=article.pk).exists()
    with owner(), connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER tests_fail ON public.network_audit_auditentry")
    assert client.post(f"/admin/pages/{article.pk}/delete/").status_code == 302
    with in_site(guangzhou):
        assert not ArticlePage.objects.filter(pk=article.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_an_operators_command_leaves_a_row(hub: Site) -> None:
    execute(["manage.py", "createcachetable"])
    (entry,) = rows(act="operator.run")
    assert (entry.person, entry.object_id, entry.site, entry.result) == ("operator", "createcachetable", "", "done")
    execute(["manage.py", "diffsettings"])
    assert len(rows(act="operator.run")) == 1


@pytest.mark.django_db(transaction=True)
def test_a_failing_command_leaves_two_rows(hub: Site) -> None:
    with pytest.raises(SystemExit):
        execute(["manage.py", "sabotage", "nothing_such", "on"])
    assert [entry.result for entry in rows(act="operator.run")] == ["done", "failed"]


def test_arguments_are_shown_without_secrets() -> None:
    typed = ["x", "--password", "a", "--token=b", "-c", "print()", "postgres://u:p@h/d", "--site", "y"]
    shown = ["x", "--password", "***", "--token=***", "-c", "***", "postgres://***@h/d", "--site", "y"]
    assert without_secrets(typed) == shown


def test_the_command_line_starts() -> None:
    finished = subprocess.run(
        [sys.executable, "manage.py", "version"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (finished.returncode, finished.stderr) == (0, "")
