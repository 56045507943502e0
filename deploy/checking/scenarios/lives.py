"""The life of a site: opened by the wizard, suspended, announced as closing, merged, put away."""

from __future__ import annotations

import re
import secrets
import urllib.parse

from deploy.checking.browser import Answer, Browser, local_path
from deploy.checking.elements import Element, parse
from deploy.checking.plan import step
from deploy.checking.staff import Person, form_errors
from deploy.checking.steps import Failure, require, until
from deploy.checking.world import COLUMN, HUB, NEIGHBOUR, PROVINCE, World, last_line

TREE = "/admin/network/sites/"
OPEN = f"{TREE}open/"
TARGET = "guangzhou"
TILES = 34
SECONDS_TO_OPEN = 60
SECONDS_TO_MERGE = 90
WAY_OUT = {
    "live": "suspended",
    "suspended": "trial",
    "trial": "preparing",
    "preparing": "closed",
    "closing": "live",
    "merged": "closed",
}
"""From each state the next one on the way to be closed without waiting for a notice."""

JUMPS = """
from django.db import IntegrityError, transaction
from network.tenancy.models import Site
taken = 0
for change in ({{"state": "closed", "state_reason": "x"}}, {{"state": "suspended", "state_reason": ""}},
               {{"state": "preparing", "state_reason": "x"}}):
    try:
        with transaction.atomic():
            taken += Site.objects.filter(slug="{key}").update(**change)
            transaction.set_rollback(True)
    except IntegrityError:
        pass
print("taken:", taken)
"""
"""Each is tried and rolled back; the last line tells how many the database let through."""

OPENED = "opened_site"
"""The run's site is no site of the demo: other steps look at those of the logins file only."""

REQUEST = re.compile(rf"{TREE}requests/(\d+)/")


def key_of(world: World) -> str:
    """Key of the site that this run opens."""
    return f"zj{world.mark}"


def visit(world: World, path: str, *, is_fresh: bool = True) -> Answer:
    """A page of the run's site as a passing visitor gets it; a fresh one comes from no page cache."""
    if is_fresh:
        path += f"{'&' if '?' in path else '?'}zj={secrets.token_hex(4)}"
    return Browser(port=world.port, host=f"{key_of(world)}.localhost:{world.port}").get(path)


def manager(world: World, site: str = HUB) -> Person:
    return world.person(site, "webmaster")


def state_of(world: World) -> str:
    """State of the run's site as the hub's console shows it; empty when it knows none."""
    lead = parse(manager(world).browser.get(f"{TREE}{key_of(world)}/").text).first(attribute="data-state")
    return lead.attributes["data-state"] if lead else ""


def move(world: World, to_state: str, *, site: str = HUB, reason: str = "自检") -> Answer:
    """Send the form that moves the run's site."""
    fields = {"to_state": to_state, "reason": reason, "confirmed_key": key_of(world)}
    browser = manager(world, site).browser
    browser.get(TREE)
    return browser.post(f"{TREE}{key_of(world)}/move/", fields)


def fields_of(answer: Answer) -> dict[str, list[str]]:
    """What the wizard's form would send back as it stands."""
    form = next((form for form in parse(answer.text).all("form") if "data-step" in form.attributes), None)
    if form is None:
        raise Failure(f"开站向导没有给出表单（{answer.status}）。")
    fields: dict[str, list[str]] = {}
    for element in form.walk():
        if isinstance(element, Element) and element.attributes.get("name") and element.tag in ("input", "select"):
            value = _value(element)
            if value is not None:
                fields.setdefault(element.attributes["name"], []).append(value)
    return fields


def _value(element: Element) -> str | None:
    kind = element.attributes.get("type", "")
    if element.tag == "select":
        options = element.all("option")
        chosen = next((option for option in options if "selected" in option.attributes), None)
        return (chosen or options[0]).attributes.get("value", "") if options else ""
    if kind in ("checkbox", "radio"):
        return element.attributes.get("value", "on") if "checked" in element.attributes else None
    return element.attributes.get("value", "")


def next_step(browser: Browser, answer: Answer, **changes: str) -> Answer:
    """Send the present step with changes; names are those of its fields without the step's prefix."""
    fields = fields_of(answer)
    step_name = fields["open_site_wizard-current_step"][0]
    for name, value in changes.items():
        fields[f"{step_name}-{name}"] = [value]
    return browser.post(OPEN, [(name, value) for name, values in fields.items() for value in values])


def step_of(answer: Answer) -> str:
    """Name of the step that a page of the wizard shows; empty when it shows none."""
    form = parse(answer.text).first(attribute="data-step")
    return form.attributes["data-step"] if form else ""


