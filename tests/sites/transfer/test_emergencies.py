"""A release that waits for its re-review still waits for it after its site moved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from network.tenancy.api import Site, in_site
from network.transfer.api import open_archive
from network.upkeep.models import Rereview
from sites.editing.api import live_pages_by_kind
from sites.pages.models import ArticlePage
from tests.factories.emergencies import REASON, released_article
from tests.sites.transfer.forging import change_records
from tests.sites.transfer.rich_site import contents, export, records

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db(transaction=True)]
LOST = "is not marked as an emergency in this form"


def test_a_release_moves_with_what_it_owes(
    guangzhou: Site, open_new: Callable[..., Site], load: Callable[..., Any], tmp_path: Path
) -> None:
    article = released_article(guangzhou)
    row = Rereview.objects.get()
    path = export(guangzhou, tmp_path)
    with open_archive(path) as archive:
        (record,) = records(archive, "emergencies").values()
    assert (record["reason"], record["person"]["uid"]) == (REASON, "editor")

    copy = open_new()
    Site.objects.filter(pk=copy.pk).update(level="subprovincial")
    copy.refresh_from_db()
    assert load(path, copy)["refused"] == []
    with in_site(copy):
        moved = ArticlePage.objects.get(translation_key=article.translation_key)
        assert moved.live is True
        assert live_pages_by_kind()["emergency"] == 1
    owed = Rereview.objects.get(site=copy.slug)
    assert (owed.page_id, owed.due_at, owed.reason, owed.state) == (moved.pk, row.due_at, REASON, "waiting")
    assert contents(export(copy, tmp_path, "again.zip")) == contents(path)


def test_where_the_lane_is_closed_or_the_mark_lacks_it_stays_a_draft(
    guangzhou: Site, forge: Any, open_new: Callable[..., Site], load: Callable[..., Any], tmp_path: Path
) -> None:
    released_article(guangzhou)
    path = export(guangzhou, tmp_path)
    copy = open_new()
    report = load(path, copy)
    assert [entry["reason"] for entry in report["refused"]] == [
        "The rules in force keep the emergency lane of site zhuhai closed."
    ]
    other = open_new()
    Site.objects.filter(pk=other.pk).update(level="subprovincial")
    other.refresh_from_db()
    report = load(forge(path, change_records("emergencies", list.clear)), other)
    assert len(report["refused"]) == 1 and LOST in report["refused"][0]["reason"]
    for site in (copy, other):
        with in_site(site):
            assert "emergency" not in live_pages_by_kind()
    assert not Rereview.objects.exclude(site="guangzhou").exists()
