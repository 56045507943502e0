"""What each check finds, what it leaves alone."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from network.rules.models import Rule
from network.tenancy.api import Site, in_site
from network.terms.models import SharedTerm
from sites.pages.models import ArticlePage, LawPage
from sites.screening.actions import add_own_term, retire_own_term
from sites.screening.models import OwnTerm
from sites.screening.numbers import CHECK_SIGNS, WEIGHTS, is_luhn
from sites.screening.queries import screen
from tests.factories.articles import draft_article, paragraph, reviewed_article
from tests.factories.people import staff
from tests.sites.transfer.rich_site import block, document, picture

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db]


def identity(birthday: str = "19491001", division: str = "440199", serial: str = "123") -> str:
    """A number that no person has, of right form."""
    start = f"{division}{birthday}{serial}"
    return start + CHECK_SIGNS[sum(int(sign) * weight for sign, weight in zip(start, WEIGHTS, strict=True)) % 11]


def card(start: str = "622202000000000") -> str:
    return next(f"{start}{last}" for last in range(10) if is_luhn(f"{start}{last}"))


def found(site: Site, page: Any = None, **traits: Any) -> list[tuple[str, str, bool]]:
    """(check, field, is blocking) of every finding on an article in memory."""
    values = {"title": "关于登记工作的通知", "source": "广东局", "body": paragraph("各单位遵照执行。"), **traits}
    with in_site(site):
        findings = screen(page or ArticlePage(**values))
    return [(str(finding.check), finding.place.field, finding.is_blocking) for finding in findings]


def in_body(site: Site, text: str) -> list[tuple[str, str, bool]]:
    return found(site, body=[{"type": "paragraph", "value": text}])


def test_a_plain_text_has_nothing_to_mend(guangdong: Site) -> None:
    assert found(guangdong) == []


@pytest.mark.parametrize("form", ["{}", "身份证号{}。", "号码：{}，"])
def test_an_identity_number_is_found_whatever_stands_around_it(guangdong: Site, form: str) -> None:
    assert found(guangdong, summary=form.format(identity())) == [("identity_number", "summary", True)]


def test_an_identity_number_is_found_in_full_width_signs_in_groups_and_with_hidden_signs(guangdong: Site) -> None:
    number = identity()
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in number)
    grouped = f"{number[:6]} {number[6:14]} {number[14:]}"
    hidden = f"{number[:9]}\u200b{number[9:]}"
    for written in (wide, grouped, hidden):
        assert in_body(guangdong, f"<p>{written}</p>") == [("identity_number", "body", True)]


@pytest.mark.parametrize(
    "number",
    [
        identity()[:-1] + ("0" if identity()[-1] != "0" else "1"),
        identity("19490231"),
        identity(division="990106"),
        identity(birthday="20990101"),
        f"{identity()}7",
        f"A{identity()}",
    ],
    ids=["check digit", "no such day", "no such division", "not born", "longer", "part of a code"],
)
def test_other_numbers_of_that_length_are_left_alone(guangdong: Site, number: str) -> None:
    assert [name for name, _field, _blocks in found(guangdong, summary=f"编号{number}")] == []


def test_a_bank_card_is_told_from_other_numbers_by_its_check_digit(guangdong: Site) -> None:
    number = card()
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert found(guangdong, summary=f"卡号{number}") == [("bank_card", "summary", True)]
    assert found(guangdong, summary=f"单号{wrong}") == []
    assert found(guangdong, summary=f"单号{card('112202000000000')}") == []


def test_a_mobile_number_is_pointed_out_an_office_line_is_not(guangdong: Site) -> None:
    assert found(guangdong, summary="联系人手机13800138000") == [("phone_number", "summary", False)]
    assert found(guangdong, summary="电话020-85587000，邮编510000") == []


def test_what_is_said_of_a_number_covers_its_middle(guangdong: Site) -> None:
    with in_site(guangdong):
        (finding,) = screen(ArticlePage(title="通知", source="局", summary=identity()))
    assert identity() not in finding.sentence
    assert "440***********" in finding.sentence


def test_words_of_the_list_have_the_outcome_of_their_kind(guangdong: Site) -> None:
    assert found(guangdong, title="国家工商行政总局通知") == [("wrong_name", "title", True)]
    assert found(guangdong, summary="帮助瞎子过马路") == [("banned", "summary", True)]
    assert found(guangdong, summary="原铁道部的通知") == [("retired_name", "summary", False)]
    assert found(guangdong, summary="尽快布署") == [("confusable", "summary", False)]


def test_a_right_expression_around_a_word_takes_it_back(guangdong: Site) -> None:
    assert found(guangdong, summary="会同卫生部门检查") == []
    assert found(guangdong, summary="会同卫生部门报卫生部") == [("retired_name", "summary", False)]


def test_what_a_bureau_is_called_today_is_right_whatever_a_list_says(guangdong: Site, hub: Site) -> None:
    assert hub.full_name == "国家工商行政管理总局"
    assert SharedTerm.objects.filter(word=hub.full_name, retired_at=None).exists()
    assert found(guangdong, summary=f"{hub.full_name}决定") == []


def test_a_proposal_never_stops_a_text(guangdong: Site) -> None:
    SharedTerm.objects.create(kind="banned", word="示例禁词", added_by="tests")
    assert found(guangdong, summary="含有示例禁词") == [("banned", "summary", False)]
    SharedTerm.objects.filter(word="示例禁词").update(document="示例文件", clause="一")
    SharedTerm.objects.get(word="示例禁词").save()
    assert found(guangdong, summary="含有示例禁词") == [("banned", "summary", True)]


def test_a_sites_own_words_hold_there_alone_until_they_are_retired(guangdong: Site, hebei: Site) -> None:
    with in_site(guangdong):
        term = add_own_term(
            acting_user=staff(guangdong, "webmaster"), site=guangdong, kind="banned", word="本站禁词",
            document="示例文件", clause="一",
        )  # fmt: skip
    assert found(guangdong, summary="本站禁词") == [("banned", "summary", True)]
    assert found(hebei, summary="本站禁词") == []
    with in_site(hebei):
        assert OwnTerm.objects.count() == 0
    with in_site(guangdong):
        retire_own_term(term.pk, acting_user=staff(guangdong, "webmaster"), site=guangdong)
    assert found(guangdong, summary="本站禁词") == []


def test_an_item_without_source_or_a_picture_without_words_is_found(guangdong: Site) -> None:
    assert found(guangdong, source=" ") == [("missing_source", "source", False)]
    silent = picture(guangdong, "red")
    with in_site(guangdong):
        type(silent).objects.filter(pk=silent.pk).update(alt_text="")
    body = [block("picture", {"image": silent.pk, "caption": "图注"})]
    assert found(guangdong, body=body) == [("missing_alternative", "body", True)]
    with in_site(guangdong):
        type(silent).objects.filter(pk=silent.pk).update(alt_text="大厅")
    assert found(guangdong, body=body) == []


@pytest.mark.parametrize(
    ("link", "check"),
    [
        ('<a href="https://example.com/"></a>', "hidden_link"),
        ('<a href="https://example.com/">\u200b </a>', "hidden_link"),
        ('<a href="https://example.com/">。</a>', "hidden_link"),
        ('<span style="display: none"><a href="https://example.com/">看</a></span>', "hidden_link"),
        ('<a href="https://example.com/">www.gov.cn</a>', "hidden_link"),
        ('<a href="/no-such-column/1/">通知</a>', "dead_link"),
        ('<a href="javascript:alert(1)">通知</a>', "dead_link"),
        ('<a linktype="page" id="999999">通知</a>', "dead_link"),
        ('<a linktype="document" id="999999">通知</a>', "dead_link"),
    ],
)
def test_links_that_hide_or_lead_nowhere_are_found(guangdong: Site, link: str, check: str) -> None:
    assert in_body(guangdong, f"<p>见{link}。</p>") == [(check, "body", True)]


def test_links_that_lead_somewhere_are_left_alone(guangdong: Site) -> None:
    live = reviewed_article(guangdong, source="广东局")
    held = document(guangdong, "附件的内容")
    links = [
        f'<a linktype="page" id="{live.pk}">前文</a>',
        f'<a linktype="document" id="{held.pk}">附件</a>',
        f'<a href="{live.get_site_path()}">前文</a>',
        f'<a href="{live.get_site_path().rstrip("/")}">前文</a>',
        f'<a href="https://guangdong.gongshang.gov.cn{live.get_site_path()}">前文</a>',
        f'<a href="/files/{held.sha256}/a.txt">附件</a>',
        '<a href="/">首页</a>',
        '<a href="/search/?q=1">检索</a>',
        '<a href="https://www.gov.cn/">www.gov.cn</a>',
        '<a href="https://example.com/page">说明</a>',
        '<a href="mailto:office@example.gov.cn">信箱</a>',
    ]
    for link in links:
        assert in_body(guangdong, f"<p>见{link}。</p>") == [], link


def test_a_link_to_a_draft_is_pointed_out(guangdong: Site) -> None:
    page = draft_article(guangdong)
    link = f'<p><a linktype="page" id="{page.pk}">后文</a></p>'
    assert in_body(guangdong, link) == [("unpublished_link", "body", False)]


def test_days_that_lie_are_found(guangdong: Site) -> None:
    tomorrow = timezone.localdate() + datetime.timedelta(days=2)
    with in_site(guangdong):
        law = LawPage(title="本市办法", source="局", version_date=tomorrow, effective_date=tomorrow)
        past = LawPage(title="本市办法", source="局", version_date=datetime.date(2011, 1, 29))
    assert found(guangdong, law) == [("future_date", "version_date", True)]
    assert found(guangdong, past) == []
    assert found(guangdong, summary="2011年2月30日起施行") == [("impossible_date", "summary", False)]
    assert found(guangdong, summary="2011年1月29日（星期一）") == [("impossible_date", "summary", False)]
    assert found(guangdong, summary="2011年1月29日（星期六）起施行") == []


def test_every_block_of_a_body_is_read_and_named(guangdong: Site) -> None:
    blocks = [
        block("heading", "帮助瞎子"),
        block("table", {"data": [["姓名"], ["瞎子"]], "first_row_is_table_header": True}),
        block("quote", "瞎子"),
        block("picture", {"image": picture(guangdong, "green").pk, "caption": "瞎子"}),
    ]
    with in_site(guangdong):
        findings = screen(ArticlePage(title="通知", source="局", body=blocks))
    assert [finding.place.block for finding in findings] == [each["id"] for each in blocks]


def test_the_outcome_is_the_rules_and_a_missing_rule_is_named(guangdong: Site, owner: Any) -> None:
    with owner():
        Rule.objects.filter(key="screening.banned").update(value={"outcome": "warn"})
    assert found(guangdong, summary="瞎子") == [("banned", "summary", False)]
    with owner():
        Rule.objects.filter(key="screening.banned").delete()
    with pytest.raises(LookupError, match=r"规则“screening\.banned”没有生效的条目"):
        found(guangdong, summary="瞎子")


def test_a_finding_names_its_basis(guangdong: Site) -> None:
    with in_site(guangdong):
        number, word = screen(ArticlePage(title=identity(), source="局", summary="瞎子"))
    assert number.basis == "中华人民共和国个人信息保护法 第二十五条"
    assert word.basis.startswith("新华社新闻报道中的禁用词")
