"""Entering a site by a one-time ticket; stopping an address from above."""

from __future__ import annotations

import re

from deploy.checking.browser import Answer, Browser
from deploy.checking.plan import step
from deploy.checking.scenarios.province import publish
from deploy.checking.steps import require
from deploy.checking.visibility import hits_of, require_page, require_unlisted, wait_for_hit
from deploy.checking.world import CITY, HUB, NEIGHBOUR, PROVINCE, World

TICKET = re.compile(r'name="ticket" value="([^"]+)"')
BLOCK = re.compile(r'data-block="(\d+)" data-path="([^"]+)"')
APPEAL = re.compile(r"/admin/network/blocks/appeals/(\d+)/")
STOPPED = "stopped"
PURPOSE = "自检：核对来访"


def _ask(world: World, home: str, target: str) -> Answer:
    browser = world.person(home, "webmaster").browser
    path = f"/admin/network/entry/{target}/"
    browser.get(path)
    return browser.post(path, {"purpose": f"{PURPOSE} {world.mark}"})


def _ticket(world: World, home: str, target: str) -> str:
    answer = _ask(world, home, target)
    found = TICKET.search(answer.text)
    require(answer.status == 200 and found, f"{home} 没有得到进入 {target} 的凭条（{answer.status}）。")
    assert found is not None
    return found.group(1)


def _use(world: World, target: str, ticket: str) -> tuple[Browser, Answer]:
    browser = world.visitor(target)
    return browser, browser.post("/admin/entry/", {"ticket": ticket})


@step("ticket_enters", "总站凭一次性凭条进入市局后台，页上写明身份和事由", needs=["logins"])
def ticket_enters(world: World) -> None:
    ticket = _ticket(world, HUB, CITY)
    browser, answer = _use(world, CITY, ticket)
    require(answer.status == 302, f"凭条没有打开 {CITY} 的后台（{answer.status}）。")
    require(ticket not in answer.location, "凭条出现在网址里。")
    page = browser.get("/admin/")
    require(page.status == 200, f"进入后后台应答 {page.status}。")
    require(world.mark in page.text and "gs-visit-banner" in page.text, "来访人的页面没有写明来访。")
    world.tickets["used"] = ticket
    world.visitors[CITY] = browser


@step("ticket_once", "同一张凭条不能再用", needs=["ticket_enters"])
def ticket_once(world: World) -> None:
    browser, answer = _use(world, CITY, world.tickets["used"])
    require(answer.status == 403, f"用过的凭条得到应答 {answer.status}，应为 403。")
    require(browser.get("/admin/").is_login, "用过的凭条打开了后台。")


@step("ticket_host", "给市局的凭条在邻省无效", needs=["ticket_enters"])
def ticket_host(world: World) -> None:
    ticket = _ticket(world, HUB, CITY)
    browser, answer = _use(world, NEIGHBOUR, ticket)
    require(answer.status == 403, f"{NEIGHBOUR} 收下了 {CITY} 的凭条（{answer.status}）。")
    require(browser.get("/admin/").is_login, f"{CITY} 的凭条打开了 {NEIGHBOUR} 的后台。")


@step("ticket_subtree", "省局不能进入本省以外的站点", needs=["ticket_enters"])
def ticket_subtree(world: World) -> None:
    for target in (NEIGHBOUR, HUB, PROVINCE):
        answer = _ask(world, PROVINCE, target)
        require(not TICKET.search(answer.text), f"{PROVINCE} 得到了进入 {target} 的凭条。")


@step("visit_seen", "市局看得见谁在站内", needs=["ticket_enters"])
def visit_seen(world: World) -> None:
    page = world.person(CITY, "webmaster").browser.get("/admin/").text
    require(f"{PURPOSE} {world.mark}" in page, "市局的后台首页没有显示来访。")
    require("结束来访" in page, "市局的站点管理员没有“结束来访”。")


