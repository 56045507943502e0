"""Invented pages of the platform of disclosure: guide, system, yearly report, the columns that show them whole."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

from network.contracts import Attachment, ColumnFacts, NavigationItem
from network.disclosure_contracts import Guide, LegalText, ReportPart
from tests.themes import samples

FORM = Attachment(title="政府信息公开申请表", url="/files/3/form.docx", kind="DOCX", size=21_400)
LABELS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")


def head(current: str) -> list[NavigationItem]:
    """The head of the platform."""
    parts = (("指南", "/gkzn/"), ("制度", "/gkzd/"), ("目录", "/gkml/"), ("年报", "/gknb/"), ("依申请公开", "/ysqgk/"))
    return [NavigationItem(title=title, url=url, is_current=title == current) for title, url in parts]


def _article(**changes: Any) -> dict[str, Any]:
    context = samples.article(is_received=False)
    plain = replace(context["article"], facts=(), body_html="", attachments=(), index_number="000000001/2012-00040")
    return context | {"article": replace(plain, **changes)}


def guide(**changes: Any) -> dict[str, Any]:
    """Context of a guide's page."""
    values: dict[str, Any] = {
        "url": "/gkzn/guide/",
        "organ": "办公厅（政府信息公开办公室）",
        "address": "北京市样例路1号",
        "post_code": "100000",
        "hours": "周一至周五 8:30—11:30，13:00—17:00（法定节假日除外）",
        "phone": "010-00000000",
        "fax": "010-00000001",
        "email": "example@saic.gov.cn",
        "updated_on": datetime.date(2012, 3, 1),
        "arrangement": "目录按主题、体裁、责任部门和年份编排。\n\n每条信息有一个索引号，首次公开时编制，不更改。",
        "classes": [
            ("机构职能", "主要职责、内设机构、领导信息、办公地址和联系方式。", "/jggk/"),
            ("规范性文件", "本机关制定的规范性文件及其解读，注明有效性。", "/gfxwj/"),
            ("财政信息", "部门预算、部门决算、“三公”经费和政府采购。", ""),
        ],
        "ways": [
            ("网站", "本站“政务公开”栏目，公开目录可以按主题、年份查找。"),
            ("查阅点", "行政服务大厅设有查阅点。"),
        ],
        "steps": [
            ("提出申请", "填写申请表，当面、邮寄、传真提交，写明需要的信息和提供方式。", ""),
            ("补正", "内容不明确的，一次性告知需要补正的事项和期限。", "收到申请之日起7个工作日内告知"),
            ("答复", "能够当场答复的当场答复；需要延长的，告知申请人。", "20个工作日，延长不超过20个工作日"),
        ],
        "request_form": FORM,
        "fees": "不收取费用；数量、频次明显超过合理范围的，可以收取信息处理费。",
        "remedies": "认为本机关不依法公开的，可以投诉、举报，也可以申请行政复议或者提起行政诉讼。",
    }
    article = _article(title="政府信息公开指南", url="/gkzn/guide/", kind="guide", kind_label="信息公开指南")
    return article | {"guide": Guide(**(values | changes)), "disclosure": head("指南")}


def texts() -> list[tuple[str, list[LegalText]]]:
    """Texts of three ranks: kept here, elsewhere, nowhere."""
    law = LegalText(
        title="中华人民共和国政府信息公开条例",
        number="国务院令第711号",
        body="国务院",
        issued_on=datetime.date(2019, 4, 3),
        link={"href": "/flfg/1/"},
        validity_label="已修改",
    )
    outside = {"href": "/leave/?to=x", "rel": "nofollow", "class": "gs-outside"}
    return [
        ("行政法规、地方性法规", [law]),
        ("规范性文件", [LegalText(title="政府信息公开信息处理费管理办法", body="国务院办公厅", link=outside)]),
        ("本机关制度", [LegalText(title="信息发布保密审查办法", body="本机关")]),
    ]


