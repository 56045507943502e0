"""A notice of the hub from its first word to the page: written, reviewed by different people, on line."""

from __future__ import annotations

from deploy.checking.plan import step
from deploy.checking.reading import read_frame
from deploy.checking.scenarios.frames import COLUMN_LABELS
from deploy.checking.staff import Person
from deploy.checking.steps import listing, require
from deploy.checking.visibility import require_listed, require_not_public, require_page, search, wait_for_hit
from deploy.checking.world import COLUMN, HUB, World

NOTICE = "notice"
ARTICLE_LABELS = (*COLUMN_LABELS, "ArticleTitle", "PubDate", "ContentSource")
DUTIES = ("reviewer", "final", "secrecy")
ROLES = ("editor", *DUTIES, "webmaster")


@step("sign_in", "总站人员可以登录，口令错误不能登录", needs=["logins"])
def sign_in(world: World) -> str:
    for username in ROLES:
        world.person(HUB, username)
    stranger = Person(browser=world.visitor(HUB), username="editor")
    require(not stranger.try_to_sign_in("not-the-password"), "口令错误也能登录总站后台。")
    return f"{len(ROLES)} 人"


@step("cookies", "登录凭据只属于本站", needs=["sign_in"])
def cookies(world: World) -> None:
    lines = [line for line in world.person(HUB, "editor").browser.cookie_lines if line.lower().startswith("session")]
    require(lines, "登录后没有收到会话凭据。")
    for line in lines:
        attributes = [part.strip().lower() for part in line.split(";")[1:]]
        require("httponly" in attributes, "会话凭据没有 HttpOnly。")
        wide = [attribute for attribute in attributes if attribute.startswith("domain=")]
        require(not wide, f"会话凭据对其他主机也有效（{listing(wide)}）。")


@step("write", "编辑员撰写通知", needs=["sign_in"])
def write(world: World) -> None:
    article = world.article(NOTICE, site=HUB, title="关于演示网络自检事项的通知", words="自检正文")
    editor = world.person(HUB, "editor")
    article.page_id = editor.write(column=COLUMN, **article.form())


@step("draft_hidden", "草稿任何地方都不公开", needs=["write"])
def draft_hidden(world: World) -> None:
    require_not_public(world, HUB, world.articles[NOTICE])


@step("self_publish", "编辑员和站点管理员都不能自行发布", needs=["write"])
def self_publish(world: World) -> None:
    article = world.articles[NOTICE]
    for username in ("editor", "webmaster"):
        world.person(HUB, username).save(article.page_id, "action-publish", **article.form())
        status = world.get(HUB, article.path, is_fresh=True).status
        article.is_public = status == 200
        require(not article.is_public, f"{username} 未经审核就把稿件发布上网了。")
        require(status == 404, f"未发布的稿件应答 {status}，应为 404。")


@step("submit", "编辑员提交审核，初审员收到待办", needs=["write"])
def submit(world: World) -> None:
    article = world.articles[NOTICE]
    world.person(HUB, "editor").submit(article.page_id, **article.form())
    require(world.person(HUB, "reviewer").task_of(article.page_id), "初审员的首页没有这篇稿件。")


@step("order", "没有轮到的人不能审核", needs=["submit"])
def order(world: World) -> None:
    article = world.articles[NOTICE]
    reviewer = world.person(HUB, "reviewer")
    task = reviewer.task_of(article.page_id)
    assert task is not None
    for username in ("editor", "final", "secrecy", "webmaster"):
        world.person(HUB, username).press_approve(article.page_id, task)
        require(reviewer.task_of(article.page_id) == task, f"{username} 代替初审员通过了审核。")


@step("two_approvals", "初审、终审依次通过", needs=["submit"])
def two_approvals(world: World) -> None:
    for username in ("reviewer", "final"):
        world.person(HUB, username).approve(world.articles[NOTICE].page_id)


@step("before_secrecy", "保密审查之前任何地方都不公开", needs=["two_approvals"])
def before_secrecy(world: World) -> None:
    require_not_public(world, HUB, world.articles[NOTICE])


@step("secrecy", "保密审查通过后在总站上线", needs=["before_secrecy"])
def secrecy(world: World) -> None:
    article = world.articles[NOTICE]
    world.person(HUB, "secrecy").approve(article.page_id)
    article.is_public = True
    article.urls[HUB] = article.path
    answer = require_page(world, HUB, article)
    found = read_frame(answer.text).labels
    missing = [label for label in ARTICLE_LABELS if not found.get(label, "").strip()]
    require(not missing, f"文章页缺少标签 {listing(missing)}。")
    require(found["ArticleTitle"] == article.title, f"ArticleTitle 是“{found['ArticleTitle']}”。")
    require_listed(world, [HUB], article)


@step("engine", "访客在总站搜到它，由配置的检索引擎应答", needs=["secrecy", "status"])
def engine(world: World) -> str:
    article = world.articles[NOTICE]
    wait_for_hit(world, HUB, article)
    result = search(world, HUB, article.title)
    wanted = world.facts["configured"]
    require(not result.is_fallback, "搜索页说明由备用方式应答。")
    require(result.engine == wanted, f"搜索由“{result.engine or '未注明的引擎'}”应答，应为 {wanted}。")
    return result.engine