@step("visit_ends", "市局结束来访，来访人当场出局", needs=["visit_seen"])
def visit_ends(world: World) -> None:
    webmaster = world.person(CITY, "webmaster").browser
    for visit in re.findall(r"/admin/entry/visits/(\d+)/end/", webmaster.get("/admin/").text):
        webmaster.post(f"/admin/entry/visits/{visit}/end/")
    answer = world.visitors[CITY].get("/admin/")
    require(answer.is_login, f"来访结束后后台仍应答 {answer.status}。")


def _stop(world: World, site: str, path: str, reason: str, *, authority: str = HUB) -> Answer:
    browser = world.person(authority, "webmaster").browser
    browser.get("/admin/network/blocks/add/")
    fields = {"site": site, "path": path, "reason": reason, "confirm": "1"}
    return browser.post("/admin/network/blocks/add/", fields)


@step("block_stops", "总站停用省局一篇信息的网址，换写法也不提供", needs=["logins"])
def block_stops(world: World) -> None:
    article = world.article(STOPPED, site=PROVINCE, title="关于停用自检的通告", words="停用自检正文")
    publish(world, article)
    wait_for_hit(world, PROVINCE, article)
    answer = _stop(world, PROVINCE, article.path, f"自检停用 {world.mark}")
    require(answer.status == 302, f"停用没有成功（{answer.status}）。")
    bare = article.path.rstrip("/")
    for path in (article.path, bare, f"{article.path}?a=1", bare.replace("/zj", "//zj"), f"/x/..{article.path}"):
        shown = world.get(PROVINCE, path, is_fresh=True)
        require(shown.status == 451, f"{PROVINCE}{path} 停用后应答 {shown.status}，应为 451。")
        require(article.words not in shown.text, f"{PROVINCE}{path} 停用后仍有正文。")
    require(world.mark in shown.text, "停用说明没有写明原因。")


@step("block_lists", "列表、订阅、站点地图都不再有它", needs=["block_stops"])
def block_lists(world: World) -> None:
    require_unlisted(world, [PROVINCE], world.articles[STOPPED])


@step("block_search", "本站和全群搜索都不再有它", needs=["block_stops"])
def block_search(world: World) -> None:
    for slug, scope in ((PROVINCE, "site"), (PROVINCE, "group"), (HUB, "group")):
        require(not hits_of(world, slug, world.articles[STOPPED], scope=scope), f"{slug} 仍能搜到停用的网址。")


@step("block_subtree", "邻省不能停用它省的地址", needs=["logins"])
def block_subtree(world: World) -> None:
    path = f"/tzgg/zj-{world.mark}-foreign/"
    _stop(world, PROVINCE, path, "自检：越权停用", authority=NEIGHBOUR)
    answer = world.get(PROVINCE, path, is_fresh=True)
    require(answer.status == 404, f"{NEIGHBOUR} 停用了 {PROVINCE} 的地址（{answer.status}）。")


@step("block_appeal", "省局申诉，总站解除，网址恢复", needs=["block_stops"])
def block_appeal(world: World) -> None:
    article, webmaster = world.articles[STOPPED], world.person(PROVINCE, "webmaster").browser
    rows = {path: block for block, path in BLOCK.findall(webmaster.get("/admin/blocked/").text)}
    block = rows.get(article.path.rstrip("/"), "")
    require(block, "省局的“被停用的地址”没有列出它。")
    answer = webmaster.post(f"/admin/blocked/{block}/appeal/", {"text": f"自检申诉 {world.mark}"})
    require(answer.status == 302, f"申诉没有成功（{answer.status}）。")
    hub = world.person(HUB, "webmaster").browser
    for appeal in APPEAL.findall(hub.get("/admin/network/blocks/").text):
        if world.mark in hub.get(f"/admin/network/blocks/appeals/{appeal}/").text:
            hub.post(f"/admin/network/blocks/appeals/{appeal}/", {"outcome": "lifted", "answer": "自检：申诉成立"})
    require_page(world, PROVINCE, article)
    wait_for_hit(world, PROVINCE, article)
