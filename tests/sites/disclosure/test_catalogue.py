"""The catalogue fills itself with what is published; nothing above “open” reaches the public by any way."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from wagtail.models import Page

from network.blocks.actions import add_block
from network.numbering.api import IndexNumber, index_number
from network.syndication.api import Edition
from network.tenancy.api import Site, in_site
from search.models import SearchDocument
from sites.disclosure.deadlines import publish_by
from sites.disclosure.queries import catalogue_counts, catalogue_lines, items_off_line, unnumbered
from sites.editing.actions import publish_reviewed
from sites.editing.models import Approval, Decision
from sites.pages.models import ArticlePage
from sites.screening.actions import TextRefused
from tests.databases import forget_everything
from tests.factories.articles import change_article, dispatch, draft_article, paragraph, review, reviewed_article
from tests.factories.deliveries import work_off
from tests.factories.people import client_of, staff
from tests.sites.media.test_files import status
from tests.sites.transfer.rich_site import block, document

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]
GROUND = {"openness_ground": "条例第十五条，经审查", "review_on": datetime.date(2027, 1, 29)}


def lines(page: str) -> list[str]:
    """Titles of the catalogue's lines."""
    return re.findall(r'<th scope="row"><a class="gs-list__link" href="[^"]+">([^<]+)</a>', page)


def test_a_first_publish_gets_a_number_that_every_later_version_keeps(guangdong: Site) -> None:
    article = draft_article(guangdong)
    assert index_number(article.translation_key) == ""
    with in_site(guangdong):
        review(article)
        number = index_number(article.translation_key)
        assert number.startswith(f"{guangdong.site_code}/{timezone.localdate().year}-")
        change_article(article, title="改过的通知")
        review(ArticlePage.objects.get(pk=article.pk))
        ArticlePage.objects.get(pk=article.pk).unpublish(user=None)
        connection.check_constraints()
        change_article(article, title="再次发布的通知", author="editor2")
        review(ArticlePage.objects.get(pk=article.pk), by="editor2")
    assert index_number(article.translation_key) == number
    assert IndexNumber.objects.count() == 1


def test_a_refused_publish_takes_no_number(guangdong: Site) -> None:
    article = draft_article(guangdong)
    with in_site(guangdong), pytest.raises(IntegrityError), transaction.atomic():
        publish_reviewed(article, acting_user=staff(guangdong, "final"))
    assert not IndexNumber.objects.exists()
    with in_site(guangdong):
        review(article)
    assert IndexNumber.objects.get().serial == 1


def test_the_public_catalogue_is_narrowed_by_every_facet(guangdong: Site, hebei: Site) -> None:
    law = reviewed_article(
        guangdong, title="登记办法", subject="market", document_form="notice", department="登记处",
        created_on=datetime.date(2026, 1, 5), document_number="粤工商〔2026〕1号",
    )  # fmt: skip
    reviewed_article(guangdong, title="财务公告", subject="finance", document_form="announcement", department="财务处")
    reviewed_article(hebei, title="他站的通知", subject="market")
    draft_article(guangdong, title="没有发布的", subject="market")
    client = client_of(guangdong)
    page = client.get("/gkml/").content.decode()
    assert lines(page) == ["财务公告", "登记办法"]
    assert index_number(law.translation_key) in page
    assert "粤工商〔2026〕1号" in page
    year = timezone.localdate().year
    for query in ("subject=market", "form=notice", "department=登记处", f"subject=market&year={year}"):
        assert lines(client.get(f"/gkml/?{query}").content.decode()) == ["登记办法"], query
    assert lines(client.get(f"/gkml/?year={year - 1}").content.decode()) == []
    for wrong in ("page=2", "page=0", "other=1", "year=20x6", "subject=market&subject=finance", "subject="):
        assert client.get(f"/gkml/?{wrong}").status_code == 404, wrong
    narrowed = client.get("/gkml/?subject=market").content.decode()
    assert 'href="/gkml/"' in narrowed
    assert "没有发布的" not in narrowed