@step("site_tree", "站点树列出全部站点的状态，34 格齐全；省局只见本级", needs=["sign_in"])
def site_tree(world: World) -> str:
    page = parse(manager(world).browser.get(TREE).text)
    shown = {row.attributes["data-site"] for row in page.all("tr", attribute="data-site")}
    require(len(page.all(attribute="data-tile")) == TILES, "站点树没有 34 格。")
    require(set(world.sites) <= shown, f"站点树缺少 {', '.join(sorted(set(world.sites) - shown)[:4])}。")
    below = parse(manager(world, PROVINCE).browser.get(TREE).text).all("tr", attribute="data-site")
    foreign = {row.attributes["data-site"] for row in below} & {HUB, NEIGHBOUR}
    require(not foreign, f"省局的站点树列出了 {', '.join(sorted(foreign))}。")
    return f"{len(shown)} 站"


@step("wizard", "省局用向导开设站点，填错的值在该项旁被拒", needs=["site_tree"])
def wizard(world: World) -> str:
    browser, key = manager(world, PROVINCE).browser, key_of(world)
    unit = {"place": "自检市", "level": "prefecture", "state": "trial"}
    identity = next_step(browser, browser.get(OPEN), **unit)
    require(step_of(identity) == "identity", f"第一步没有通过：{form_errors(identity)}")
    named = {
        "slug": key,
        "short_name": f"自检市局{world.mark}",
        "division_code": f"98{int(world.mark[:6], 16) % 10000:04}",
        "domain": f"{key}.gov.cn",
    }
    for field, wrong in (("domain", f"{key}.com"), ("slug", HUB), ("division_code", "12"), ("site_code", "12")):
        refused = next_step(browser, identity, **{**named, field: wrong})
        require(step_of(refused) == "identity", f"向导收下了 {field}“{wrong}”。")
        require(form_errors(refused), f"向导没有说明 {field}“{wrong}”为何不行。")
    columns = next_step(browser, identity, **named)
    require(step_of(columns) == "columns", f"身份一步没有通过：{form_errors(columns)}")
    staff = next_step(browser, columns)
    summary = next_step(browser, staff)
    require(step_of(summary) == "summary", f"人员一步没有通过：{form_errors(summary)}")
    result = next_step(browser, summary)
    rows = parse(result.text).all("tr", attribute="data-username")
    for row in rows:
        password = row.first(attribute="data-password")
        world.passwords[key, row.attributes["data-username"]] = password.text if password else ""
    found = REQUEST.search(result.text)
    require(rows and found, f"向导没有给出账号和进度页（{result.status}）：{form_errors(result)}")
    assert found is not None
    world.facts[OPENED] = key
    progress = f"{TREE}requests/{found.group(1)}/"
    until(lambda: 'data-request="waiting"' not in browser.get(progress).text, seconds=SECONDS_TO_OPEN)
    shown = browser.get(progress).text
    require('data-request="done"' in shown, f"站点没有开通：{parse(shown).text[:200]}")
    home = visit(world, "/")
    require(home.status == 200, f"新站点首页应答 {home.status}。")
    require('data-notice="trial"' in home.text, "试运行站点没有标明试运行。")
    return key


@step("neighbour_site", "邻省不能停用、修改、合并它", needs=["wizard"])
def neighbour_site(world: World) -> None:
    move(world, "suspended", site=NEIGHBOUR)
    require(state_of(world) == "trial", "邻省停用了别省的站点。")
    browser = manager(world, NEIGHBOUR).browser
    for path in ("", "facts/", "merge/"):
        status = browser.get(f"{TREE}{key_of(world)}/{path}").status
        require(status == 404, f"邻省打开 {path or '站点页'} 应答 {status}，应为 404。")


@step("suspended", "临时下线：公众见到原因，恢复后照常", needs=["wizard"])
def suspended(world: World) -> None:
    careless = manager(world, PROVINCE).browser
    careless.get(TREE)
    careless.post(f"{TREE}{key_of(world)}/move/", {"to_state": "suspended", "reason": "检修", "confirmed_key": "x"})
    require(state_of(world) == "trial", "没有输入标识就停用了站点。")
    move(world, "suspended", site=PROVINCE, reason=f"机房检修{world.mark}")
    answer = visit(world, f"/{COLUMN}/")
    require(answer.status == 503, f"停用的站点应答 {answer.status}，应为 503。")
    require(f"机房检修{world.mark}" in answer.text, "停用页没有写明原因。")
    move(world, "live", site=PROVINCE, reason="检修完毕")
    status = visit(world, "/").status
    require(status == 200, f"恢复后首页应答 {status}。")


