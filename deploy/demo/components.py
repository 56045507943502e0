"""Examples of every component in every variant, for the component page of the demo."""

from __future__ import annotations

import datetime
from typing import Any

from network.contracts import (
    ArchiveMonth,
    ArchiveYear,
    Attachment,
    ColumnFacts,
    DocumentRelation,
    Facet,
    FacetChoice,
    Leader,
    ListItem,
    NavigationItem,
    PageLink,
    Pagination,
    SearchHit,
    Section,
    ServiceGroup,
    Special,
    Statistic,
)
from themes.components.home_layout import Place, picture_slides, special_cards

YEAR = (31_204, 24_118, 38_450, 41_322, 40_871, 43_960, 45_107, 44_230, 47_655, 49_012, 51_874, 53_406)
DAY = datetime.date(2012, 3, 15)
WORDS = (
    "关于样例事项的通知",
    "样例会议部署全年重点工作",
    "关于样例文件的解读：企业年度检验改为年度报告以后怎么办，向谁报告，什么时候报告",
    "样例办事指南",
    "样例公示（第三批）",
    "样例统计数据发布",
)


def lines(key: str, *, count: int = 6) -> list[ListItem]:
    """Lines of a list with every mark that a line can bear."""
    kinds = ("news", "notice", "interpretation", "policy")
    return [
        ListItem(
            title=title,
            url=f"#{key}-{number}",
            date=DAY - datetime.timedelta(days=number),
            source="样例机关",
            summary="摘要用一两句话说明要点，最多两行，多出的部分不显示。",
            kind=kinds[number % len(kinds)],
            is_sample=number == 0,
            is_received=number == 1,
            relations=(("解读", "#interpretation"),) if number == 3 else (),
        )
        for number, title in enumerate(WORDS[:count])
    ]


def columns(*titles: str) -> list[NavigationItem]:
    """Entries of a navigation, the first the current one."""
    return [
        NavigationItem(title=title, url=f"#{number}", is_current=number == 0) for number, title in enumerate(titles)
    ]


def place(key: str, title: str, *, count: int = 6, with_children: bool = False, intro: str = "") -> Place:
    """A section of the home page."""
    section = Section(key=key, title=title, url="#section", items=lines(key, count=count), intro=intro)
    return Place(section=section, children=columns("下级一", "下级二") if with_children else ())


def pages(number: int) -> Pagination:
    """A place in a list of nine pages."""
    shown = [PageLink(number=entry, url="#page", is_current=False) for entry in (1, 2, 3, 4)]
    links = [
        PageLink(
            number=entry.number, url="" if entry.number == number else entry.url, is_current=entry.number == number
        )
        for entry in shown
    ]
    return Pagination(
        number=number,
        total_pages=9,
        total=176,
        previous_url="#previous" if number > 1 else "",
        next_url="#next",
        links=[*links, PageLink(number=0), PageLink(number=9, url="#last")],
    )


def facet(name: str, label: str, *labels: str) -> Facet:
    """A way to narrow a list, its first choice taken."""
    return Facet(
        name=name,
        label=label,
        choices=[
            FacetChoice(value=text, label=text, count=10 * (number + 1), url="#facet", is_selected=number == 0)
            for number, text in enumerate(labels)
        ],
    )


def statistic(title: str, numbers: tuple[int, ...]) -> Statistic:
    """A series of months."""
    return Statistic(
        title=title,
        unit="户",
        points=[(f"{month}月", number) for month, number in enumerate(numbers, start=1)],
        source="样例数据",
        as_of=DAY,
        note="为演示编写。",
    )


