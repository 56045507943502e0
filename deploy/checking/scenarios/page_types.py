"""Page types with fields of their own: what the samples of each show to a reader."""

from __future__ import annotations

import re

from deploy.checking.plan import step
from deploy.checking.steps import require
from deploy.checking.world import CITY, HUB, PROVINCE, World

REPEALED, SUCCESSOR = "个体工商户条例", "促进个体工商户发展条例"
STATE = re.compile(r'data-validity="(\w+)"')
LINE = re.compile(r'<a class="gs-list__link" href="([^"]+)">([^<]+)</a>')
OF_THE_HUB = {
    "/zcjd/zczb-questions/": "问：认缴以后还要不要出资？",
    "/jggk/": "企业注册局",
    "/jggk/ld-1/": "历任样例处副处长",
    "/xfjs/xfjs-kettle/": "接地措施",
    "/ghcw/cg-archive/": "中标（成交）公告",
    "/ghcw/js-2015/": "“三公”经费决算表",
    "/ghcw/gh-2016/": "省级站点全部接入",
    "/rsxx/rs-2016/": "主任科员及以下",
    "/tzgg/jg-oil/": "过氧化值",
    "/ztzl/zt-315/?section=1": "电热水壶质量抽检",
    "/ztzl/zt-2011/": "内容归档备查",
    "/gkzn/": "样例路1号来访接待室设有查阅点",
    "/gkzd/": "国务院令第711号",
    "/gknb/nb-2025-hub/": "行政机关不再处理其政府信息公开申请",
}
OF_THE_PROVINCE = {
    "/tzgg/yj-water/": "解除，内容留存备查",
    "/tzgg/ml-gd/?q=1000002": "样例电器有限公司",
    "/gkzn/": "样例路2号来访接待室设有查阅点",
    "/gkzd/": "国务院令第711号",
    "/gknb/nb-2025-gd/": "行政机关不再处理其政府信息公开申请",
}
OF_THE_CITY = {
    "/gkzn/": "样例路3号来访接待室设有查阅点",
    "/gkzd/": "国务院令第711号",
    "/gknb/nb-2025-gz/": "行政机关不再处理其政府信息公开申请",
}


@step("document_ended", "被后来的文件废止的法规，在总站和收到它的市局都注明，并链接到那份文件", needs=["logins"])
def document_ended(world: World) -> str:
    listed = world.get(CITY, "/flfg/").text
    received = next((path for path, title in LINE.findall(listed) if title == REPEALED), "")
    require(received, f"{CITY} 的法律法规栏目没有《{REPEALED}》。")
    for slug, path in ((HUB, "/flfg/gtgs-2011/"), (CITY, received)):
        page = world.get(slug, path)
        require(page.status == 200, f"{slug}{path} 应答 {page.status}。")
        state = STATE.search(page.text)
        require(state and state[1] == "repealed", f"{slug}{path} 没有注明已废止。")
        require(f"由《{SUCCESSOR}》（国务院令第755号）废止" in page.text, f"{slug}{path} 没有写明由何文件废止。")
        require(re.search(rf'href="[^"]+">{SUCCESSOR}<', page.text), f"{slug}{path} 没有链接到《{SUCCESSOR}》。")
    require("gs-validity--repealed" in listed, f"{CITY} 的列表没有注明已废止。")
    return received


@step("interpretation_linked", "文件和解读在页面、列表互相链接", needs=["logins"])
def interpretation_linked(world: World) -> None:
    document, explained = "/gfxwj/zczb-2014/", "/zcjd/zczb-questions/"
    for path, other in ((document, explained), (explained, document), ("/gfxwj/", explained), ("/zcjd/", document)):
        require(f'href="{other}"' in world.get(HUB, path).text, f"{HUB}{path} 没有链接到 {other}。")


@step("statistics_drawn", "统计数据画图，首页画最新一批，可以下载", needs=["logins"])
def statistics_drawn(world: World) -> None:
    path = "/sjfb/tj-2016/"
    for slug, address in ((HUB, path), (HUB, "/"), (CITY, "/")):
        page = world.get(slug, address)
        require(
            page.status == 200 and page.text.count('class="gs-chart__bar') == 12, f"{slug}{address} 没有画出12个月。"
        )
    answer = world.get(HUB, f"{path}?as=csv")
    require("12月,153,55,98" in answer.text, "下载的 csv 没有12月的数。")


@step("types_shown", "每种类型的样例都能打开，显示自己的字段", needs=["logins"])
def types_shown(world: World) -> str:
    for slug, pages in ((HUB, OF_THE_HUB), (PROVINCE, OF_THE_PROVINCE), (CITY, OF_THE_CITY)):
        for path, words in pages.items():
            page = world.get(slug, path)
            require(page.status == 200, f"{slug}{path} 应答 {page.status}。")
            require(words in page.text, f"{slug}{path} 没有“{words}”。")
    return f"{len(OF_THE_HUB) + len(OF_THE_PROVINCE) + len(OF_THE_CITY)} 页"
