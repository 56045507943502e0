"""What an import puts on line: only what the gate approves, only from an archive signed by a trusted install."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from network.syndication.models import Delivery, Edition, Item
from network.tenancy.api import Site, in_site
from sites.accounts.models import Staff
from sites.editing.api import live_pages_by_kind
from sites.editing.models import Approval, Decision
from sites.pages.models import ArticlePage, ColumnPage
from tests.factories.people import client_of
from tests.sites.transfer import forging
from tests.sites.transfer.forging import change_records

pytestmark = [
    pytest.mark.gate,
    pytest.mark.tenancy,
    pytest.mark.shares_commits,
    pytest.mark.django_db(transaction=True),
]


def live_items(site: Site) -> list[str]:
    with in_site(site):
        return sorted(Page.objects.live().filter(depth=4).values_list("slug", flat=True))


@pytest.mark.parametrize("by", [forging.STRANGER, forging.NOBODY])
def test_an_untrusted_archive_puts_no_item_on_line(
    archive: Path, forge: Any, open_new: Callable[..., Site], load: Any, by: str
) -> None:
    copy = open_new()
    report = load(forge(archive, lambda entries: None, by=by), copy)

    assert report["trust"] == ("unknown_key" if by == forging.STRANGER else "unsigned")
    assert live_items(copy) == []
    with in_site(copy):
        assert set(live_pages_by_kind()) == {"provisioned"}
        assert Decision.objects.count() == 0
        assert Redirect.objects.count() == 0
        assert ArticlePage.objects.get(slug="rich").body.raw_data[1]["type"] == "paragraph"
        assert not Staff.objects.filter(is_active=True).exists()
        assert not Staff.objects.exclude(groups=None).exists()
    assert client_of(copy).get("/").status_code == 200
    assert client_of(copy).get("/tzgg/rich/").status_code == 404


def test_a_trusted_archive_keeps_what_was_reviewed(
    archive: Path, open_new: Callable[..., Site], load: Any, guangzhou: Site
) -> None:
    copy = open_new()
    report = load(archive, copy)
    assert report["refused_count"] == 0
    assert live_items(copy) == live_items(guangzhou)
    with in_site(copy):
        assert Approval.objects.filter(kind="review", voided_at=None).count() == 3
        assert Decision.objects.filter(outcome="approve").count() == 12
        assert all(not person.has_usable_password() for person in Staff.objects.all())


def without_secrecy(records: list[dict[str, Any]]) -> None:
    records[:] = [record for record in records if record["duty"] != "secrecy_reviewer"]


def by_one_person(records: list[dict[str, Any]]) -> None:
    for record in records:
        record["person"]["uid"] = "secrecy"


def by_the_author(records: list[dict[str, Any]]) -> None:
    for record in records:
        record["person"]["uid"] = "editor" if record["duty"] == "secrecy_reviewer" else record["person"]["uid"]


def returned(records: list[dict[str, Any]]) -> None:
    for record in records:
        record["outcome"] = "return"


@pytest.mark.parametrize("change", [without_secrecy, by_one_person, by_the_author, returned, list.clear])
def test_the_gate_checks_the_decisions_of_a_trusted_archive_again(
    archive: Path, forge: Any, open_new: Callable[..., Site], load: Any, change: Any
) -> None:
    copy = open_new()
    report = load(forge(archive, change_records("decisions", change)), copy)
    with in_site(copy):
        assert "review" not in live_pages_by_kind()
        assert ArticlePage.objects.get(slug="plain").live is False
    assert report["refused_count"] == 3
    assert any("本市自有的通告一" in entry["title"] for entry in report["refused"])


def test_words_that_were_not_reviewed_stay_a_draft(
    archive: Path, forge: Any, open_new: Callable[..., Site], load: Any
) -> None:
    """The page row says other words than the revision that was decided on."""

    def change(records: list[dict[str, Any]]) -> None:
        next(record for record in records if record["fields"]["slug"] == "plain")["fields"]["summary"] = "未审的话"

    copy = open_new()
    report = load(forge(archive, change_records("pages", change)), copy)
    with in_site(copy):
        page = ArticlePage.objects.get(slug="plain")
        assert (page.live, page.summary) == (False, "未审的话")
        assert ArticlePage.objects.get(slug="rich").live is True
    assert [entry["title"] for entry in report["refused"]] == ["本市自有的通告一"]


def test_an_approval_made_up_for_a_draft_counts_for_nothing(
    archive: Path, forge: Any, open_new: Callable[..., Site], load: Any
) -> None:
    kinds = ("review", "edition", "provisioned")

    def make_up(entries: forging.Entries, kind: str) -> None:
        pages = forging.lines(entries["content/pages.jsonl"])
        draft = next(record for record in pages if record["fields"]["slug"] == "draft")
        approvals = forging.lines(entries["content/approvals.jsonl"])
        approvals.append({"uid": draft["uid"], "kind": kind, "revision": None, "decisions": []})
        entries["content/approvals.jsonl"] = forging.packed(approvals)

    for kind in kinds:
        copy = open_new()
        report = load(forge(archive, lambda entries, kind=kind: make_up(entries, kind)), copy)
        assert report["refused_count"] == 1, kind
        with in_site(copy):
            assert ArticlePage.objects.get(slug="draft").live is False


def test_a_column_with_other_words_than_the_platforms_own_is_not_on_line(
    archive: Path, forge: Any, open_new: Callable[..., Site], load: Any
) -> None:
    def change(records: list[dict[str, Any]]) -> None:
        next(record for record in records if record["fields"]["slug"] == "gzdt")["fields"]["title"] = "未审的栏目名"

    copy = open_new()
    report = load(forge(archive, change_records("pages", change)), copy)
    with in_site(copy):
        assert ColumnPage.objects.get(slug="gzdt").live is False
        assert ColumnPage.objects.get(slug="tzgg").live is True
    assert report["refused_count"] == 1
    assert "未审的栏目名" not in client_of(copy).get("/").content.decode()


def test_reviews_by_people_who_left_since_still_count(
    guangzhou: Site, archive: Path, open_new: Callable[..., Site], load: Any, tmp_path: Path
) -> None:
    from tests.sites.transfer.rich_site import export

    with in_site(guangzhou):
        Staff.objects.filter(username="secrecy").update(is_active=False)
    left = export(guangzhou, tmp_path, "left.zip")
    with in_site(guangzhou):
        Staff.objects.filter(username="secrecy").update(is_active=True)
    copy = open_new()
    assert load(left, copy)["refused_count"] == 0
    assert live_items(copy) == live_items(guangzhou)
    with in_site(copy):
        assert Staff.objects.get(username="secrecy").is_active is False


def test_what_was_received_becomes_a_draft_where_its_edition_is_unknown(
    archive: Path, forge: Any, open_new: Callable[..., Site], load: Any, tmp_path: Path
) -> None:
    """As on another install: the item's rows are gone here."""
    from network.transfer.api import open_archive
    from tests.sites.transfer.rich_site import export, records

    change = change_records("pages", lambda rows: [_rename(row) for row in rows if row["kind"] == "placement"])
    copy = open_new()
    report = load(forge(archive, change), copy)
    with in_site(copy):
        page = ArticlePage.objects.get(title="上级下发的通知")
        assert (page.live, page.lineage.origin_name) == (False, "广东省工商行政管理局")
        assert page.body[0].block_type == "picture"
        assert page.body[0].value["image"].sha256
    assert any("上级下发信息" in entry["reason"] for entry in report["refused"])
    with open_archive(export(copy, tmp_path, "again.zip")) as again:
        lineage = [record["lineage"] for record in records(again, "pages").values() if record["lineage"]]
    assert lineage[0]["content_id"] == "00000000-0000-4000-8000-000000000001"
    assert (Item.objects.count(), Edition.objects.count()) == (1, 1)
    assert not Delivery.objects.filter(site=copy.slug).exists()


def _rename(record: dict[str, Any]) -> None:
    unknown = "00000000-0000-4000-8000-000000000001"
    record["fields"]["content_id"] = record["edition"]["content_id"] = unknown
