"""The standard columns are brought up to their tree; what a site made of them stays."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import connection, transaction
from wagtail.models import Page

from network.audit.models import AuditEntry
from network.events import provisioning_steps, upgrade_steps
from network.tenancy.api import Site, in_site
from sites.accounts.models import Staff
from sites.content.trees import ColumnSpec, specs_of, trees_digest
from sites.editing.api import approval_in_force, prove_gate
from sites.pages.models import ColumnPage
from sites.upkeep import standard
from sites.upkeep.models import StandardColumn
from sites.upkeep.standard import Tree, upgrade_columns, upgrade_tree
from tests.factories.people import client_of

pytestmark = [pytest.mark.tenancy]
Owner = Callable[[], AbstractContextManager[None]]
NEW = ColumnSpec(key="yjgl", title="应急管理", slug="yjgl", type="通知公告", user_type="公众", clock_key="clock.other")


def changed(tree: Tree, **by_key: dict[str, str]) -> dict[str, tuple[ColumnSpec, str]]:
    """The tree with other words for some columns."""
    return {
        key: (dataclasses.replace(spec, **by_key[key]) if key in by_key else spec, above)
        for key, (spec, above) in tree.items()
    }


def test_the_steps_are_registered_under_the_state_of_the_trees() -> None:
    assert f"40 standard columns {trees_digest()}" in dict(upgrade_steps.items())
    names = [name for name, _step in provisioning_steps.items()]
    assert names.index("30 columns") < names.index("31 standard columns")


@pytest.mark.django_db
def test_a_site_remembers_what_it_opened_with(guangzhou: Site, hub: Site) -> None:
    for site in (guangzhou, hub):
        with in_site(site):
            rows = {row.key: row for row in StandardColumn.objects.all()}
            assert set(rows) == set(specs_of(site.level))
            assert {key for key, row in rows.items() if not row.is_left_out} == set(
                ColumnPage.objects.values_list("key", flat=True)
            )


@pytest.mark.django_db
def test_a_tree_that_did_not_change_changes_nothing(guangzhou: Site) -> None:
    with in_site(guangzhou):
        assert upgrade_tree(specs_of(guangzhou.level)).is_empty


@pytest.mark.django_db(transaction=True)
def test_a_new_tree_is_followed_but_for_what_the_site_made_its_own(
    owner: Owner, guangzhou: Site, shenzhen: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = changed(
        specs_of(guangzhou.level),
        tzgg={"title": "公告通知", "description": "新的说明"},
        gzdt={"description": "新的说明", "keywords": "新"},
        flfg={"title": "法规"},
        zcjd={"title": "解读"},
    )
    tree["yjgl"] = (NEW, "zwgk")
    tree["ztyj"] = (dataclasses.replace(NEW, key="ztyj", slug="ztyj", is_optional=True), "")
    tree["yyyj"] = (dataclasses.replace(NEW, key="yyyj", slug="local"), "")
    with owner(), in_site(guangzhou), transaction.atomic():
        # The site reworded one, deleted one, has a draft of one, opened one of its own at a standard address.
        ColumnPage.objects.filter(key="gzdt").update(description="本市自己的说明")
        ColumnPage.objects.get(key="flfg").delete()
        ColumnPage.objects.filter(key="zcjd").update(has_unpublished_changes=True)
        home = Page.objects.get(depth=2)
        own = ColumnPage(title="本市专栏", slug="local", key="bszl", live=False)
        home.add_child(instance=own)
        standard.approve_provisioned([ColumnPage.objects.get(key="gzdt").pk])
    monkeypatch.setattr(standard, "specs_of", lambda level: tree)
    with owner(), in_site(guangzhou), transaction.atomic():
        upgrade_columns()
        connection.check_constraints()
    with in_site(guangzhou):
        held = {column.key: column for column in ColumnPage.objects.all()}
        assert (held["tzgg"].title, held["tzgg"].draft_title, held["tzgg"].description) == (
            "公告通知", "公告通知", "新的说明",
        )  # fmt: skip
        assert approval_in_force(held["tzgg"].pk)["kind"] == "provisioned"
        assert (held["gzdt"].description, held["gzdt"].keywords) == ("本市自己的说明", "新")
        assert "flfg" not in held
        assert held["zcjd"].title == "政策解读"
        assert (held["yjgl"].live, held["yjgl"].parent_key) == (True, "zwgk")
        assert "ztyj" not in held
        assert "yyyj" not in held
        assert held["bszl"].title == "本市专栏"
        rows = {row.key: row.is_left_out for row in StandardColumn.objects.all()}
        assert (rows["flfg"], rows["ztyj"], "yyyj" in rows) == (True, True, False)
        assert prove_gate(guangzhou.slug).holes == []
    with in_site(shenzhen):
        assert ColumnPage.objects.get(key="tzgg").title == "通知公告"
    (entry,) = AuditEntry.objects.filter(act="column.upgrade")
    assert (entry.site, entry.detail["added"], sorted(entry.detail["changed"])) == (
        "guangzhou", ["yjgl"], ["gzdt", "tzgg"],
    )  # fmt: skip
    assert sorted(entry.detail["postponed"]) == ["yyyj", "zcjd"]
    assert client_of(guangzhou).get("/yjgl/").status_code == 200
    # Once more: what was postponed is tried again, nothing else happens.
    with owner(), in_site(guangzhou), transaction.atomic():
        again = upgrade_tree(tree)
    assert (again.added, again.changed, sorted(again.postponed)) == ([], {}, ["yyyj", "zcjd"])


@pytest.mark.django_db(transaction=True)
def test_a_column_with_revisions_is_edited_from_where_it_stands(owner: Owner, guangzhou: Site) -> None:
    tree = changed(specs_of(guangzhou.level), tzgg={"description": "新的说明"})
    with owner(), in_site(guangzhou), transaction.atomic():
        column = ColumnPage.objects.get(key="tzgg")
        revision = column.save_revision(user=Staff.objects.get(username="webmaster"))
        Page.objects.filter(pk=column.pk).update(live_revision=revision, has_unpublished_changes=False)
    with owner(), in_site(guangzhou), transaction.atomic():
        assert upgrade_tree(tree).changed == {"tzgg": ["description"]}
    with in_site(guangzhou):
        column = ColumnPage.objects.get(key="tzgg")
        assert column.get_latest_revision_as_object().description == "新的说明"
        assert (column.live_revision_id, column.has_unpublished_changes) == (column.latest_revision_id, False)
