"""What nobody should have sent: told row by row with value and remedy, while the rest goes on."""

from __future__ import annotations

from typing import Any

import pytest

from network.tenancy.api import Site, in_site
from search.models import SearchDocument
from sites.accounts.models import Staff
from sites.pages.models import ArticlePage, LawPage
from tests.factories.articles import review, reviewed_article
from tests.factories.importing import TEXT, imported, rows_of
from tests.factories.items import stream
from tests.factories.people import client_of
from tests.sites.importing.test_types import rows
from tests.sites.pages.test_documents import document

pytestmark = pytest.mark.django_db

RARE = "𠮷𠀋〇㍿"
"""Two signs outside the basic plane, one that is often missing, one that is two letters wide."""

WRONG: dict[str, tuple[dict[str, str], str, str]] = {
    "a date in the future": ({"发布时间": "2099-01-01"}, "refused", "2099-01-01"),
    "a date that is none": ({"发布时间": "2011-02-30"}, "refused", "2011-02-30"),
    "no text": ({"正文": ""}, "refused", "正文是空的。请在来源中补上正文"),
    "no title": ({"标题": ""}, "refused", "没有标题。请在来源中补上标题"),
    "a title without end": ({"标题": "长" * 256}, "refused", "标题有 256 字，超过上限 255 字"),
    "a column that is not there": ({"栏目": "没有的栏目"}, "refused", "没有的栏目"),
    "a missing picture": ({"正文": f'<p>{TEXT}</p><img src="/a.png" alt="图">'}, "written", "a.png"),
    "a duplicate document number": ({"文号": "穗工商字〔2011〕1号"}, "written", "本站已有同一文号的稿件“已有的”"),
    "a formula": ({"来源": "=cmd|' /C calc'!A0"}, "written", "表格软件会当作公式。已按文字导入"),
    "a control character": ({"摘要": "甲\x07乙"}, "written", "含有控制字符 U+0007，已去掉"),
    "a sign of nobody's font": ({"摘要": "造字\ue81e"}, "written", "造字区的字符 U+E81E"),
    "a tree deeper than three": ({"栏目": "通知公告>一>二>三"}, "written", "有 4 层，本站栏目只有一层"),
}


def test_every_wrong_row_is_told_and_the_rest_goes_on(guangzhou: Site) -> None:
    reviewed_article(guangzhou, title="已有的", document_number="穗工商字〔2011〕1号", source="广州局")
    lines = [{"编号": f"w{number}", "标题": "有错的", **line} for number, (line, _o, _w) in enumerate(WRONG.values())]
    right = [{"编号": f"r{number}", "标题": f"没错的{number}"} for number in range(3)]
    batch = imported(guangzhou, rows(right[0], *lines, *right[1:]), "table")
    found = {row.number: row for row in rows_of(guangzhou, batch)}
    assert [found[number].outcome for number in (1, len(lines) + 2, len(lines) + 3)] == ["written"] * 3
    for number, (name, (_line, outcome, words)) in enumerate(WRONG.items(), start=2):
        told = " ".join(f"{note['value']} {note['message']}" for note in found[number].notes)
        assert (found[number].outcome, words in told, "。" in told) == (outcome, True, True), (name, told)
    with in_site(guangzhou):
        assert not ArticlePage.objects.filter(live=True).exclude(title="已有的").exists()


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_rare_character_comes_through_import_review_page_search_and_feed(guangzhou: Site, encoding: str) -> None:
    data = rows({"标题": f"{RARE}公司公告", "正文": f"{RARE}：{TEXT}"}).decode().encode(encoding)
    imported(guangzhou, data, "table")
    with in_site(guangzhou):
        page = ArticlePage.objects.get(title=f"{RARE}公司公告")
        review(page, by="webmaster")
        path = ArticlePage.objects.get(pk=page.pk).get_site_path()
    client = client_of(guangzhou)
    for address in (path, "/feed.atom", "/tzgg/"):
        assert f"{RARE}公司公告" in client.get(address).content.decode(), address
    assert client.get("/feed.json").json()["items"][0]["title"] == f"{RARE}公司公告"
    assert SearchDocument.objects.get(title=f"{RARE}公司公告").body.startswith(RARE)


def test_documents_that_amend_each_other_are_shown_without_end(guangzhou: Site) -> None:
    first = document(guangzhou)
    second = document(guangzhou, document_number="工商企字〔2012〕9号", relations=stream(("amends", first.pk)))
    with in_site(guangzhou):
        draft = LawPage.objects.get(pk=first.pk)
        draft.relations = stream(("amends", second.pk))
        draft.save_revision(user=Staff.objects.get(username="editor"))
        review(draft)  # type: ignore[arg-type]
        paths = [LawPage.objects.get(pk=page.pk).get_site_path() for page in (first, second)]
    for path in paths:
        assert client_of(guangzhou).get(path).status_code == 200


def test_a_document_that_amends_itself_is_refused(guangzhou: Site) -> None:
    law: Any = document(guangzhou)
    with in_site(guangzhou):
        held = LawPage.objects.get(pk=law.pk)
        held.relations = stream(("amends", law.pk))
        assert "文件不能修改、废止自己，请改选其他文件。" in held.contradictions()["relations"]
        assert "relations" not in law.contradictions()