@step("jump", "绕过界面也不能让站点跳状态", needs=["suspended"])
def jump(world: World) -> None:
    done = world.manage("shell", "-c", JUMPS.format(key=key_of(world)))
    require(done.returncode == 0, f"试验没有跑完：{last_line(done)}")
    taken = done.stdout.strip().splitlines()[-1]
    require(taken == "taken: 0", f"数据库收下了不许的改动（{taken}）。")
    require(state_of(world) == "live", "站点的状态被改掉了。")


@step("closing", "公告关停：每页有公告，期未满不能关停，可以撤回", needs=["suspended"])
def closing(world: World) -> None:
    move(world, "closing", reason="机构合并")
    home = visit(world, "/").text
    require('data-notice="closing"' in home, "首页没有关停公告。")
    move(world, "closed")
    require(state_of(world) == "closing", "公告期未满就关停了站点。")
    move(world, "live", reason="撤回公告")
    require(state_of(world) == "live", "关停公告没有撤回。")


@step("merged", "合并：内容在并入站点，旧网址永久跳转到新网址", needs=["closing"])
def merged(world: World) -> str:
    key, title = key_of(world), f"自检：合并 {world.mark}"
    done = world.manage("add_sample", key, "--title", title, "--slug", f"zj-{world.mark}-m", "--column", COLUMN)
    require(done.returncode == 0, f"样例没有装入：{last_line(done)}")
    old = f"/{COLUMN}/zj-{world.mark}-m/"
    require(visit(world, old).status == 200, "样例没有上线。")
    browser, page = manager(world, PROVINCE).browser, f"{TREE}{key}/merge/"
    browser.get(page)
    browser.post(page, {"into": TARGET, "reason": "自检合并"})
    until(lambda: 'data-merge="surveyed"' in browser.get(page).text, seconds=SECONDS_TO_MERGE)
    require('data-count="items">1<' in browser.get(page).text, "清点没有数出这一条信息。")
    browser.post(page, {"confirm": "1", "confirmed_key": key})
    until(lambda: state_of(world) == "merged", seconds=SECONDS_TO_MERGE)
    require(state_of(world) == "merged", "站点没有转为已迁移。")
    answer = visit(world, old, is_fresh=False)
    require(answer.status == 301, f"旧网址应答 {answer.status}，应为 301。")
    parts = urllib.parse.urlsplit(answer.location)
    require(parts.netloc == world.sites[TARGET].host, f"旧网址转到了 {parts.netloc}。")
    shown = world.get(TARGET, parts.path, is_fresh=True)
    heading = parse(shown.text).first("h1")
    # The home page lists it, too: only its own page has it for a heading.
    is_its_page = shown.status == 200 and heading is not None and title in heading.text
    require(is_its_page, f"旧网址转到了 {parts.path}，不是这条信息的新页面。")
    home = visit(world, "/nowhere/", is_fresh=False)
    require(
        home.status == 301 and local_path(home.location) == "/" and TARGET in home.location,
        "不认识的旧网址没有转到并入站点的首页。",
    )
    world.facts["merged_title"] = title
    return parts.path


@step("site_away", "收拾：撤回合并的信息，关停并删除自检站点", is_cleanup=True)
def site_away(world: World) -> str:
    if OPENED not in world.facts:
        return "没有开设"
    hub = manager(world)
    title = world.facts.get("merged_title", "")
    if title:
        listed = parse(hub.browser.get("/admin/network/items/").text)
        link = next((link for link in listed.all("a", attribute="href") if title in link.text), None)
        require(link, "总站的下发信息里没有合并的信息。")
        assert link is not None
        content_id = local_path(link.attributes["href"]).rstrip("/").rpartition("/")[2]
        hub.recall(content_id, "自检结束")
        until(lambda: hub.board(content_id)["is_proven_recalled"], seconds=SECONDS_TO_MERGE)
    early = world.manage("remove_site", key_of(world), "--confirm", key_of(world))
    for _number in range(len(WAY_OUT)):
        state = state_of(world)
        if state in ("", "closed"):
            break
        move(world, WAY_OUT[state], reason="自检结束")
    require(early.returncode != 0, "没有关停的站点也能删除。")
    done = world.manage("remove_site", key_of(world), "--confirm", key_of(world))
    require(done.returncode == 0, f"自检站点没有删除：{last_line(done)}")
    gone = visit(world, "/").status
    require(gone == 404, f"删除后的站点仍应答 {gone}。")
    del world.facts[OPENED]
    return key_of(world)
