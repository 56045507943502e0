"""A site whose items a publisher puts on line: approved is not public, the wrong person is refused."""

from __future__ import annotations

import re

from deploy.checking.plan import step
from deploy.checking.staff import form_errors
from deploy.checking.steps import require
from deploy.checking.visibility import require_page
from deploy.checking.world import COLUMN, World

SITE = "zhejiang"
RELEASED = "released"
BOARD = "/admin/publishing/"
REVIEWERS = ("reviewer", "final", "secrecy")
FORM = re.compile(r'name="form" value="(\d+-\d+)"')
ENTRY = re.compile(r'href="/admin/audit/(\d+)/"')
NOBODY = "没有人"
OTHER_COLUMN = "flfg"


def is_waiting(world: World, username: str, page_id: int) -> bool:
    """Whether a person's list of what waits has the page."""
    return f'data-page="{page_id}"' in world.person(SITE, username).browser.get(BOARD).text


@step("publisher_waits", "由发布员发布的站点：终审通过后不公开，列在待发布和发布员的工作台", needs=["logins"])
def publisher_waits(world: World) -> None:
    article = world.article(RELEASED, site=SITE, title="关于发布把关自检的通知", words="发布自检正文")
    editor = world.person(SITE, "editor")
    article.page_id = editor.write(column=COLUMN, **article.form())
    editor.submit(article.page_id, **article.form())
    for username in REVIEWERS:
        world.person(SITE, username).approve(article.page_id)
    early = world.get(SITE, article.path, is_fresh=True)
    require(early.status == 404, f"审核通过以后，发布员还没有发布就公开了（{early.status}）。")
    require(is_waiting(world, "publisher", article.page_id), "待发布没有列出审核通过的稿件。")
    home = world.person(SITE, "publisher").browser.get("/admin/").text
    require(f'href="{BOARD}{article.page_id}/"' in home, "发布员的工作台没有列出审核通过的稿件。")


@step("publisher_only", "作者、审核人、站点管理员不能代替发布员发布", needs=["publisher_waits"])
def publisher_only(world: World) -> None:
    article = world.articles[RELEASED]
    address = f"{BOARD}{article.page_id}/"
    publisher = world.person(SITE, "publisher")
    form = FORM.search(publisher.browser.get(address).text)
    require(form, "发布员没有可以办理的发布。")
    assert form is not None
    task = int(form.group(1).partition("-")[0])
    require(publisher.task_of(article.page_id) is None, "待发布的稿件又列在待我审核。")
    for username in ("editor", "final", "webmaster"):
        person = world.person(SITE, username)
        answer = person.browser.post(address, {"act": "publish", "form": form.group(1)})
        require(answer.status in (400, 403, 404), f"{username} 办理发布得到应答 {answer.status}。")
        person.press_approve(article.page_id, task)
        person.browser.post(BOARD, {"chosen": form.group(1)})
        now = world.get(SITE, article.path, is_fresh=True)
        require(now.status == 404, f"{username} 代替发布员发布了稿件。")
    require(is_waiting(world, "publisher", article.page_id), "没有人发布，稿件却不在待发布了。")


@step("publisher_publishes", "发布员看到核准的样子，发布以后公开，审计记下发布的人", needs=["publisher_only"])
def publisher_publishes(world: World) -> None:
    article = world.articles[RELEASED]
    publisher, address = world.person(SITE, "publisher"), f"{BOARD}{article.page_id}/"
    preview = publisher.browser.get(f"{address}preview/")
    require(article.token in preview.text, f"发布员看不到核准的样子（{preview.status}）。")
    form = FORM.search(publisher.browser.get(address).text)
    require(form, "发布员没有可以办理的发布。")
    assert form is not None
    answer = publisher.browser.post(address, {"act": "publish", "form": form.group(1)})
    require(answer.status == 302, f"发布员发布没有成功（{answer.status}）：{form_errors(answer)}")
    require(not is_waiting(world, "publisher", article.page_id), "发布以后仍列在待发布。")
    article.urls[SITE] = article.path
    article.is_public = True
    require_page(world, SITE, article)
    asked = f"/admin/audit/?act=page.release&person=publisher&object_id={article.page_id}"
    require(ENTRY.search(world.person(SITE, "auditor").browser.get(asked).text), "审计记录没有记下是谁发布的。")


@step("duties_by_column", "栏目人员逐项列出谁能办；限定职责范围以后，别的栏目写明没有人", needs=["logins"])
def duties_by_column(world: World) -> None:
    security, editor = world.person(SITE, "security"), world.person(SITE, "editor")
    accounts = security.browser.get("/admin/security/accounts/").text
    found = re.search(r'data-account="reviewer".*?/admin/security/accounts/(\d+)/', accounts, re.DOTALL)
    require(found, "安全管理没有列出初审员的账号。")
    assert found is not None
    scope = f"/admin/security/accounts/{found.group(1)}/scopes/reviewer/"
    require("reviewer" in reviewers_of(world, editor.column_id(COLUMN)), "栏目人员没有列出初审员。")
    limited = security.browser.post(scope, {"columns": OTHER_COLUMN})
    try:
        require(limited.status == 302, f"限定职责范围没有成功（{limited.status}）：{form_errors(limited)}")
        elsewhere = reviewers_of(world, editor.column_id(OTHER_COLUMN))
        require("reviewer" in elsewhere and "限定范围" in elsewhere, "栏目人员没有标出职责限定了范围的人。")
        here = reviewers_of(world, editor.column_id(COLUMN))
        require("reviewer" not in here and NOBODY in here, "职责到不了的栏目仍列着这个人，或没有写明没有人。")
    finally:
        security.browser.post(scope, {})
    require("reviewer" in reviewers_of(world, editor.column_id(COLUMN)), "取消限定以后，栏目人员没有列出初审员。")


def reviewers_of(world: World, column_id: int) -> str:
    """The line of the first review on the screen of a column's people. Raises Failure when there is none."""
    text = world.person(SITE, "webmaster").browser.get(f"/admin/upkeep/{column_id}/people/").text
    line = re.search(r'<tr data-duty="初审">.*?</tr>', text, re.DOTALL)
    require(line, "栏目人员没有“初审”一行。")
    assert line is not None
    return line.group(0)
