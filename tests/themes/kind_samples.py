"""Invented pages of the kinds that have a frame before they have a model: documents, specials, leaders, bureaux."""

from __future__ import annotations

import datetime
from typing import Any

from network.contracts import (
    ArchiveMonth,
    ArchiveYear,
    ColumnFacts,
    Department,
    Document,
    DocumentRelation,
    Facet,
    FacetChoice,
    Leader,
    Organisation,
    Section,
    Special,
)
from tests.themes import samples

RELATIONS = (
    DocumentRelation(
        label="政策解读", title="问答：政府网站内容建设怎么做", url="/zcjd/1/", date=datetime.date(2012, 3, 16)
    ),
    DocumentRelation(label="废止文件", title="关于加强网站信息发布的通知（2008年）", url="/gfxwj/2/"),
    DocumentRelation(label="修改文件", title="政府网站管理暂行办法", url="/gfxwj/3/"),
)


def document(*, validity: str = "valid") -> dict[str, Any]:
    """Context of a document page."""
    words = {"valid": "有效", "amended": "已修改", "repealed": "已废止", "expired": "已失效"}
    notes = {
        "amended": "部分条款由工商办字〔2012〕00号修改。",
        "repealed": "自2012年3月1日起由工商办字〔2012〕00号废止。",
        "expired": "有效期至2011年12月31日。",
    }
    plain = samples.article()["article"]
    return samples.article() | {
        "article": Document(
            **(
                vars(plain)
                | {
                    "facts": (),
                    "kind": "policy",
                    "kind_label": "政策文件",
                    "relations": RELATIONS,
                    "index_number": "000000001/2012-00036",
                }
            ),
            document_number="工商办字〔2012〕00号",
            issuing_body="国家工商行政管理总局",
            issued_on=datetime.date(2012, 3, 12),
            effective_on=datetime.date(2012, 4, 1),
            subject="政府网站、信息安全",
            validity=validity,
            validity_label=words[validity],
            validity_note=notes.get(validity, ""),
        )
    }


def special(**changes: Any) -> dict[str, Any]:
    """Context of a special's page."""
    titles = {"xwdt": "最新动态", "gfxwj": "政策文件", "zcjd": "政策解读", "hdjl": "公众参与"}
    values: dict[str, Any] = {
        "title": "“3·15”国际消费者权益日",
        "url": "/ztzl/315/",
        "summary": "本专题集中登载消费维权的政策、提示和各地活动，为演示编写。",
        "opened_on": datetime.date(2012, 2, 20),
        "is_sample": True,
        "sections": [
            Section(key=key, title=title, url=f"/{key}/", items=samples.items_of(key, count=6))
            for key, title in titles.items()
        ],
    }
    return {
        "special": Special(**(values | changes)),
        "breadcrumbs": samples.crumbs(("专题专栏", "/ztzl/"), ("专题", "")),
    }


def leader(**changes: Any) -> Leader:
    """A leader that nobody is."""
    values: dict[str, Any] = {
        "name": "样例一",
        "post": "局长",
        "url": "/jggk/leaders/1/",
        "portrait_url": "/static/picture.svg",
        "duties": "主持全面工作，分管办公室、人事处。",
        "resume": ("样例一，为演示编写，不是任何人的简历。", "历任样例处副处长、处长，样例局副局长。"),
        "is_sample": True,
    }
    return Leader(**(values | changes))


def leaders() -> dict[str, Any]:
    """Context of the leaders' page: with portrait, without."""
    return {
        "column": ColumnFacts(title="领导信息", url="/ldxx/", description="局领导的职务和分工。", kind="概况信息"),
        "leaders": [
            leader(),
            leader(name="样例二", post="副局长", portrait_url="", duties="分管企业登记、市场监管。"),
            leader(name="样例三", post="副局长", portrait_url="", duties="", url=""),
        ],
        "breadcrumbs": samples.crumbs(("政务公开", "/zwgk/"), ("领导信息", "")),
    }


def leader_page(**changes: Any) -> dict[str, Any]:
    """Context of one leader's page."""
    return {
        "leader": leader(**changes),
        "items": samples.items_of("xwdt", count=4),
        "breadcrumbs": samples.crumbs(("政务公开", "/zwgk/"), ("领导信息", "/ldxx/"), ("样例一", "")),
    }


def organisation(**changes: Any) -> dict[str, Any]:
    """Context of the page of duties and departments."""
    values: dict[str, Any] = {
        "name": "国家工商行政管理总局",
        "url": "/jggk/",
        "duties": (
            "负责市场监督管理和行政执法的有关工作，起草有关法律法规草案。",
            "负责各类企业、农民专业合作社和从事经营活动的单位、个人的登记注册并监督管理。",
            "承担依法规范和维护各类市场经营秩序的责任。",
        ),
        "departments": [
            Department(name=name, duties=duties, head="样例", phone="010-00000000", room=f"{number}01室")
            for number, (name, duties) in enumerate(
                (
                    ("办公厅", "文电、会务、机要、档案等机关日常运转工作。"),
                    ("法规司", "起草有关法律法规草案，承担行政复议和应诉工作。"),
                    ("企业注册局", "拟订企业登记注册的具体措施、办法，承担企业登记注册工作。"),
                    ("消费者权益保护局", "拟订保护消费者权益的具体措施、办法，指导消费维权工作。"),
                ),
                start=1,
            )
        ],
        "address": "北京市样例路1号",
        "post_code": "100000",
        "hours": "周一至周五 8:30—11:30，13:00—17:00（法定节假日除外）",
        "phone": "010-00000000",
        "basis": "样例规定",
    }
    return {
        "organisation": Organisation(**(values | changes)),
        "column": ColumnFacts(title="机构职能", url="/jggk/", kind="机构职能"),
        "breadcrumbs": samples.crumbs(("政务公开", "/zwgk/"), ("机构职能", "")),
    }


def archive() -> list[ArchiveYear]:
    """Two open years of a column's archive."""
    months = [
        ArchiveMonth(month=month, count=month * 3, url=f"?year=2012&month={month}", is_current=month == 3)
        for month in (3, 2, 1)
    ]
    years = [ArchiveYear(year=2012, count=18, url="?year=2012", is_current=True, months=months)]
    return [*years, *(ArchiveYear(year=year, count=year - 1900, url=f"?year={year}") for year in range(2011, 2003, -1))]


def sifted_column() -> dict[str, Any]:
    """Context of a column that is narrowed by kind, department, year and month."""
    kinds = (("通知", 201), ("公告", 88), ("公示", 41))
    filters = [
        Facet(
            name="kind",
            label="类别",
            choices=[
                FacetChoice(value=label, label=label, count=count, url=f"?kind={label}", is_selected=label == "公告")
                for label, count in kinds
            ],
        )
    ]
    return samples.column() | {"filters": filters, "archive": archive(), "clear_url": "/tzgg/"}


def leaving() -> dict[str, Any]:
    """Context of the notice before a reader leaves."""
    return {"target": {"address": "https://www.example.com/path?query=1", "host": "www.example.com"}}


def closed() -> dict[str, Any]:
    """Context of the page of a site that is closed."""
    return {
        "is_off_line": True,
        "reason": "机构合并。",
        "closed_at": datetime.datetime(2012, 3, 1, tzinfo=samples.SHANGHAI),
    }