def examples() -> dict[str, Any]:
    """Context of the component page."""
    services = place("services", "政务服务", intro="按办事人和事项给出入口。")
    months = [ArchiveMonth(month=month, count=month * 3, url="#month", is_current=month == 3) for month in (3, 2, 1)]
    return {
        "column": ColumnFacts(title="页面部件", url="/_components/", description="演示站点的部件页"),
        "breadcrumbs": [
            NavigationItem(title="首页", url="/"),
            NavigationItem(title="页面部件", url="", is_current=True),
        ],
        "full": place("full", "六条，有下级栏目", with_children=True),
        "few": place("few", "三条以内，带摘要", count=2),
        "bare": place("bare", "没有内容", count=0),
        "lines": lines("list"),
        "headline": {"headline": lines("top", count=1)[0], "further": lines("further", count=4)[1:]},
        "alone": {"headline": lines("alone", count=1)[0], "further": ()},
        "slides": picture_slides(lines("slide", count=4)),
        "services": services,
        "plain_services": Place(section=services.section, children=columns("登记注册", "消费维权", "表格下载")),
        "groups": [
            ServiceGroup(key="person", title="个人办事", entries=columns("消费维权", "个体登记", "商标注册")),
            ServiceGroup(key="legal", title="法人办事", url="#legal", entries=columns("企业登记", "年度检验")),
        ],
        "specials": place("specials", "专题专栏"),
        "cards": special_cards(columns("专题一", "专题二", "专题三"), lines("card", count=1)),
        "special": Special(title="样例专题", url="#special", summary="一段说明。", opened_on=DAY, is_archived=True),
        "year": statistic("十二个月", YEAR),
        "few_numbers": statistic("三个月，含零", (12, 0, 7)),
        "facts": (("索引号", "000000001/2012-00036"), ("文号", "样例字〔2012〕1号"), ("发文机关", "样例机关")),
        "validities": (
            ("valid", "有效", ""),
            ("amended", "已修改", "部分条款由后文修改。"),
            ("repealed", "已废止", "自2012年3月1日起废止。"),
            ("expired", "已失效", "有效期至2011年12月31日。"),
        ),
        "article": None,
        "document": {
            "relations": [
                DocumentRelation(label="政策解读", title=WORDS[2], url="#1", date=DAY),
                DocumentRelation(label="废止文件", title=WORDS[0], url="#2"),
            ]
        },
        "files": [
            Attachment(title="样例附件", url="#file", kind="PDF", size=283_412),
            Attachment(title="名称很长的样例附件" * 6, url="#file", kind="OFD", size=98_221),
        ],
        "leaders": [
            Leader(name="样例一", post="局长", url="#leader", duties="主持全面工作。", is_sample=True),
            Leader(name="样例二", post="副局长"),
        ],
        "filters": [facet("kind", "类别", "通知", "公告", "公示")],
        "archive": [
            ArchiveYear(year=2012, count=18, url="#year", is_current=True, months=months),
            ArchiveYear(year=2011, count=111, url="#year"),
        ],
        "clear_url": "#clear",
        "facets": {"facets": [facet("region", "地区", "广东", "全国")], "clear_url": "#clear"},
        "first_page": pages(1),
        "middle_page": pages(3),
        "side": columns("当前栏目", "旁边栏目", "另一栏目"),
        "disclosure_parts": columns("公开指南", "公开制度", "公开年报"),
        "duties": ("负责第一项工作。", "负责第二项工作。"),
        "hit": SearchHit(
            title_html="命中的<mark>样例</mark>",
            url="#hit",
            snippet_html="一段摘要，命中的<mark>样例</mark>加底色。",
            site_name="样例机关",
            date=DAY,
            kind_label="通知公告",
            document_number="样例字〔2012〕1号",
            also_on=[("样例市局", "#also")],
            also_on_total=12,
            is_sample=True,
        ),
        "table": (("阶段", "时间", "任务"), (("动员部署", "3月", "制定方案"), ("组织实施", "4月至10月", "栏目梳理"))),
        "colours": (
            "main-strong", "main", "main-lively", "main-line", "main-tint", "main-wash", "accent", "accent-tint",
            "mark", "mark-tint", "mark-strong", "ink", "ink-soft", "ink-faint", "line-strong", "line", "ground-soft",
        ),
        "texts": ("name", "title", "lead", "heading", "article", "body", "small", "mini"),
    }  # fmt: skip