def system(**changes: Any) -> dict[str, Any]:
    """Context of the page of laws and documents."""
    article = _article(title="政府信息公开制度", url="/gkzd/list/", kind="system", kind_label="信息公开制度")
    return article | {"texts": texts(), "disclosure": head("制度")} | changes


def _rows(count: int) -> list[list[tuple[str, str, int, int]]]:
    rows: list[list[tuple[str, str, int, int]]] = [[("三、本年度办理结果", "colgroup", 9, 1)]]
    for number in range(count):
        names = [(f"{number + 1}.属于第{number + 1}类不予公开的信息", "row", 1, 1)]
        if number == 0:
            names.insert(0, ("（三）不予公开", "rowgroup", 1, count))
        rows.append([*names, *((str(number * 7), "", 1, 1) for _label in LABELS)])
    return rows


def report_parts() -> list[ReportPart]:
    """The six parts, the third a table of the form."""
    first = [
        ("办理情况", "col", 2, 2),
        ("自然人", "col", 1, 2),
        ("法人或其他组织", "colgroup", 5, 1),
        ("总计", "col", 1, 2),
    ]
    second = [(label, "col", 1, 1) for label in LABELS[1:-1]]
    downloads = [("XLSX", "?as=xlsx"), ("CSV", "?as=csv")]
    words = "2012年，本机关主动公开信息一千余条，为演示编写。\n\n办结申请若干件。"
    return [
        ReportPart(number="一", title="总体情况", text=words),
        ReportPart(
            number="二",
            title="主动公开政府信息情况",
            rows=[
                [("第二十条第（一）项", "colgroup", 4, 1)],
                [
                    ("信息内容", "col", 1, 1),
                    ("本年制发件数", "col", 1, 1),
                    ("本年废止件数", "col", 1, 1),
                    ("现行有效件数", "col", 1, 1),
                ],
                [("规章", "row", 1, 1), ("1", "", 1, 1), ("", "", 1, 1), ("2", "", 1, 1)],
            ],
            downloads=downloads,
        ),
        ReportPart(
            number="三",
            title="收到和处理政府信息公开申请情况",
            head_rows=[first, second],
            rows=_rows(8),
            downloads=downloads,
        ),
        ReportPart(number="四", title="政府信息公开行政复议、行政诉讼情况", text="无"),
        ReportPart(number="五", title="存在的主要问题及改进情况", text=words),
        ReportPart(number="六", title="其他需要报告的事项", text="无"),
    ]


def reports(current: int | None = None) -> list[dict[str, Any]]:
    """Reports of five years."""
    return [
        {
            "year": year,
            "title": f"{year}年政府信息公开工作年度报告",
            "url": f"/gknb/{year}/",
            "is_current": year == current,
        }
        for year in range(2012, 2007, -1)
    ]


def yearly_report(**changes: Any) -> dict[str, Any]:
    """Context of a yearly report."""
    article = _article(
        title="2012年政府信息公开工作年度报告", url="/gknb/2012/", kind="yearly_report", kind_label="信息公开年报"
    )
    return article | {"parts": report_parts(), "reports": reports(2012), "disclosure": head("年报")} | changes


def _column(title: str, url: str, context: dict[str, Any]) -> dict[str, Any]:
    facts = ColumnFacts(title=f"信息公开{title}", url=url, description="为演示编写。", kind=f"信息公开{title}")
    return samples.column() | {
        "column": facts,
        "items": samples.items_of("tzgg", count=3),
        "page": None,
        "shown": context.pop("article", None),
        **{name: value for name, value in context.items() if name not in ("breadcrumbs", "column")},
    }


def guide_column() -> dict[str, Any]:
    """Context of the column of the guide."""
    return _column("指南", "/gkzn/", guide())


def system_column() -> dict[str, Any]:
    """Context of the column of laws and documents."""
    return _column("制度", "/gkzd/", system())


def report_column() -> dict[str, Any]:
    """Context of the column of the yearly reports."""
    return _column("年报", "/gknb/", {"reports": reports(), "disclosure": head("年报")})
