"""A batch again, a batch interrupted, a batch taken back; what it may never do."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from network.audit.models import AuditEntry
from network.errors import InvalidValue, NotAllowed
from network.outbox.actions import drain
from network.tenancy.api import Site, in_public, in_site
from sites.accounts.models import Staff
from sites.importing.actions import ask_reading, ask_undo, confirm, discard
from sites.importing.models import BatchState, ImportBatch, ImportedItem, ImportRow
from sites.importing.steps import Step, do_step
from sites.media.models import SiteImage
from sites.pages.models import ArticlePage
from tests.factories.articles import change_article, review, submit
from tests.factories.importing import OLD, imported, line, packed, page, picture, read, received, rows_of, table, work
from tests.factories.people import client_of

pytestmark = pytest.mark.django_db


def webmaster() -> Staff:
    return Staff.objects.get(username="webmaster")


def drafts() -> list[str]:
    return sorted(ArticlePage.objects.filter(title__contains="号通知").values_list("title", flat=True))


def outcomes(site: Site, batch: ImportBatch) -> list[str]:
    return [row.outcome for row in rows_of(site, batch)]


def undone(site: Site, batch: ImportBatch) -> ImportBatch:
    with in_site(site):
        ask_undo(batch, acting_user=webmaster())
    return work(site, batch)


def test_the_same_source_again_changes_nothing(guangzhou: Site) -> None:
    data = table([line(1), line(2)])
    imported(guangzhou, data, "table")
    again = read(guangzhou, data, "table")
    assert outcomes(guangzhou, again) == ["same", "same"]
    with in_site(guangzhou):
        with pytest.raises(InvalidValue, match="没有可导入或可更新的稿件"):
            confirm(again, acting_user=webmaster())
        assert drafts() == ["第1号通知", "第2号通知"]


def test_what_changed_at_the_source_is_taken_over_where_nobody_worked_on_it(guangzhou: Site) -> None:
    first = imported(guangzhou, table([line(number) for number in range(1, 5)]), "table")
    keys = [row.page_id for row in rows_of(guangzhou, first)]
    with in_site(guangzhou), transaction.atomic():
        change_article(ArticlePage.objects.get(pk=keys[1]), summary="本站改的摘要。")
        review(ArticlePage.objects.get(pk=keys[2]))
        ArticlePage.objects.get(pk=keys[3]).delete()
    again = imported(guangzhou, table([line(number, 正文=f"改过的正文{number}。") for number in range(1, 6)]), "table")
    assert outcomes(guangzhou, again) == ["updated", "kept", "kept", "kept", "written"]
    with in_site(guangzhou):
        updated = ArticlePage.objects.get(pk=keys[0])
        assert updated.body[0].value.source == "<p>改过的正文1。</p>"
        assert updated.get_latest_revision_as_object().body[0].value.source == "<p>改过的正文1。</p>"
        assert "改过" not in str(ArticlePage.objects.get(pk=keys[1]).body)
        assert "改过" not in str(ArticlePage.objects.get(pk=keys[2]).body)
        assert not ArticlePage.objects.filter(pk=keys[3]).exists()


def test_a_draft_under_review_is_not_taken_over(guangzhou: Site) -> None:
    first = imported(guangzhou, table([line(1)]), "table")
    (row,) = rows_of(guangzhou, first)
    with in_site(guangzhou), transaction.atomic():
        submit(ArticlePage.objects.get(pk=row.page_id), by="webmaster")
    again = imported(guangzhou, table([line(1, 正文="改过的正文。"), line(2)]), "table")
    assert outcomes(guangzhou, again) == ["kept", "written"]
    assert "已有人修改或送审" in rows_of(guangzhou, again)[0].notes[-1]["message"]
    with in_site(guangzhou):
        draft = ArticlePage.objects.get(pk=row.page_id).get_latest_revision_as_object()
        assert "改过" not in str(draft.body)


def test_a_step_that_was_done_is_not_done_again(guangzhou: Site) -> None:
    batch = received(guangzhou, table([line(1), line(2)]), "table")
    with in_site(guangzhou):
        ask_reading(batch, acting_user=webmaster())
        assert do_step(batch.pk, Step(state=BatchState.READING)) is None
        assert do_step(batch.pk, Step(state=BatchState.READING)) is None
        assert ImportRow.objects.filter(batch=batch).count() == 2


def test_the_worker_does_it_all_and_writes_down_who_asked(
    guangzhou: Site, django_capture_on_commit_callbacks: Any
) -> None:
    batch = received(guangzhou, table([line(1)]), "table")
    with in_site(guangzhou):
        ask_reading(batch, acting_user=webmaster())
        assert not ImportRow.objects.exists()
    with in_public():
        drain()
    with in_site(guangzhou):
        confirm(ImportBatch.objects.get(), acting_user=webmaster())
        assert drafts() == []
    with in_public(), django_capture_on_commit_callbacks(execute=True):
        drain()
    with in_site(guangzhou):
        assert drafts() == ["第1号通知"]
        assert ImportBatch.objects.get().state == BatchState.DONE
        assert not ImportBatch.objects.get().path.exists()
    acts = AuditEntry.objects.filter(object_kind="import").order_by("pk").values_list("act", "site", "person")
    assert list(acts) == [
        (act, "guangzhou", "webmaster") for act in ("import.receive", "import.read", "import.confirm", "import.finish")
    ]


def test_a_row_that_the_database_refuses_costs_no_other(guangzhou: Site) -> None:
    batch = read(guangzhou, table([line(1), line(2), line(3)]), "table")
    with in_site(guangzhou):
        row = ImportRow.objects.get(batch=batch, number=2)
        row.content["title"] = "长" * 300
        row.save()
        confirm(batch, acting_user=webmaster())
    work(guangzhou, batch)
    assert outcomes(guangzhou, batch) == ["written", "refused", "written"]
    assert "写入时出错" in rows_of(guangzhou, batch)[1].notes[0]["message"]


def test_nothing_imported_is_on_line_before_its_review(guangzhou: Site) -> None:
    batch = imported(guangzhou, table([line(1)]), "table")
    (row,) = rows_of(guangzhou, batch)
    with in_site(guangzhou):
        with pytest.raises(IntegrityError, match="publish gate|核准|approval"), transaction.atomic():
            Page.objects.filter(pk=row.page_id).update(live=True)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert not Page.objects.get(pk=row.page_id).live
        review(ArticlePage.objects.get(pk=row.page_id), by="webmaster")
        assert Page.objects.get(pk=row.page_id).live


def test_the_old_address_leads_on_from_the_moment_of_publishing(guangzhou: Site) -> None:
    batch = imported(guangzhou, packed({"2009/t1.html": page("甲通知")}), "pages", base=OLD)
    (row,) = rows_of(guangzhou, batch)
    reader = client_of(guangzhou)
    assert reader.get("/2009/t1.html").status_code == 404
    with in_site(guangzhou):
        assert not Redirect.objects.exists()
        review(ArticlePage.objects.get(pk=row.page_id), by="webmaster")
        address = ArticlePage.objects.get(pk=row.page_id).get_site_path()
    answer = reader.get("/2009/t1.html")
    assert (answer.status_code, answer["Location"]) == (301, address)
    assert reader.get(address).status_code == 200


def test_undoing_takes_back_what_nobody_touched(guangzhou: Site) -> None:
    files = {
        f"{number}.html": page(f"第{number}号通知", body=f'<p>正文<img src="{number}.png" alt="图{number}"></p>')
        for number in range(5)
    }
    files |= {
        f"{number}.png": picture(colour) for number, colour in enumerate(("red", "blue", "green", "black", "white"))
    }
    batch = imported(guangzhou, packed(files), "pages", base=OLD)
    keys = [row.page_id for row in rows_of(guangzhou, batch)]
    with in_site(guangzhou), transaction.atomic():
        change_article(ArticlePage.objects.get(pk=keys[1]), summary="改过。")
        submit(ArticlePage.objects.get(pk=keys[2]))
        review(ArticlePage.objects.get(pk=keys[3]))
        assert SiteImage.objects.count() == 5
    batch = undone(guangzhou, batch)
    assert outcomes(guangzhou, batch) == ["undone", "stayed", "stayed", "stayed", "undone"]
    assert (batch.state, batch.counts["undone"]) == ("undone", 2)
    with in_site(guangzhou):
        assert drafts() == ["第1号通知", "第2号通知", "第3号通知"]
        assert SiteImage.objects.count() == 3
        assert ImportedItem.objects.count() == 3
        assert Page.find_problems() == ([], [], [], [], [])
        column = ArticlePage.objects.get(pk=keys[1]).get_parent()
        assert column.numchild == column.get_children().count()
    assert outcomes(guangzhou, read(guangzhou, packed(files), "pages", base=OLD)) == [
        "new",
        "same",
        "same",
        "same",
        "new",
    ]


@pytest.mark.parametrize("username", ["editor", "reviewer", "security"])
def test_only_the_webmaster_imports(guangzhou: Site, username: str) -> None:
    with pytest.raises(NotAllowed):
        received(guangzhou, table([line(1)]), "table", person=username)
    batch = read(guangzhou, table([line(1)]), "table")
    with in_site(guangzhou):
        person = Staff.objects.get(username=username)
        for act in (confirm, ask_reading, discard, ask_undo):
            with pytest.raises(NotAllowed):
                act(batch, acting_user=person)
        assert ImportBatch.objects.get().state == BatchState.READ


def test_a_batch_that_is_thrown_away_leaves_nothing(guangzhou: Site, django_capture_on_commit_callbacks: Any) -> None:
    batch = read(guangzhou, table([line(1)]), "table")
    with in_site(guangzhou), django_capture_on_commit_callbacks(execute=True):
        path = batch.path
        assert path.exists()
        discard(batch, acting_user=webmaster())
        assert not ImportBatch.objects.exists()
    assert list(path.parent.glob(f"{batch.pk}*")) == []


def test_no_site_sees_the_batches_of_another(guangzhou: Site, shenzhen: Site) -> None:
    batch = imported(guangzhou, table([line(1)]), "table")
    with in_site(shenzhen):
        assert not ImportBatch.objects.exists()
        assert not ArticlePage.objects.filter(title="第1号通知").exists()
        with pytest.raises(ImportBatch.DoesNotExist):
            confirm(ImportBatch(pk=uuid.UUID(str(batch.pk))), acting_user=webmaster())
    assert outcomes(shenzhen, read(shenzhen, table([line(1)]), "table")) == ["new"]
