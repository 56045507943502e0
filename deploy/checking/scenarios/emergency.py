"""The emergency lane: two named people publish now, the others look in time."""

from __future__ import annotations

import re

from deploy.checking.plan import step
from deploy.checking.staff import Person, form_errors
from deploy.checking.steps import require
from deploy.checking.visibility import require_page
from deploy.checking.world import COLUMN, PROVINCE, World

LANE = "/admin/emergency/"
URGENT = "urgent"
NAMED = {"final_reviewer": "终审", "secrecy_reviewer": "保密"}
"""Duty to what stands in the name of its demo person."""

REASON = "自检：某批次食品正在召回，须立即提示"
ROW = r'<tr data-rereview="(\d+)" data-page="{page}" data-late="(\w+)">'


def named_people(form: str) -> dict[str, str]:
    """For each duty of the form the key of the person whose name says it. Raises Failure."""
    people = {}
    for duty, word in NAMED.items():
        field = re.search(rf'<select name="{duty}".*?</select>', form, re.DOTALL)
        options = re.findall(r'<option value="(\d+)"[^>]*>([^<]+)', field.group(0)) if field else []
        people[duty] = next((key for key, name in options if word in name), "")
        require(people[duty], f"应急发布的表单里没有可以指定的“{word}”人员。")
    return people


def waiting_row(person: Person, page_id: int) -> tuple[str, str]:
    """Key and lateness of a page's line among those that wait; empty when it has none."""
    found = re.search(ROW.format(page=page_id), person.browser.get(LANE).text)
    return (found.group(1), found.group(2)) if found else ("", "")


@step("emergency_lane", "应急通道：没有职责的不能标明，指定的两人审核后发布", needs=["logins"])
def emergency_lane(world: World) -> None:
    article = world.article(URGENT, site=PROVINCE, title="关于食品召回自检的提示", words="应急自检正文")
    article.author = "watch"
    watch = world.person(PROVINCE, "watch")
    article.page_id = watch.write(column=COLUMN, **article.form())
    address = f"{LANE}{article.page_id}/"
    status = world.person(PROVINCE, "editor").browser.get(address).status
    require(status == 404, f"没有应急发布职责的编辑打开了应急发布（{status}）。")
    people = named_people(watch.browser.get(address).text)
    refused = watch.browser.post(address, {"reason": "急", **people})
    require(refused.status == 200, "没有写明理由也进入了应急通道。")
    answer = watch.browser.post(address, {"reason": REASON, **people})
    require(answer.status == 302, f"标明应急发布没有成功（{answer.status}）：{form_errors(answer)}")
    require(not world.person(PROVINCE, "reviewer").task_of(article.page_id), "没有指定的初审员也收到了待办。")
    for username in ("final", "secrecy"):
        early = world.get(PROVINCE, article.path, is_fresh=True)
        require(early.status == 404, "指定的人还没有办完就公开了。")
        world.person(PROVINCE, username).approve(article.page_id)
    article.urls[PROVINCE] = article.path
    article.is_public = True
    require_page(world, PROVINCE, article)


@step("emergency_owed", "应急发布列入待补审，两人以外的人补审确认，作者和已审的人不能", needs=["emergency_lane"])
def emergency_owed(world: World) -> None:
    article = world.articles[URGENT]
    reviewer = world.person(PROVINCE, "reviewer")
    number, is_late = waiting_row(reviewer, article.page_id)
    require(number, "待补审没有列出应急发布的稿件。")
    require(is_late == "no", "刚发布就逾期了。")
    home = world.person(PROVINCE, "webmaster").browser.get("/admin/").text
    require(f'data-rereview="{number}"' in home, "工作台的值守看板没有列出待补审的稿件。")
    address = f"{LANE}rereviews/{number}/"
    for username in ("watch", "final"):
        status = world.person(PROVINCE, username).browser.post(address, {"outcome": "confirm", "note": ""}).status
        require(status == 404, f"{username} 补审了自己写的或审过的稿件（{status}）。")
    require(waiting_row(reviewer, article.page_id)[0] == number, "没有人补审，待补审就少了一条。")
    answer = reviewer.browser.post(address, {"outcome": "confirm", "note": "自检：内容无误"})
    require(answer.status == 302, f"补审没有成功（{answer.status}）：{form_errors(answer)}")
    require(not waiting_row(reviewer, article.page_id)[0], "补审确认以后仍列在待补审。")
    require_page(world, PROVINCE, article)
