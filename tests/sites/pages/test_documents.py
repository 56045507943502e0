"""Documents with their validity; interpretations linked to them from either end, own or received."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from network.tenancy.api import Site, in_site
from sites.media.models import SiteDocument
from sites.pages.models import InterpretationPage, LawPage
from sites.screening.actions import TextRefused
from tests.factories.articles import dispatch, paragraph
from tests.factories.deliveries import placements, work_off
from tests.factories.items import draft_item, reviewed_item, stream
from tests.factories.people import client_of
from tests.sites.editing.gate_acts import refused_by_gate, run_sql
from tests.sites.transfer.rich_site import document as uploaded

pytestmark = [pytest.mark.gate, pytest.mark.django_db]

NUMBER = "工商企字〔2012〕8号"
DAY = datetime.date


def document(site: Site, **traits: Any) -> LawPage:
    values: dict[str, Any] = {
        "title": "关于规范名称登记的意见",
        "rank": "normative",
        "issuing_body": "广州市工商行政管理局",
        "document_number": NUMBER,
        "adopted_on": DAY(2012, 3, 1),
        "announced_on": DAY(2012, 3, 5),
        "effective_date": DAY(2012, 4, 1),
        "subject": "名称登记",
        **traits,
    }
    return reviewed_item(site, LawPage, column="gfxwj", **values)


def read(site: Site, path: str) -> str:
    answer = client_of(site).get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def validity(page: str) -> str:
    found = re.search(r'data-validity="(\w+)"', page)
    assert found, "The page says nothing of validity."
    return found[1]


def test_a_document_shows_its_facts_and_is_no_other_sites(guangzhou: Site, shenzhen: Site) -> None:
    law = document(guangzhou)
    page = read(guangzhou, law.get_site_path())
    for words in (NUMBER, "2012-03-01", "2012-03-05", "2012-04-01", "名称登记", "规范性文件", "政策文件"):
        assert words in page, words
    assert validity(page) == "valid"
    assert client_of(shenzhen).get(law.get_site_path()).status_code == 404
    assert law.title not in read(shenzhen, "/gfxwj/")


def test_a_later_document_ends_an_earlier_one_from_its_day_of_effect(guangzhou: Site) -> None:
    old = document(guangzhou)
    today = timezone.localdate()
    tomorrow = today + datetime.timedelta(days=1)
    new = document(
        guangzhou,
        title="新的意见",
        document_number="工商企字〔2013〕9号",
        adopted_on=today,
        announced_on=today,
        effective_date=tomorrow,
        relations=stream(("repeals", old.pk)),
    )
    page = read(guangzhou, old.get_site_path())
    assert validity(page) == "valid"
    assert f"将自{tomorrow}起由《新的意见》（工商企字〔2013〕9号）废止" in page
    with in_site(guangzhou):
        from sites.pages.linking import links_to
        from sites.pages.validity import state_of

        links = links_to(old.pk, old.translation_key)
    assert [link.kind for link in links] == ["repeals"]
    assert state_of("valid", backward=links, today=tomorrow).validity == "repealed"
    other = document(
        guangzhou,
        title="更早生效的意见",
        document_number="工商企字〔2012〕10号",
        effective_date=DAY(2012, 6, 1),
        relations=stream(("repeals", old.pk)),
    )
    page = read(guangzhou, old.get_site_path())
    assert validity(page) == "repealed"
    assert "自2012-06-01起由《更早生效的意见》" in page
    assert "仅供查阅，不作为办事依据" in page
    assert f'href="{other.get_site_path()}">更早生效的意见' in page
    listed = read(guangzhou, "/gfxwj/")
    assert listed.count("gs-validity--repealed") == 1
    with in_site(guangzhou):
        LawPage.objects.get(pk=other.pk).unpublish()
        LawPage.objects.get(pk=new.pk).unpublish()
    assert validity(read(guangzhou, old.get_site_path())) == "valid"


@pytest.mark.parametrize(
    ("stated", "note", "expires_on", "expected"),
    [
        ("amended", "部分条款由后来的文件修改。", None, "amended"),
        ("valid", "", DAY(2013, 1, 1), "expired"),
        ("repealed", "已由后来的文件废止。", DAY(2013, 1, 1), "repealed"),
        ("valid", "", timezone.localdate() + datetime.timedelta(days=1), "valid"),
    ],
)
def test_what_a_document_states_itself_holds(
    guangzhou: Site, stated: str, note: str, expires_on: datetime.date | None, expected: str
) -> None:
    law = document(guangzhou, validity=stated, validity_note=note, expires_on=expires_on)
    page = read(guangzhou, law.get_site_path())
    assert validity(page) == expected
    assert note in page


def test_an_interpretation_and_its_document_show_each_other_in_page_list_and_home(guangzhou: Site) -> None:
    law = document(guangzhou)
    asked = reviewed_item(
        guangzhou,
        InterpretationPage,
        column="zcjd",
        title="名称登记问答",
        form="questions",
        documents=stream(("explains", law.pk)),
        questions=stream(
            ("question", {"question": "名称里能用数字吗？", "answer": "能用汉字数字。\n另有规定的除外。"})
        ),
    )
    page = read(guangzhou, asked.get_site_path())
    assert "问：名称里能用数字吗？" in page
    assert "答：能用汉字数字。<br>另有规定的除外。" in page
    assert f'href="{law.get_site_path()}">{law.title}' in page
    page = read(guangzhou, law.get_site_path())
    assert f'href="{asked.get_site_path()}">名称登记问答' in page
    assert 'gs-relations__label">问答<' in page
    beside = f'gs-tag--relation" href="{asked.get_site_path()}">解读<'
    original = f'gs-tag--relation" href="{law.get_site_path()}">原文<'
    assert beside in read(guangzhou, "/gfxwj/")
    assert original in read(guangzhou, "/zcjd/")
    home = read(guangzhou, "/")
    assert beside in home
    assert original in home
    with in_site(guangzhou):
        InterpretationPage.objects.get(pk=asked.pk).unpublish()
    assert asked.title not in read(guangzhou, law.get_site_path())
    assert beside not in read(guangzhou, "/gfxwj/")


def test_both_travel_and_stay_linked_where_they_arrive(hub: Site, guangzhou: Site) -> None:
    law = document(hub, issuing_body="国家工商行政管理总局", validity="amended", validity_note="第三条已修改。")
    text = reviewed_item(
        hub, InterpretationPage, column="zcjd", title="一图读懂", documents=stream(("explains", law.pk))
    )
    dispatch(hub, law)  # type: ignore[arg-type]
    dispatch(hub, text)  # type: ignore[arg-type]
    work_off()
    (placed,) = placements(guangzhou, law.translation_key)
    (explained,) = placements(guangzhou, text.translation_key)
    page = read(guangzhou, placed.get_site_path())
    assert validity(page) == "amended"
    assert "第三条已修改。" in page
    assert "2012-04-01" in page
    assert f'href="{explained.get_site_path()}">一图读懂' in page
    assert f'href="{placed.get_site_path()}">{law.title}' in read(guangzhou, explained.get_site_path())
    own = reviewed_item(
        guangzhou, InterpretationPage, column="zcjd", title="本市的说明", documents=stream(("explains", placed.pk))
    )
    assert f'href="{own.get_site_path()}">本市的说明' in read(guangzhou, placed.get_site_path())
    assert "本市的说明" not in read(hub, law.get_site_path())
    listed = read(guangzhou, "/gfxwj/")
    assert f'href="{explained.get_site_path()}">解读<' in listed
    assert "gs-validity--amended" in listed


def test_a_document_that_stays_behind_is_named_with_its_address_at_the_origin(hub: Site, guangzhou: Site) -> None:
    law = document(hub)
    text = reviewed_item(hub, InterpretationPage, column="zcjd", documents=stream(("explains", law.pk)))
    dispatch(hub, text)  # type: ignore[arg-type]
    work_off()
    (placed,) = placements(guangzhou, text.translation_key)
    page = read(guangzhou, placed.get_site_path())
    assert re.search(rf'href="http[^"]+{law.get_site_path()}">{law.title}', page)


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"document_number": "工商企字[2012] 8号"}, "document_number", "已用于《关于规范名称登记的意见》"),
    ({"effective_date": DAY(2012, 2, 1)}, "effective_date", "施行日期“2012-02-01”早于成文日期“2012-03-01”"),
    ({"announced_on": DAY(2012, 2, 1)}, "announced_on", "公布日期“2012-02-01”早于成文日期“2012-03-01”"),
    ({"expires_on": DAY(2012, 3, 30)}, "expires_on", "早于施行日期“2012-04-01”"),
    ({"document_number": ""}, "document_number", "规范性文件须有文号"),
    ({"issuing_body": ""}, "issuing_body", "请填写制定机关"),
    ({"validity": "repealed"}, "validity_note", "有效性选了“已废止”，请写明由何文件"),
]


@pytest.mark.parametrize(("change", "field", "sentence"), REFUSED, ids=[field for _c, field, _s in REFUSED])
def test_what_cannot_be_is_refused_with_value_and_remedy(
    guangzhou: Site, change: dict[str, Any], field: str, sentence: str
) -> None:
    first = document(guangzhou)
    values = {"title": "另一份意见", "document_number": "工商企字〔2012〕9号", **change}
    with pytest.raises(ValidationError) as caught:
        document(guangzhou, **values)
    assert sentence in " ".join(caught.value.message_dict[field])
    with in_site(guangzhou):
        assert list(LawPage.objects.values_list("pk", flat=True)) == [first.pk]


def test_a_day_to_come_is_no_day_of_adoption(guangzhou: Site) -> None:
    day = timezone.localdate() + datetime.timedelta(days=1)
    with pytest.raises(TextRefused, match=f"成文日期“{day}”还没有到"):
        document(guangzhou, adopted_on=day, announced_on=None, effective_date=day)
    with in_site(guangzhou):
        assert LawPage.objects.live().count() == 0


def test_the_same_number_of_another_body_or_year_is_no_duplicate(guangzhou: Site) -> None:
    document(guangzhou, document_number="令第8号")
    document(guangzhou, document_number="令第8号", issuing_body="广州市人民政府")
    document(
        guangzhou,
        document_number="令第8号",
        adopted_on=DAY(2011, 1, 1),
        announced_on=DAY(2011, 1, 2),
    )
    with in_site(guangzhou):
        assert LawPage.objects.live().count() == 3


def test_two_documents_do_not_end_each_other(guangzhou: Site) -> None:
    old = document(guangzhou)
    new = document(guangzhou, document_number="工商企字〔2012〕9号", relations=stream(("repeals", old.pk)))
    with in_site(guangzhou):
        page = LawPage.objects.get(pk=old.pk)
        page.relations = page._meta.get_field("relations").to_python(stream(("repeals", new.pk)))
        with pytest.raises(ValidationError, match="不能互相废止"):
            page.full_clean()
        page.relations = page._meta.get_field("relations").to_python(stream(("amends", old.pk)))
        with pytest.raises(ValidationError, match="不能修改、废止自己"):
            page.full_clean()
        page.relations = []
        page.full_clean()


@pytest.mark.parametrize(
    ("traits", "field"),
    [
        ({"form": "questions"}, "questions"),
        ({"form": "video"}, "video"),
        ({"form": "picture"}, "body"),
        ({"form": "text", "body": []}, "body"),
    ],
)
def test_an_interpretation_needs_what_its_form_says(guangzhou: Site, traits: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        draft_item(guangzhou, InterpretationPage, column="zcjd", **traits)
    assert field in caught.value.message_dict


def test_a_video_plays_with_its_text_and_other_files_are_no_video(guangzhou: Site) -> None:
    film = uploaded(guangzhou, "bytes", name="说明.mp4")
    shown = reviewed_item(guangzhou, InterpretationPage, column="zcjd", form="video", video=film)
    page = read(guangzhou, shown.get_site_path())
    source = re.search(r'<video [^>]*src="([^"]+)"', page)
    assert source
    answer = client_of(guangzhou).get(source[1])
    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, b"bytes")
    plain = uploaded(guangzhou, "text", name="说明.txt")
    with pytest.raises(ValidationError, match="不是视频文件"):
        draft_item(guangzhou, InterpretationPage, column="zcjd", form="video", video=plain)
    with in_site(guangzhou):
        assert SiteDocument.objects.filter(pk=film.pk).exists()


def test_links_and_validity_do_not_change_on_line_without_a_review(guangzhou: Site) -> None:
    law = document(guangzhou)
    text = reviewed_item(guangzhou, InterpretationPage, column="zcjd", documents=stream(("explains", law.pk)))
    with refused_by_gate(guangzhou):
        run_sql("UPDATE sites_pages_lawpage SET validity = 'repealed' WHERE page_ptr_id = %s", [law.pk])
    with refused_by_gate(guangzhou):
        run_sql("UPDATE sites_pages_interpretationpage SET documents = '[]' WHERE page_ptr_id = %s", [text.pk])
    assert validity(read(guangzhou, law.get_site_path())) == "valid"


def test_a_draft_may_have_gaps_but_no_contradiction(guangzhou: Site) -> None:
    draft = draft_item(guangzhou, LawPage, column="gfxwj", body=paragraph("草稿"))
    with in_site(guangzhou):
        page = LawPage.objects.get(pk=draft.pk)
        page.rank, page.is_draft = "normative", True
        page.full_clean()
        page.is_draft = False
        with pytest.raises(ValidationError, match="规范性文件须有文号"):
            page.full_clean()
        page.is_draft, page.adopted_on, page.effective_date = True, DAY(2012, 2, 2), DAY(2012, 2, 1)
        with pytest.raises(ValidationError, match="早于"):
            page.full_clean()
