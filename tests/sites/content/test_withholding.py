"""An editor is told which files of a live page readers do not get, why, what to do."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from network.tenancy.api import Site, in_site
from sites.accounts.models import Staff
from sites.content.withholding import withheld_files
from sites.media.models import SiteDocument
from sites.pages.models import ArticlePage
from sites.upkeep.desk import desk_of
from tests.factories.articles import change_article, draft_article, review, reviewed_article
from tests.factories.blocking import block as stop
from tests.factories.people import client_of
from tests.sites.media.test_files import address_of, article_with, document, status
from tests.sites.transfer.rich_site import block

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]
MARK = "data-withheld-files"


def editor(site: Site, page: ArticlePage, username: str = "editor") -> str:
    return client_of(site, username).get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()


def keep(site: Site, held: SiteDocument, state: str = "infected") -> None:
    with in_site(site):
        SiteDocument.objects.filter(pk=held.pk).update(scan_state=state)


def test_a_file_that_the_scanner_keeps_is_named_in_the_editor_and_on_the_desk(guangzhou: Site, guangdong: Site) -> None:
    held = document(guangzhou)
    page = article_with(guangzhou, held, title="带附件的通知")
    other = article_with(guangdong, document(guangdong))
    assert MARK not in editor(guangzhou, page)
    keep(guangzhou, held)
    assert status(guangzhou, address_of(held)) == 404
    shown = editor(guangzhou, page)
    assert f'{MARK}="1"' in shown
    assert "文件“附件”含有病毒，已扣留，读者取不到。请向来源重新索取" in shown
    with in_site(guangzhou):
        pile = desk_of(Staff.objects.get(username="webmaster")).withheld
        assert [(line.page_id, line.title, "“附件”含有病毒" in line.note) for line in pile.lines] == [
            (page.pk, "带附件的通知", True)
        ]
        # Another's page is not on one's own desk.
        assert desk_of(Staff.objects.get(username="editor")).withheld.count == 1
        assert desk_of(Staff.objects.get(username="reviewer")).withheld.count == 0
    home = client_of(guangzhou, "webmaster").get("/admin/").content.decode()
    assert 'data-pile="withheld"' in home
    assert "带附件的通知" in home
    # The other site holds the same bytes, its own row is its own.
    assert MARK not in editor(guangdong, other)
    with in_site(guangdong):
        assert withheld_files() == []


def test_an_unscanned_file_is_named_where_none_is_served(guangzhou: Site, settings: Any) -> None:
    page, twin = article_with(guangzhou, document(guangzhou)), document(guangzhou)
    assert MARK not in editor(guangzhou, page)
    settings.UNSCANNED_ALLOWED = False
    assert "没有经过病毒扫描" in editor(guangzhou, page)
    keep(guangzhou, twin, "clean")
    assert MARK not in editor(guangzhou, page)


def test_a_page_off_line_or_mended_owes_nothing(guangzhou: Site) -> None:
    held = document(guangzhou)
    page = article_with(guangzhou, held)
    draft_article(guangzhou, body=[block("attachment", held.pk)])
    keep(guangzhou, held)
    with in_site(guangzhou):
        assert [found.page_id for found in withheld_files()] == [page.pk]
        change_article(page, body=[block("paragraph", "<p>附件另发。</p>")], source="广州局")
        review(page)
        assert withheld_files() == []


def test_a_file_that_only_the_draft_has_waits_for_its_approval(guangzhou: Site) -> None:
    page = reviewed_article(guangzhou)
    added = document(guangzhou, "新附件")
    with in_site(guangzhou):
        change_article(page, body=[block("attachment", added.pk)], source="广州局")
    assert status(guangzhou, address_of(added)) == 404
    assert "文件“附件”只在草稿里，还没有审核，读者取不到" in editor(guangzhou, page)
    with in_site(guangzhou):
        review(page)
    assert status(guangzhou, address_of(added)) == 200
    assert MARK not in editor(guangzhou, page)


def test_files_of_an_item_that_is_not_open_are_named(guangzhou: Site) -> None:
    held = document(guangzhou)
    page = draft_article(guangzhou, openness="withheld", body=[block("attachment", held.pk)])
    assert "本稿是“不予公开”，其中的图片和附件都不公开" in editor(guangzhou, page)
    assert status(guangzhou, address_of(held)) == 404


def test_a_file_whose_address_is_stopped_from_above_is_named(guangzhou: Site, guangdong: Site) -> None:
    held = document(guangzhou)
    page = article_with(guangzhou, held)
    stop(guangdong, guangzhou, address_of(held))
    assert "的地址已被上级停用" in editor(guangzhou, page)
