"""The site that received an item is told of files that its readers do not get, as the site that wrote it is."""

from __future__ import annotations

import pytest
from django.urls import reverse

from network.syndication.api import Audience
from network.tenancy.api import Site, in_site
from sites.accounts.models import DutyScope, Staff
from sites.inbox.models import PlacementPage
from sites.inbox.withholding import received_withheld
from sites.media.blobs import forget_blob
from sites.media.models import SiteDocument
from sites.pages.models import ArticlePage
from sites.upkeep.desk import desk_of
from tests.factories.articles import dispatch
from tests.factories.blocking import block as stop
from tests.factories.deliveries import placements, work_off
from tests.factories.people import client_of, staff
from tests.sites.media.test_files import address_of, article_with, document, status

pytestmark = [pytest.mark.tenancy, pytest.mark.syndication, pytest.mark.django_db]
MARK = "data-withheld-files"


def received(hub: Site, *sites: Site) -> tuple[SiteDocument, ArticlePage]:
    """A file of the hub with the item that these sites received."""
    held = document(hub, "总局的附件", name="notice.txt")
    article = article_with(hub, held, title="总局通知")
    dispatch(hub, article, Audience(sites=tuple(site.slug for site in sites)))
    work_off()
    return held, article


def placed(site: Site, article: ArticlePage) -> PlacementPage:
    (page,) = placements(site, article.translation_key)
    return page


def told(site: Site, username: str) -> list[tuple[int, str]]:
    with in_site(site):
        return [(line.page_id, line.note) for line in desk_of(Staff.objects.get(username=username)).withheld.lines]


def editor(site: Site, page: PlacementPage) -> str:
    return client_of(site, "editor").get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()


def test_a_file_that_the_senders_scan_keeps_is_told_at_every_site_that_shows_it(
    hub: Site, hebei: Site, guangdong: Site
) -> None:
    held, article = received(hub, hebei)
    other, _article = received(hub, guangdong)
    page = placed(hebei, article)
    assert status(hebei, address_of(held)) == 200
    assert (told(hebei, "editor"), told(hebei, "webmaster")) == ([], [])
    assert MARK not in editor(hebei, page)
    # The same bytes stand at both sites until they go.
    assert other.sha256 == held.sha256
    with in_site(hub):
        SiteDocument.objects.filter(sha256=held.sha256).update(scan_state="infected")
    forget_blob(held.sha256)
    assert status(hebei, address_of(held)) == 404
    for site in (hebei, guangdong):
        for username in ("editor", "webmaster"):
            ((_page, note),) = told(site, username)
            assert "“notice" in note and "已被扣留或者缺失，读者取不到。请告知发出站点“" in note
        assert told(site, "reviewer") == []
    assert told(hebei, "editor")[0][0] == page.pk
    assert hub.short_name in told(hebei, "editor")[0][1]
    shown = editor(hebei, page)
    assert f'{MARK}="1"' in shown and "已被扣留或者缺失" in shown
    home = client_of(hebei, "editor").get("/admin/").content.decode()
    assert "总局通知" in home[home.index('data-pile="withheld"') :]


def test_a_site_is_not_told_of_what_another_received(hub: Site, hebei: Site, guangdong: Site) -> None:
    held, _article = received(hub, hebei)
    forget_blob(held.sha256)
    assert len(told(hebei, "webmaster")) == 1
    assert told(guangdong, "webmaster") == []


def test_an_editor_is_told_of_the_own_columns(hub: Site, hebei: Site) -> None:
    held, article = received(hub, hebei)
    page = placed(hebei, article)
    forget_blob(held.sha256)
    with in_site(hebei):
        own = page.get_parent().specific.key
        person = staff(hebei, "editor")
        DutyScope.objects.create(person=person, duty="editor", column_key=own)
    assert [key for key, _note in told(hebei, "editor")] == [page.pk]
    with in_site(hebei):
        DutyScope.objects.filter(person=person).delete()
        DutyScope.objects.create(person=person, duty="editor", column_key="flfg")
    assert told(hebei, "editor") == []


def test_an_address_stopped_at_the_receiver_is_told_there(hub: Site, hebei: Site, guangdong: Site) -> None:
    held, _article = received(hub, hebei, guangdong)
    stop(hub, hebei, address_of(held))
    ((_page, note),) = told(hebei, "webmaster")
    assert "地址已被上级停用" in note
    assert told(guangdong, "webmaster") == []


def test_an_own_copy_that_is_kept_withholds_the_received_one(hub: Site, hebei: Site) -> None:
    held, _article = received(hub, hebei)
    own = document(hebei, "总局的附件", name="copy.txt")
    assert told(hebei, "webmaster") == []
    with in_site(hebei):
        SiteDocument.objects.filter(pk=own.pk).update(scan_state="infected")
    assert status(hebei, address_of(held)) == 404
    assert "与本站文件库中没有通过病毒扫描的文件相同" in told(hebei, "webmaster")[0][1]


def test_what_is_off_line_owes_nothing(hub: Site, hebei: Site) -> None:
    held, article = received(hub, hebei)
    forget_blob(held.sha256)
    with in_site(hebei):
        assert len(received_withheld()) == 1
        PlacementPage.objects.filter(pk=placed(hebei, article).pk).update(live=False)
        assert received_withheld() == []
