"""What a province makes public: held against the checks, catalogued with its number, open to programs."""

from __future__ import annotations

import re
import time
from typing import Any

from deploy.checking.plan import step
from deploy.checking.scenarios.province import publish
from deploy.checking.staff import article_fields, form_errors
from deploy.checking.steps import require
from deploy.checking.visibility import SECONDS_OF_PAGE_CACHE
from deploy.checking.world import CITY, COLUMN, HUB, NEIGHBOUR, PROVINCE, World

CATALOGUED = "catalogue"
IDENTITY = "440199194910011233"
"""Of right form and check digit; no division has this code."""

WRONG, RIGHT = "国家工商行政总局", "国家工商行政管理总局"
API, CATALOGUE = "/api/open/v1/", "/gkml/"
PARTS, REPORT = ("/gkzn/", "/gkzd/", "/gknb/"), "/gknb/nb-2025-hub/"
YEAR = re.compile(r'gs-years__year">(\d{4})<')
NEW, CARRIED_IN = "一、本年新收政府信息公开申请数量", "二、上年结转政府信息公开申请数量"
HANDLED, CARRIED_OUT = "（七）总计", "四、结转下年度继续办理"
MOST_PAGES = 200


@step("checks", "有错误名称和身份证号的稿件，写时有提示，送审被退回", needs=["logins"])
def checks(world: World) -> None:
    article = world.article("checks", site=PROVINCE, title=f"{WRONG}自检稿件", words=f"证件号{IDENTITY}，自检")
    editor = world.person(PROVINCE, "editor")
    article.page_id = editor.write(column=COLUMN, **article.form())
    told = editor.browser.post(f"/admin/screening/pages/{article.page_id}/", article_fields(**article.form())).json()
    found = {line["check"] for line in told["findings"] if line["isBlocking"]}
    require({"wrong_name", "identity_number"} <= found, f"写稿时只提示了 {sorted(found)}。")
    answer = editor.save(article.page_id, "action-submit", **article.form())
    require(answer.status == 200, f"有错误名称和证件号的稿件送审应答 {answer.status}，应当退回。")
    require("工商行政管理总局" in form_errors(answer), "退回的稿件没有写明错误的名称怎样改。")
    require(article.title in answer.text, "退回的稿件丢了写好的标题。")
    article.title, article.words = article.title.replace(WRONG, RIGHT), "改正后的自检正文"
    editor.submit(article.page_id, **article.form())
    editor.discard(article.page_id)


@step("withheld", "不予公开的信息不能送审，公众看不到", needs=["logins"])
def withheld(world: World) -> None:
    article = world.article("withheld", site=PROVINCE, title="不予公开的自检材料", words="内部自检材料")
    editor = world.person(PROVINCE, "editor")
    article.page_id = editor.write(column=COLUMN, **article.form())
    facts = [("openness", "withheld"), ("openness_ground", "条例第十四条"), ("review_on", "2027-01-29")]
    fields = [*article_fields(**article.form()), *facts]
    answer = editor.browser.post(f"/admin/pages/{article.page_id}/edit/", [*fields, ("action-submit", "action-submit")])
    require(answer.status == 200, f"不予公开的信息送审应答 {answer.status}，应当退回。")
    require("不予公开" in form_errors(answer), "退回的稿件没有写明原因。")
    for path in (CATALOGUE, "/feed.json", f"{API}items/", f"/{COLUMN}/"):
        # Interface and catalogue refuse a parameter that they do not know.
        answer = world.get(PROVINCE, path, is_fresh=not path.startswith((API, CATALOGUE)))
        require(answer.status == 200, f"{path} 应答 {answer.status}。")
        require(article.token not in answer.text, f"{path} 出现了不予公开的信息。")
    require(world.get(PROVINCE, article.path, is_fresh=True).status == 404, "不予公开的信息可以打开。")
    editor.discard(article.page_id)


