"""Who keeps which column: named, told in time, excused only from above."""

from __future__ import annotations

import re

from deploy.checking.plan import step
from deploy.checking.scenarios.province import publish
from deploy.checking.steps import require, until
from deploy.checking.world import CITY, COLUMN, HUB, NEIGHBOUR, PROVINCE, World

COLUMNS = "/admin/upkeep/"
BOARD = "/admin/network/upkeep/"
UPDATE, EXCUSED = "owed_update", "gkzn"
"""The second: a column that every site has and that nobody else's step writes to."""

SECONDS_TO_SUMMARY = 180
LINE = r'<tr data-column="{key}" data-state="(\w+)"[^>]*>(.*?)</tr>'


def line_of(text: str, key: str) -> tuple[str, str]:
    """State and words of a column's line on a screen; empty when it has none."""
    found = re.search(LINE.format(key=key), text, re.DOTALL)
    return (found.group(1), found.group(2)) if found else ("", "")


@step("column_owner", "省局指定栏目的责任部门和责任人，责任人在工作台看到自己的栏目", needs=["logins"])
def column_owner(world: World) -> None:
    webmaster, editor = world.person(PROVINCE, "webmaster").browser, world.person(PROVINCE, "editor").browser
    column = world.person(PROVINCE, "webmaster").column_id(COLUMN)
    form = webmaster.get(f"{COLUMNS}{column}/").text
    people = {label: key for key, label in re.findall(r'<option value="(\d+)"[^>]*>([^<]+)', form)}
    mine = next((key for label, key in people.items() if "编辑" in label), "")
    require(mine, f"责任人的选项里没有编辑：{'、'.join(people)}。")
    answer = webmaster.post(f"{COLUMNS}{column}/", {"department": f"自检处{world.mark}", "person": mine})
    require(answer.status == 302, f"指定责任没有成功（{answer.status}）。")
    require(world.mark in line_of(webmaster.get(COLUMNS).text, COLUMN)[1], "“栏目值守”没有列出责任部门。")
    refused = editor.post(f"{COLUMNS}{column}/", {"department": "越权", "person": ""})
    require(refused.status == 404, f"编辑指定责任得到应答 {refused.status}，应为 404。")


@step("column_moves", "栏目发布一条信息，应更新日期随之后移，上级的看板也知道", needs=["column_owner"])
def column_moves(world: World) -> None:
    article = world.article(UPDATE, site=PROVINCE, title="关于栏目更新自检的通告", words="栏目更新自检正文")
    publish(world, article)
    webmaster = world.person(PROVINCE, "webmaster").browser
    state, words = line_of(webmaster.get(COLUMNS).text, COLUMN)
    require(state == "fine" and "还有" in words, f"发布以后栏目仍是“{state}”。")
    home = webmaster.get("/admin/").text
    require('id="panel-duties"' in home or "值守看板" in home, "工作台没有值守看板。")
    hub = world.person(HUB, "webmaster").browser

    def is_told() -> bool:
        return line_of(hub.get(f"{BOARD}{PROVINCE}/").text, COLUMN)[0] == "fine"

    require(until(is_told, seconds=SECONDS_TO_SUMMARY, pause=1), "总站的看板没有跟上省局的更新。")
    require(f'data-site="{PROVINCE}"' in hub.get(BOARD).text, "总站的看板没有列出省局。")
    require(hub.get(f"{BOARD}nowhere/").status == 404, "不存在的站点也有看板。")


@step("exemption_above", "市局申请不定期更新，邻省、市局自己都不能准许，省局准许才生效", needs=["logins"])
def exemption_above(world: World) -> None:
    webmaster = world.person(CITY, "webmaster").browser
    column = world.person(CITY, "webmaster").column_id(EXCUSED)
    asked = webmaster.post(f"{COLUMNS}{column}/exemption/", {"reason": f"自检：内容固定 {world.mark}"})
    require(asked.status == 302, f"申请没有成功（{asked.status}）。")
    province = world.person(PROVINCE, "webmaster").browser
    number = ""
    for found, words in re.findall(r'<li data-exemption="(\d+)">(.*?)</li>', province.get(BOARD).text, re.DOTALL):
        number = found if world.mark in words else number
    require(number, "省局的看板没有列出申请。")
    decision, granted = f"{BOARD}exemptions/{number}/", {"outcome": "grant", "answer": "自检：情况属实"}
    for slug in (NEIGHBOUR, CITY):
        refused = world.person(slug, "webmaster").browser.post(decision, granted)
        require(refused.status == 404, f"{slug} 答复市局的申请得到应答 {refused.status}，应为 404。")
    state, _words = line_of(webmaster.get(COLUMNS).text, EXCUSED)
    require(state != "exempt", "没有准许就不计时了。")
    require(province.post(decision, granted).status == 302, "省局准许没有成功。")
    state, _words = line_of(webmaster.get(COLUMNS).text, EXCUSED)
    require(state == "exempt", f"准许以后栏目仍是“{state}”。")
    ended = province.post(f"{decision}end/", {"reason": "自检：恢复计时"})
    require(ended.status == 302, f"收回没有成功（{ended.status}）。")
    state, _words = line_of(webmaster.get(COLUMNS).text, EXCUSED)
    require(state not in ("exempt", ""), f"收回以后栏目仍是“{state}”。")