def test_counts_are_of_the_selection(guangdong: Site) -> None:
    for number in range(3):
        reviewed_article(guangdong, title=f"通知{number}", subject="market" if number else "finance")
    with in_site(guangdong):
        assert catalogue_counts({}).values["subject"] == {"market": 2, "finance": 1}
        counts = catalogue_counts({"subject": "market"})
        assert (counts.total, counts.values["subject"]) == (2, {"market": 2})
        assert [line.title for line in catalogue_lines({}, limit=1, offset=1)] == ["通知1"]
        with pytest.raises(ValueError, match="no facet"):
            catalogue_lines({"title": "x"}, limit=1)


def test_the_page_itself_tells_its_place_in_the_catalogue_and_a_received_copy_keeps_the_number(
    hub: Site, guangzhou: Site
) -> None:
    article = reviewed_article(hub, title="总局通知", subject="market", created_on=datetime.date(2026, 1, 5))
    number = index_number(article.translation_key)
    page = client_of(hub).get(article.get_site_path()).content.decode()
    for word in (number, "市场监管、安全生产监管", "2026-01-05"):
        assert word in page
    dispatch(hub, article)
    work_off()
    with in_site(guangzhou):
        copy = Page.objects.get(title="总局通知")
        path = copy.specific.get_site_path()
    assert number in client_of(guangzhou).get(path).content.decode()
    assert IndexNumber.objects.count() == 1


def everywhere(site: Site, words: str, sha256: str = "") -> list[str]:
    """Public places of a site where these words, or a file of this hash, come out."""
    client = client_of(site)
    found = []
    for address in ("/", "/tzgg/", "/gkml/", "/feed.atom", "/sitemap.xml", "/map/"):
        if words in client.get(address).content.decode():
            found.append(address)
    if SearchDocument.objects.filter(is_withdrawn=False, title__contains=words).exists():
        found.append("search row")
    if Edition.objects.filter(title__contains=words).exists():
        found.append("edition")
    if sha256 and status(site, f"/files/{sha256}/a.txt") == 200:
        found.append("file")
    return found


def test_withheld_information_is_not_sent_to_review_and_reaches_nobody(guangdong: Site) -> None:
    held = document(guangdong, "内部材料")
    secret = draft_article(
        guangdong, title="内部方案", openness="withheld", body=[block("attachment", held.pk)], **GROUND
    )
    with in_site(guangdong), pytest.raises(TextRefused, match="“不予公开”的信息不能送审发布"), transaction.atomic():
        review(secret)
    assert everywhere(guangdong, "内部方案", held.sha256) == []
    assert client_of(guangdong).get(secret.get_site_path()).status_code == 404
    open_one = reviewed_article(guangdong, title="公开方案", body=[block("attachment", held.pk)])
    shown = set(everywhere(guangdong, "公开方案", held.sha256))
    assert shown >= {"/tzgg/", "/gkml/", "/feed.atom", "search row", "file"}
    assert client_of(guangdong).get(open_one.get_site_path()).status_code == 200


