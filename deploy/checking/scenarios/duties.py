"""One person never holds two parts in one item, whatever duties the account has."""

from __future__ import annotations

import secrets

from deploy.checking.elements import Element, parse
from deploy.checking.plan import step
from deploy.checking.staff import form_errors
from deploy.checking.steps import require
from deploy.checking.world import COLUMN, HUB, World

GROUPS = ("编辑", "初审", "终审")
OWN, OTHERS = "own", "others"


@step("account", "站点管理员开设身兼编辑、初审、终审的账号，不能授予超级用户", needs=["sign_in"])
def account(world: World) -> None:
    webmaster = world.person(HUB, "webmaster")
    password = secrets.token_urlsafe(12)
    page_path = "/admin/users/new/"
    form = parse(webmaster.browser.get(page_path).text)
    groups = {_label_of(form, box): box.attributes.get("value", "") for box in form.all("input") if _is_group(box)}
    fields = [
        ("username", account_of(world)),
        ("display_name", "自检员"),
        ("department", "自检"),
        ("email", ""),
        ("password1", password),
        ("password2", password),
        ("is_active", "on"),
        ("is_superuser", "on"),
        *(("groups", groups.get(name, "")) for name in GROUPS),
    ]
    answer = webmaster.browser.post(page_path, fields)
    require(answer.status == 302, f"账号没有保存（{answer.status}）：{form_errors(answer)}")
    key = (HUB, account_of(world))
    world.passwords[key] = secrets.token_urlsafe(12) + "-Aa1"
    newcomer = world.newcomer(*key)
    newcomer.first_sign_in(password, world.passwords[key])
    world.secrets[key] = newcomer.secret
    world.keep_person(*key, newcomer)
    # Groups are a superuser's business: whoever reaches their screen was made one.
    status = newcomer.browser.get("/admin/groups/").status
    require(status != 200, "站点管理员可以开设超级用户账号。")


def account_of(world: World) -> str:
    """User name of the account that this run opens: names are not used again."""
    return f"zijian-{world.mark}"


def _is_group(box: Element) -> bool:
    return box.attributes.get("name") == "groups"


def _label_of(form: Element, box: Element) -> str:
    wanted = box.attributes.get("id", "")
    return next((label.text for label in form.all("label") if label.attributes.get("for") == wanted), "")


@step("own_item", "作者不能审核自己的稿件，哪怕兼任初审", needs=["account"])
def own_item(world: World) -> None:
    article = world.article(OWN, site=HUB, title="自检：作者自审", words="自检正文")
    author, reviewer = world.person(HUB, account_of(world)), world.person(HUB, "reviewer")
    article.author = account_of(world)
    article.page_id = author.write(column=COLUMN, **article.form())
    author.submit(article.page_id, **article.form())
    task = reviewer.task_of(article.page_id)
    require(task, "初审员的首页没有这篇稿件。")
    assert task is not None
    author.press_approve(article.page_id, task)
    require(reviewer.task_of(article.page_id) == task, "作者通过了自己稿件的初审。")


@step("second_step", "同一人不能先后办理两个审核环节", needs=["account"])
def second_step(world: World) -> None:
    article = world.article(OTHERS, site=HUB, title="自检：一人两审", words="自检正文")
    editor, both, final = (world.person(HUB, name) for name in ("editor", account_of(world), "final"))
    article.page_id = editor.write(column=COLUMN, **article.form())
    editor.submit(article.page_id, **article.form())
    both.approve(article.page_id)
    task = final.task_of(article.page_id)
    require(task, "初审通过后，终审员的首页没有这篇稿件。")
    assert task is not None
    both.press_approve(article.page_id, task)
    require(final.task_of(article.page_id) == task, "同一人先后通过了初审和终审。")
