"""Invented pages for rendering: every page kind of the hub, a province, a city."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from network.contracts import (
    Article,
    Attachment,
    ColumnFacts,
    Facet,
    FacetChoice,
    ListItem,
    NavigationItem,
    PageLink,
    Pagination,
    SearchHit,
    SearchPage,
    Section,
    ServiceGroup,
    Statistic,
)
from tests.themes.place_names import CITIES, NEIGHBOURS, PROVINCES
from themes.components.group_tiles import CLOSED, CURRENT, NAMES, OPEN, Tile
from themes.frame import Frame, SiteFacts, compose_frame

TODAY = datetime.date(2012, 3, 15)
SHANGHAI = datetime.timezone(datetime.timedelta(hours=8))

GRID = (
    "       黑",
    "     蒙 吉",
    "新 甘宁晋京津辽",
    "藏 青陕豫冀鲁 ",
    "  川渝鄂皖苏沪",
    "  云贵湘赣浙 ",
    "   桂粤闽 台",
    "   琼澳港  ",
)
OUTSIDE = "台港澳"

TREE = (
    ("xwdt", "要闻动态", ("工作动态", "地方动态", "会议活动")),
    ("zwgk", "政务公开", ("通知公告", "机构概况", "人事信息", "规划财务", "信息公开指南", "信息公开年报")),
    ("zcfg", "政策法规", ("法律法规", "规范性文件", "政策解读")),
    ("bsfw", "政务服务", ("登记注册", "商标广告", "消费维权", "消费警示", "常见问题", "表格下载")),
    ("hdjl", "互动交流", ("局长信箱", "意见征集", "在线访谈")),
    ("sjfb", "数据发布", ("市场主体", "投诉举报", "执法办案")),
    ("ztzl", "专题专栏", ("消费与安全年主题", "打击传销规范直销", "红盾护农", "普法专题")),
)

FACTS = {
    "national": SiteFacts(
        slug="hub",
        level="national",
        full_name="国家工商行政管理总局",
        short_name="总局",
        english_name="State Administration for Industry and Commerce",
        site_code="bm00000001",
        icp_number="京ICP备00000001号",
        public_security_number="京公网安备00000000000001号",
        sponsor="国家工商行政管理总局办公厅",
        contact_phone="010-00000000",
        contact_address="北京市样例路1号",
    ),
    "province": SiteFacts(
        slug="guangdong",
        level="province",
        full_name="广东省工商行政管理局",
        short_name="广东省局",
        english_name="Guangdong Administration for Industry and Commerce",
        site_code="4400000001",
        icp_number="粤ICP备00000001号",
        public_security_number="粤公网安备00000000000001号",
        sponsor="广东省工商行政管理局办公室",
        contact_phone="020-00000000",
        contact_address="广州市样例路1号",
    ),
    "prefecture": SiteFacts(
        slug="enshi",
        level="prefecture",
        full_name="恩施土家族苗族自治州工商行政管理局",
        short_name="恩施州局",
        english_name="Enshi Tujia and Miao Autonomous Prefecture Administration for Industry and Commerce",
        site_code="4228000001",
        sponsor="恩施土家族苗族自治州工商行政管理局",
    ),
}

TITLES = {
    "xwdt": (
        "总局召开全系统深化商事登记制度改革工作座谈会",
        "全国工商系统部署开展农资打假保春耕专项执法行动",
        "总局有关负责人就网络商品交易监督管理答记者问",
        "2011年全国新登记市场主体情况发布",
        "总局与有关部门联合督查打击侵犯知识产权工作",
        "中西部地区基层工商所信息化建设现场会召开",
        "关于推进企业信用信息归集和公示工作的情况通报",
        "各地工商机关开展“消费与安全”年主题宣传咨询活动",
        "总局举办新任县级局局长依法行政培训班",
    ),
    "tzgg": (
        "关于做好2012年企业年度检验工作的通知",
        "关于认定一批守合同重信用企业的公示",
        "关于开展虚假违法广告专项整治工作的通知",
        "2012年度政府采购项目招标公告（第三批）",
        "关于启用新版营业执照有关事项的公告",
        "关于2012年考试录用公务员面试安排的公告",
        "关于公布废止和失效规范性文件目录的公告",
    ),
    "gfxwj": (
        "关于支持小型微型企业发展若干意见",
        "网络商品交易及有关服务行为管理暂行办法",
        "关于规范企业登记前置审批事项的意见",
        "关于加强格式条款合同监管工作的指导意见",
        "个体工商户登记管理办法实施细则",
        "关于进一步做好消费者申诉举报分类处理工作的意见",
        "工商行政管理机关行政处罚程序规定",
    ),
    "zcjd": (
        "一图读懂：企业年度检验改为年度报告怎么办",
        "问答：个体工商户转为企业有哪些便利",
        "《网络商品交易及有关服务行为管理暂行办法》解读",
        "专家谈格式条款中的消费者权益保护",
        "关于支持小型微型企业发展若干意见的说明",
        "商标注册申请常见问题解读",
    ),
    "bsfw": (
        "内资有限责任公司设立登记办事指南",
        "外商投资企业变更登记办事指南",
        "商标注册申请办事指南",
        "广告经营许可办理流程",
        "消费者申诉举报受理指南",
        "企业名称预先核准申请书（样表）",
    ),
    "hdjl": (
        "关于公司变更住所需要提交哪些材料的咨询（已答复）",
        "反映某商场拒绝履行三包义务（已办结）",
        "《经纪人管理办法（修订征求意见稿）》公开征求意见",
        "在线访谈：如何识别网络传销",
        "建议延长办事大厅午间服务时间（已采纳）",
        "关于农民专业合作社登记的咨询（已答复）",
    ),
    "sjfb": (
        "2012年2月全国市场主体登记统计",
        "2011年第四季度消费者申诉举报统计分析",
        "2011年全国查处侵权假冒案件统计",
        "2011年外商投资企业登记情况",
        "2011年商标申请与注册概况",
        "2011年广告业发展统计",
    ),
    "ztzl": ("“3·15”国际消费者权益日专题", "红盾护农2012：保春耕专项行动", "普法讲堂：合同违法行为监督处理办法"),
}


def items_of(key: str, *, count: int = 9) -> list[ListItem]:
    """Lines of a list, dated backwards from today."""
    return [
        ListItem(
            title=title,
            url=f"/{key}/{number}/",
            date=TODAY - datetime.timedelta(days=number),
            source="国家工商行政管理总局",
            is_sample=number % 4 == 0,
            is_received=number % 3 == 0,
            relations=(("解读", f"/zcjd/{number}/"),) if key == "gfxwj" and number % 2 == 0 else (),
            summary=f"{title}：工作要求和办理时限。",
        )
        for number, title in enumerate(TITLES[key][:count])
    ]


def navigation(current: str = "") -> list[NavigationItem]:
    """The navigation row with the columns below."""
    return [
        NavigationItem(
            key=key,
            title=title,
            url=f"/{key}/",
            is_current=key == current,
            children=[
                NavigationItem(title=child, url=f"/{key}-{number}/", key=f"{key}-{number}")
                for number, child in enumerate(children)
            ],
        )
        for key, title, children in TREE
    ]


def tiles(current: str = "") -> list[Tile]:
    """The 34 tiles."""
    return [
        Tile(
            short=mark,
            url="" if mark in OUTSIDE else f"http://{mark}.example/",
            row=row,
            column=column,
            state=CLOSED if mark in OUTSIDE else CURRENT if mark == current else OPEN,
        )
        for row, line in enumerate(GRID)
        for column, mark in enumerate(line, start=1)
        if mark in NAMES
    ]


def frame(
    level: str = "national",
    *,
    mode: str = "normal",
    path: str = "/",
    current: str = "",
    columns: Sequence[NavigationItem] | None = None,
    site_name: str = "",
) -> Frame:
    """The frame of one of the three sample sites, if wanted under other columns or another name."""
    facts = replace(FACTS[level], full_name=site_name or FACTS[level].full_name)
    children = {
        "national": [(f"{name}工商行政管理局", "#") for name in PROVINCES],
        "province": [(f"{name}工商行政管理局", "#") for name in CITIES],
        "prefecture": [(f"{name}工商行政管理局", "#") for name in NEIGHBOURS],
    }[level]
    parents = {
        "national": [],
        "province": [("总局", "#")],
        "prefecture": [("总局", "#"), ("湖北省局", "#")],
    }[level]
    return compose_frame(
        facts,
        domain=f"www.{facts.slug}.gov.cn",
        path=path,
        base_url=f"https://www.{facts.slug}.gov.cn",
        navigation=navigation(current) if columns is None else columns,
        mode=mode,
        tiles=tiles({"national": "", "province": "粤", "prefecture": "鄂"}[level]),
        child_sites=children,
        parents=parents,
        shows_neighbours=level == "prefecture",
        today=TODAY,
        is_demo=True,
    )


def home() -> dict[str, Any]:
    """Context of a home page."""
    titles = {key: title for key, title, _ in TREE} | {"tzgg": "通知公告", "gfxwj": "规范性文件", "zcjd": "政策解读"}
    sections = {key: Section(key=key, title=titles[key], url=f"/{key}/", items=items_of(key)) for key in TITLES}
    headlines = [
        ListItem(title="工商总局部署全系统推进政府网站群建设", url="/xwdt/1/", date=TODAY),
        ListItem(
            title="基层工商所窗口为群众办理登记业务",
            url="/xwdt/2/",
            image_url="/static/picture.svg",
            image_alt="办事大厅窗口示意图",
        ),
        ListItem(title="市场主体总量突破五千万户", url="/xwdt/3/"),
        ListItem(title="两部规章公开征求意见", url="/xwdt/4/"),
    ]
    return {
        "sections": sections,
        "headlines": headlines,
        "notices": [],
        "service_groups": service_groups(),
        "statistic": statistic(),
    }


def service_groups() -> list[ServiceGroup]:
    """Entries of services for persons, legal persons, by subject."""
    groups = (
        ("person", "个人办事", ("消费维权", "个体工商户", "商标注册", "广告经营")),
        ("legal", "法人办事", ("企业登记", "年度检验", "动产抵押", "名称核准")),
        ("subject", "按主题", ("开办企业", "注销企业", "表格下载", "常见问题")),
    )
    return [
        ServiceGroup(
            key=key,
            title=title,
            url=f"/bsfw/{key}/",
            entries=[NavigationItem(title=name, url=f"/bsfw/{key}-{number}/") for number, name in enumerate(names)],
        )
        for key, title, names in groups
    ]


def statistic() -> Statistic:
    """A year of numbers."""
    numbers = (31_204, 24_118, 38_450, 41_322, 40_871, 43_960, 45_107, 44_230, 47_655, 49_012, 51_874, 53_406)
    return Statistic(
        title="新登记市场主体",
        unit="户",
        points=[(f"{month}月", number) for month, number in enumerate(numbers, start=1)],
        url="/sjfb/",
        source="样例数据",
        as_of=datetime.date(2011, 12, 31),
    )


def crumbs(*pairs: tuple[str, str]) -> list[NavigationItem]:
    """Breadcrumbs from the home page down; the last one is where the reader is."""
    line = [("首页", "/"), *pairs]
    return [
        NavigationItem(title=title, url=url, is_current=number == len(line) - 1)
        for number, (title, url) in enumerate(line)
    ]


def pagination(number: int = 3) -> Pagination:
    """A page in the middle of a long list."""
    return Pagination(
        number=number,
        total_pages=18,
        total=352,
        previous_url=f"?page={number - 1}",
        next_url=f"?page={number + 1}",
        links=[
            PageLink(number=1, url="?page=1"),
            PageLink(number=2, url="?page=2"),
            PageLink(number=3, is_current=True),
            PageLink(number=4, url="?page=4"),
            PageLink(number=0),
            PageLink(number=18, url="?page=18"),
        ],
    )


def column() -> dict[str, Any]:
    """Context of a column page."""
    children = [
        NavigationItem(title=title, url=f"/zwgk-{number}/", is_current=number == 0)
        for number, title in enumerate({key: names for key, _, names in TREE}["zwgk"])
    ]
    return {
        "column": ColumnFacts(
            title="通知公告",
            url="/tzgg/",
            description="面向社会和各地局发布的通知、公告、通告和公示。",
            kind="通知公告",
        ),
        "children": children,
        "items": [*items_of("tzgg"), *items_of("gfxwj"), *items_of("xwdt", count=6)],
        "page": pagination(),
        "breadcrumbs": crumbs(("政务公开", "/zwgk/"), ("通知公告", "/tzgg/")),
    }


BODY = """
<p>各省、自治区、直辖市及计划单列市、副省级市工商行政管理局、市场监督管理局：</p>
<p>为加强全系统政府网站建设和管理，提升网站服务水平，现就有关事项通知如下。本文是为演示系统编写的样例，不是任何机关的文件。</p>
<h2>一、总体要求</h2>
<p>各级工商行政管理机关要把政府网站作为发布政务信息、提供在线服务、与公众互动交流的重要平台，做到内容及时、表述规范、查询方便、办理有果。</p>
<p>（一）信息发布。对应当让社会公众广泛知晓或者参与的事项，自信息形成之日起及时公开。</p>
<p>（二）在线办事。公布行政许可、行政审批事项的办事指南、办理条件、报送材料、办理流程、办理时限和联系方式。</p>
<h2>二、进度安排</h2>
<div class="gs-table-scroll" tabindex="0" role="region" aria-label="进度安排"><table>
<thead><tr><th>阶段</th><th>时间</th><th>主要任务</th><th>责任单位</th></tr></thead>
<tbody>
<tr><td>动员部署</td><td>3月</td><td>制定方案、明确分工</td><td>办公厅（室）</td></tr>
<tr><td>组织实施</td><td>4月至10月</td><td>栏目梳理、内容迁移、安全检测</td><td>各业务机构、信息中心</td></tr>
<tr><td>检查总结</td><td>11月</td><td>对照指标自查，上报总结</td><td>各省级局</td></tr>
</tbody></table></div>
<p>联系人和联系电话按照<a href="/tzgg/">通知公告</a>栏目公布的名单执行。</p>
"""


def article(*, is_received: bool = True) -> dict[str, Any]:
    """Context of an article page."""
    return {
        "article": Article(
            title="关于进一步加强工商行政管理系统政府网站内容建设和信息安全工作的通知",
            url="/tzgg/example/",
            body_html=BODY,
            published_at=datetime.datetime(2012, 3, 15, 9, 30, tzinfo=SHANGHAI),
            source="国家工商行政管理总局办公厅",
            kind="notice",
            kind_label="通知公告",
            summary="部署全系统政府网站内容建设和信息安全工作。",
            author="样例编辑",
            keywords=("政府网站", "内容建设"),
            facts=(
                ("索引号", "000000001/2012-00036"),
                ("发文机关", "国家工商行政管理总局"),
                ("文号", "工商办字〔2012〕00号"),
                ("成文日期", "2012-03-12"),
                ("主题分类", "政府网站、信息安全"),
                ("有效性", "有效"),
            ),
            attachments=(
                Attachment(title="政府网站自查表", url="/files/1", kind="PDF", size=283412),
                Attachment(title="栏目责任分工一览表", url="/files/2", kind="OFD", size=98_221),
            ),
            is_sample=True,
            origin_name="国家工商行政管理总局" if is_received else "",
            origin_url="http://hub.localhost/tzgg/example/" if is_received else "",
            local_note="省局贯彻意见另行印发，各市局请于4月10日前报送方案。" if is_received else "",
        ),
        "column": ColumnFacts(title="通知公告", url="/tzgg/", description="通知、公告、公示", kind="通知公告"),
        "breadcrumbs": crumbs(("政务公开", "/zwgk/"), ("通知公告", "/tzgg/")),
    }


def facets() -> list[Facet]:
    """The four ways to narrow results."""

    def choices(*pairs: tuple[str, int], selected: int = -1) -> list[FacetChoice]:
        return [
            FacetChoice(value=label, label=label, count=count, url="?q=网站", is_selected=number == selected)
            for number, (label, count) in enumerate(pairs)
        ]

    return [
        Facet(name="region", label="地区", choices=choices(("广东", 128), ("全国", 96), ("浙江", 41), ("新疆", 12))),
        Facet(name="level", label="层级", choices=choices(("总局", 96), ("省级局", 201), ("市局", 83), selected=0)),
        Facet(name="kind", label="类别", choices=choices(("通知公告", 88), ("规范性文件", 61), ("要闻动态", 57))),
        Facet(name="year", label="年份", choices=choices(("2012年", 143), ("2011年", 102), ("2010年", 35))),
    ]


def search(**changes: Any) -> dict[str, Any]:
    """Context of a search page."""
    hits = [
        SearchHit(
            title_html="关于进一步加强工商行政管理系统<mark>政府网站</mark>内容建设的通知",
            url="#",
            snippet_html="为加强全系统<mark>政府网站</mark>建设和管理，提升<mark>网站</mark>服务水平，现就有关事项通知如下：各级工商行政管理机关要把<mark>政府网站</mark>作为发布政务信息、提供在线服务、与公众互动交流的重要平台……",
            site_name="国家工商行政管理总局",
            date=TODAY,
            kind_label="通知公告",
            document_number="工商办字〔2012〕00号",
            source="总局办公厅",
            also_on=[(f"{name}工商行政管理局", "#") for name in PROVINCES[:12]],
            also_on_total=52,
            is_sample=True,
        ),
        *[
            SearchHit(
                title_html=f"{title}",
                url="#",
                snippet_html=f"{title}。各地要结合<mark>网站</mark>栏目梳理工作，做好有关内容的发布、更新和答复。",
                site_name="广东省工商行政管理局",
                date=TODAY - datetime.timedelta(days=number),
                kind_label="要闻动态",
                source="广东省工商行政管理局",
            )
            for number, title in enumerate(TITLES["xwdt"][:6])
        ],
    ]
    values: dict[str, Any] = {
        "query": "政府网站",
        "scope": "group",
        "total": 352,
        "seconds": 0.036,
        "engine": "elasticsearch",
        "hits": hits,
        "facets": facets(),
        "pagination": pagination(),
        "site_url": "?scope=site",
        "group_url": "?scope=group",
        "clear_url": "?q=政府网站",
        "sort_urls": [("relevance", "按相关度", "?sort=relevance"), ("date", "按日期", "?sort=date")],
    }
    return {"search": SearchPage(**(values | changes)), "breadcrumbs": crumbs(("搜索", ""))}


def withdrawn() -> dict[str, Any]:
    """Context of a withdrawn page."""
    return {
        "title": "关于样例事项的通知",
        "reason": "内容有误，另行发布。",
        "date": datetime.datetime(2012, 3, 16, 10, 0, tzinfo=SHANGHAI),
        "by_name": "国家工商行政管理总局",
    }