@pytest.mark.parametrize(
    ("openness", "body"),
    [("withheld", []), ("withheld", paragraph("方案")), ("on_request", paragraph("方案"))],
    ids=["withheld", "withheld with its text", "on request with its text"],
)
def test_the_gate_refuses_what_is_not_open_however_it_was_reviewed(
    guangdong: Site, openness: str, body: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every decision recorded as it should be, the checks passed by: the database still says no."""
    monkeypatch.setattr("sites.editing.actions.require_clean", lambda page: None)
    monkeypatch.setattr("sites.screening.api.require_clean", lambda page: None)
    secret = draft_article(guangdong, title="内部方案", openness=openness, body=body, **GROUND)
    with in_site(guangdong):
        with pytest.raises(Exception, match="not open to the public"), transaction.atomic():
            review(secret)
        assert not Approval.objects.filter(page_id=secret.pk).exists()
        assert not Decision.objects.filter(page_id=secret.pk).exists()
        assert not ArticlePage.objects.get(pk=secret.pk).live
    assert everywhere(guangdong, "内部方案") == []
    assert not IndexNumber.objects.exists()


def test_what_is_live_does_not_become_withheld_behind_the_gates_back(guangdong: Site) -> None:
    article = reviewed_article(guangdong)
    with in_site(guangdong), pytest.raises(IntegrityError), transaction.atomic():
        ArticlePage.objects.filter(pk=article.pk).update(openness="withheld")
        connection.check_constraints()
    with in_site(guangdong):
        assert ArticlePage.objects.get(pk=article.pk).openness == "open"


def test_what_is_given_on_request_is_listed_as_a_bare_entry_with_its_ground(guangdong: Site) -> None:
    entry = reviewed_article(
        guangdong, title="企业登记档案", openness="on_request", body=[], summary="企业的登记档案。", **GROUND
    )
    page = client_of(guangdong).get("/gkml/?openness=on_request").content.decode()
    assert lines(page) == ["企业登记档案"]
    shown = client_of(guangdong).get(entry.get_site_path()).content.decode()
    assert "依申请公开" in shown
    assert GROUND["openness_ground"] in shown


@pytest.mark.parametrize("missing", ["openness_ground", "review_on"])
def test_what_is_not_open_needs_its_ground_and_its_day_of_review(guangdong: Site, missing: str) -> None:
    facts = {**GROUND, missing: "" if missing == "openness_ground" else None}
    entry = draft_article(guangdong, openness="on_request", body=[], **facts)
    with in_site(guangdong), pytest.raises(TextRefused), transaction.atomic():
        review(entry)


def test_a_blocked_address_is_not_listed(guangdong: Site, hub: Site) -> None:
    article = reviewed_article(guangdong, title="被停用的通知")
    with in_site(hub):
        add_block(
            acting_user=staff(hub, "manager"), authority=hub, site=guangdong, path=article.get_site_path(),
            covers_below=False, reason="内容有误",
        )  # fmt: skip
    assert lines(client_of(guangdong).get("/gkml/").content.decode()) == []


def test_the_desk_shows_what_is_owed_and_what_is_due_to_be_looked_at(guangdong: Site) -> None:
    late = draft_article(guangdong, title="早该公开的", created_on=datetime.date(2026, 1, 5))
    secret = draft_article(
        guangdong, title="内部方案", openness="withheld", openness_ground="条例第十四条",
        review_on=datetime.date(2026, 2, 1),
    )  # fmt: skip
    client = client_of(guangdong, "webmaster")
    page = client.get("/admin/disclosure/").content.decode()
    assert f'data-page="{late.pk}"' in page
    assert "已超期" in page
    assert f'data-page="{secret.pk}"' in page
    assert "应当评估" in page
    with in_site(guangdong):
        assert {held.page_id for held in items_off_line()} == {late.pk, secret.pk}
    assert client_of(guangdong, "editor").get("/admin/disclosure/").status_code == 404


def test_a_site_gets_its_code_then_the_numbers_of_what_was_published_before(guangdong: Site) -> None:
    Site.objects.filter(pk=guangdong.pk).update(site_code=None)
    forget_everything()
    guangdong.site_code = None
    first = reviewed_article(guangdong, title="第一件")
    second = reviewed_article(guangdong, title="第二件")
    with in_site(guangdong):
        assert unnumbered() == [first.translation_key, second.translation_key]
    client = client_of(guangdong, "webmaster")
    assert "还没有机构代码" in client.get("/admin/disclosure/").content.decode()
    data = {"organisation": "000014349", "pattern": "national"}
    assert client.post("/admin/disclosure/scheme/", data).status_code == 302
    assert client.post("/admin/disclosure/number/").status_code == 302
    assert index_number(first.translation_key).endswith("-00001")
    assert index_number(second.translation_key).endswith("-00002")


def test_the_term_is_the_rules_in_working_days(guangdong: Site) -> None:
    """The dragon boat festival of 2026, Friday 19 June, is a holiday."""
    assert publish_by(datetime.date(2026, 6, 1), site=guangdong).day == datetime.date(2026, 6, 30)