@step("catalogued", "发布后进入目录并有索引号，订阅和接口都有", needs=["logins"])
def catalogued(world: World) -> str:
    article = world.article(CATALOGUED, site=PROVINCE, title="关于目录自检的通告", words="目录自检正文")
    world.facts["cursor"] = _follow(world, "")[1]
    publish(world, article)
    items = world.get(PROVINCE, f"{API}items/?column={COLUMN}&limit=5").json()["items"]
    told = next((item for item in items if item["title"] == article.title), None)
    require(told is not None, "接口没有刚发布的信息。")
    assert told is not None
    require(told["index_number"], "接口给出的信息没有索引号。")
    page = world.get(PROVINCE, CATALOGUE).text
    require(article.title in page and told["index_number"] in page, "公开的目录没有这件信息或者它的索引号。")
    feed = world.get(PROVINCE, "/feed.json", is_fresh=True).json()
    require(told["id"] in {item["id"] for item in feed["items"]}, "订阅没有这件信息。")
    status = world.get(NEIGHBOUR, f"{API}items/{told['id'].rsplit(':', 1)[1]}/").status
    require(status == 404, f"{NEIGHBOUR} 的接口对 {PROVINCE} 的信息应答 {status}，应为 404。")
    changes, world.facts["cursor"] = _follow(world, world.facts["cursor"])
    require(("published", told["id"]) in changes, "变化流没有这次发布。")
    world.facts["content"] = told["id"]
    return str(told["index_number"])


@step("platform", "目录顶部通到指南、制度、年报；年报的统一表格可以打开、下载，合计相符", needs=["logins"])
def platform(world: World) -> None:
    for slug in (HUB, PROVINCE, CITY):
        page = world.get(slug, CATALOGUE)
        require(page.status == 200, f"{slug}{CATALOGUE} 应答 {page.status}。")
        heads = [link for link in PARTS if f'gs-disclosure__link" href="{link}"' in page.text]
        require(heads == list(PARTS), f"{slug} 的目录顶部只通到 {heads}，应通到 {list(PARTS)}。")
        for path in PARTS:
            require(world.get(slug, path).status == 200, f"{slug}{path} 打不开。")
    column = world.get(HUB, "/gknb/").text
    years = [int(year) for year in YEAR.findall(column)]
    require(len(years) >= 3 and years == sorted(years, reverse=True), f"总站历年年报的年度是 {years}。")
    lines = world.get(HUB, f"{REPORT}?as=csv&table=2").text.lstrip("\ufeff").splitlines()
    rows = {line.partition(",")[0]: [int(cell) for cell in line.split(",")[1:]] for line in lines[1:]}
    opened = [one + two for one, two in zip(rows[NEW], rows[CARRIED_IN], strict=True)]
    closed = [one + two for one, two in zip(rows[HANDLED], rows[CARRIED_OUT], strict=True)]
    require(opened == closed, f"年报表格收到的 {opened} 与办结、结转的 {closed} 不相等。")


@step("withdrawn_data", "撤下后变化流给出墓碑，索引号不再出现", needs=["catalogued"])
def withdrawn_data(world: World) -> None:
    article = world.articles[CATALOGUED]
    world.person(PROVINCE, "webmaster").take_down(article.page_id)
    article.is_public = False
    time.sleep(SECONDS_OF_PAGE_CACHE)
    changes, _cursor = _follow(world, world.facts["cursor"])
    require(("withdrawn", world.facts["content"]) in changes, "变化流没有墓碑。")
    status = world.get(PROVINCE, f"{API}items/{world.facts['content'].rsplit(':', 1)[1]}/").status
    require(status == 410, f"接口对撤下的信息应答 {status}，应为 410。")
    require(article.title not in world.get(PROVINCE, CATALOGUE).text, "目录还有撤下的信息。")


def _follow(world: World, cursor: str) -> tuple[list[tuple[str, str]], str]:
    """(status, id) of every change after a place, with the place behind them."""
    seen: list[tuple[str, str]] = []
    for _page in range(MOST_PAGES):
        query = f"?limit=100&cursor={cursor}" if cursor else "?limit=100"
        told: dict[str, Any] = world.get(PROVINCE, f"{API}changes/{query}").json()
        seen += [(change["status"], change["id"]) for change in told["changes"]]
        cursor = told["cursor"]
        if told["is_last"]:
            break
    return seen, cursor
