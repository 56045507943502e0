"""Signing in: the second factor, locks, duties in different hands, leavers."""

from __future__ import annotations

import re
import time

from deploy.checking.browser import Browser, local_path
from deploy.checking.elements import parse
from deploy.checking.plan import step
from deploy.checking.scenarios.duties import account_of
from deploy.checking.staff import SECONDS_AFTER_A_REFUSAL, VERIFY, Person, refusal
from deploy.checking.steps import Failure, listing, require
from deploy.checking.world import HUB, World

BOARD = "/admin/security/accounts/"
UNLOCK = f"{BOARD}unlock/"
BEHIND = (
    "/admin/",
    "/admin/pages/",
    "/admin/api/main/pages/",
    "/admin/users/",
    "/admin/account/",
    "/admin/network/items/",
)
FAILURES_THAT_LOCK = 5
LOCKED = 429
TOO_MANY = 40
ACCOUNT_PAGE = re.compile(rf"{BOARD}(\d+)/")


def newcomer(world: World) -> Person:
    """The run's own account before a fresh sign-in screen."""
    return world.newcomer(HUB, account_of(world))


@step("password_alone", "口令之后没有动态口令，后台什么也打不开；错误的动态口令不通过", needs=["account"])
def password_alone(world: World) -> str:
    person = newcomer(world)
    person.send_password(world.passwords[HUB, account_of(world)])
    opened = [path for path in BEHIND if not local_path(person.browser.get(path).location).startswith(VERIFY)]
    require(not opened, f"只用口令就打开了 {listing(opened)}。")
    wrong = person.send_code("000000")
    require(wrong.status == 200, f"错误的动态口令得到 {wrong.status}。")
    require(person.browser.get("/admin/").status != 200, "错误的动态口令打开了后台。")
    time.sleep(SECONDS_AFTER_A_REFUSAL)
    return f"{len(BEHIND)} 个地址"


@step("code_once", "动态口令用过一次就作废", needs=["password_alone"])
def code_once(world: World) -> None:
    password = world.passwords[HUB, account_of(world)]
    first = newcomer(world)
    first.send_password(password)
    require(first.show_code(), f"{first.username} 的动态口令没有通过。")
    second = newcomer(world)
    second.send_password(password)
    second.send_code(first.last_code)
    require(second.browser.get("/admin/").status != 200, "同一个动态口令第二次也通过了。")


@step("lock_out", "连续五次口令错误锁定账号，只有安全管理员能解锁", needs=["code_once"])
def lock_out(world: World) -> str:
    key = (HUB, account_of(world))
    tries = 0
    while tries < TOO_MANY:
        tries += 1
        if newcomer(world).send_password("not-the-password").status == LOCKED:
            break
    require(tries <= FAILURES_THAT_LOCK, f"口令错了 {tries} 次，账号没有锁定。")
    require(newcomer(world).send_password(world.passwords[key]).status == LOCKED, "锁定期间口令正确也能登录。")
    unknown = [newcomer(world) for _time in range(FAILURES_THAT_LOCK)]
    for person in unknown:
        person.username = f"nobody-{world.mark}"
        answer = person.send_password("not-the-password")
    require(answer.status == LOCKED, "不存在的用户名不会锁定：由此可以试出哪些账号存在。")
    _unlock(world.person(HUB, "webmaster").browser, key[1])
    still = newcomer(world).send_password(world.passwords[key]).status == LOCKED
    require(still, "站点管理员解锁了账号，这是安全管理员的职责。")
    _unlock(world.person(HUB, "security").browser, key[1])
    require(newcomer(world).send_password(world.passwords[key]).status == 302, "安全管理员解锁后仍不能登录。")
    return f"第 {tries} 次锁定"


def _unlock(browser: Browser, username: str) -> None:
    browser.get("/admin/")
    browser.post(UNLOCK, {"username": username})


@step("duties_apart", "系统管理、安全管理、审计不能给同一人", needs=["account"])
def duties_apart(world: World) -> None:
    security = world.person(HUB, "security").browser
    page = _account_page(world)
    before = _duties(security, page)
    for keys in (("webmaster", "security_administrator"), ("webmaster", "auditor"), ("auditor",)):
        answer = security.post(f"{page}duties/", [("keys", key) for key in keys])
        require(answer.status == 400, f"{'、'.join(keys)} 给了已有编辑职责的同一个账号（{answer.status}）。")
        require(_duties(security, page) == before, f"拒绝之后职责变了：{_duties(security, page)}。")
    # Control: one kind of duty of control is granted, then withdrawn.
    for fields in ([("keys", "webmaster")], []):
        answer = security.post(f"{page}duties/", fields)
        require(answer.status == 302, f"合规的授权被拒绝（{answer.status}）：{refusal(answer)}")
    require(_duties(security, page) == before, "职责没有收回。")
    world.forget_person(HUB, account_of(world))


def _duties(browser: Browser, page: str) -> list[str]:
    """Ticked duties of control."""
    boxes = parse(browser.get(page).text).all("input", attribute="checked")
    return [box.attributes.get("value", "") for box in boxes if box.attributes.get("name") == "keys"]


def _account_page(world: World) -> str:
    """Address of the run's account among the security administrator's screens. Raises Failure."""
    board = parse(world.person(HUB, "security").browser.get(BOARD).text)
    for row in board.all("tr", attribute="data-account"):
        if row.attributes["data-account"] == account_of(world):
            link = row.first("a", attribute="href")
            if link is not None and ACCOUNT_PAGE.search(link.attributes["href"]):
                return link.attributes["href"]
    raise Failure(f"安全管理界面没有账号 {account_of(world)}。")


@step("leaver", "停用的人立即退出，不能再登录", needs=["own_item", "second_step", "lock_out", "duties_apart"])
def leaver(world: World) -> None:
    key = (HUB, account_of(world))
    inside = world.person(*key)
    require(inside.browser.get("/admin/").status == 200, "账号停用之前打不开后台。")
    for article in world.articles.values():
        if article.author == account_of(world) and article.page_id:
            inside.discard(article.page_id)
            article.page_id = 0
    close_account(world)
    require(inside.browser.get("/admin/").status != 200, "账号停用之后，原来的会话仍在使用后台。")
    answer = newcomer(world).send_password(world.passwords.get(key, ""))
    require(answer.status != 302, "账号停用之后仍能登录。")
    world.passwords.pop(key, None)


def close_account(world: World) -> None:
    """The security administrator closes the account of this run. Raises Failure."""
    page = _account_page(world)
    answer = world.person(HUB, "security").browser.post(f"{page}close/", {"reason": "自检结束"})
    require(answer.status == 302, f"账号没有停用（{answer.status}）：{refusal(answer)}")
