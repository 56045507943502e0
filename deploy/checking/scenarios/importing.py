"""A legacy site of two thousand items: several formats in, reviewed in bulk, browsed; on a site of its own."""

from __future__ import annotations

import json
import re
import secrets
import tempfile
import time
from base64 import b32encode
from pathlib import Path

from deploy.checking.browser import Answer, Browser, Upload, local_path
from deploy.checking.elements import parse
from deploy.checking.legacy import Legacy, legacy_of
from deploy.checking.plan import step
from deploy.checking.staff import Person, form_errors
from deploy.checking.steps import require, until
from deploy.checking.world import COLUMN, HUB, World, last_line

IMPORTS = "/admin/imports/"
STAFF = {"webmaster": "webmaster", "editor": "editor", "reviewer": "reviewer", "secrecy": "secrecy_reviewer"}
REVIEWERS = ("reviewer", "secrecy")
"""A prefecture city asks two people."""

LEAST_ITEMS = 2000
ROWS_ON_A_PAGE, LISTED = 50, 20
SECONDS_TO_OPEN, SECONDS_TO_IMPORT, SECONDS_TO_REVIEW = 60, 300, 1200
SECONDS_FOR_A_SCREEN = 3.0
STATE = re.compile(r'data-batch="[^"]*" data-state="(\w+)"')
COUNT = re.compile(r'data-outcome="(\w+)" data-count="(\d+)"')
UP_TO = re.compile(r'name="up_to" value="(\d+)"')
ORDER = re.compile(r'data-order="\d+" data-done="(\d+)" data-failed="(\d+)"( data-finished)?')
SETTLED = ("read", "done", "failed")
SITE = "import_site"
HASHING = """
from django.contrib.auth.hashers import make_password
for password in {passwords}:
    print(make_password(password))
"""


def key_of(world: World) -> str:
    """Key of the site that this run imports into."""
    return f"dr{world.mark}"


def _browser(world: World) -> Browser:
    return Browser(port=world.port, host=f"{key_of(world)}.localhost:{world.port}")


def _person(world: World, username: str) -> Person:
    key = (key_of(world), username)
    person = Person(browser=_browser(world), username=username, secret=world.secrets[key])
    person.sign_in(world.passwords[key])
    return person


def _kept(world: World, username: str) -> Person:
    """The same person for every step of the run."""
    if (key_of(world), username) not in world.newcomers:
        world.newcomers[key_of(world), username] = _person(world, username)
    return world.newcomers[key_of(world), username]


def _facts(answer: Answer) -> tuple[str, dict[str, int]]:
    """State of a batch with the number of its rows by outcome, as its page shows them."""
    state = STATE.search(answer.text)
    return state[1] if state else "", {name: int(number) for name, number in COUNT.findall(answer.text)}


def _settled(browser: Browser, page: str, *, seconds: float = SECONDS_TO_IMPORT) -> tuple[str, dict[str, int]]:
    until(lambda: _facts(browser.get(page))[0] in SETTLED, seconds=seconds, pause=1.0)
    return _facts(browser.get(page))


@step("import_site", "为导入另开一个市站", needs=["logins"])
def import_site(world: World) -> str:
    key = key_of(world)
    passwords = {username: secrets.token_urlsafe(9) for username in STAFF}
    done = world.manage("shell", "-c", HASHING.format(passwords=list(passwords.values())))
    require(done.returncode == 0, f"口令散列没有算出：{last_line(done)}")
    staff = []
    for (username, role), digest in zip(STAFF.items(), done.stdout.split()[-len(STAFF) :], strict=True):
        secret = b32encode(secrets.token_bytes(20)).decode()
        world.passwords[key, username], world.secrets[key, username] = passwords[username], secret
        staff.append(
            {
                "username": username,
                "name": username,
                "department": "办公室",
                "roles": [role],
                "password_hash": digest,
                "totp_secret": secret,
            }
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "staff.json"
        path.write_text(json.dumps(staff), encoding="utf-8")
        name = f"导入市{world.mark}"
        code = f"97{int(world.mark[:6], 16) % 10000:04}"
        done = world.manage(
            *("provision_site", key, "--level", "prefecture", "--parent", HUB, "--division-code", code),
            *("--full-name", f"{name}工商行政管理局", "--short-name", f"{name}局", "--domain", f"{key}.gov.cn"),
            *("--staff", str(path), "--wait", str(SECONDS_TO_OPEN)),
        )
    world.facts[SITE] = key
    require(done.returncode == 0 and "done" in done.stdout, f"站点没有开通：{last_line(done)}")
    return key


@step("import_formats", "网页（GBK、UTF-8）、表格、订阅共两千篇以上试读后写成草稿，坏行逐行说明", needs=["import_site"])
def import_formats(world: World) -> str:
    browser = _kept(world, "webmaster").browser
    began, written = time.monotonic(), 0
    for legacy in legacy_of(world.corpus):
        page = _received(browser, legacy)
        state, counts = _settled(browser, page)
        require(state == "read", f"{legacy.origin} 试读没有完成（{state}）：{parse(browser.get(page).text).text[:200]}")
        refused = counts.get("refused", 0)
        require(refused == len(legacy.faults), f"{legacy.origin} 的坏行应有 {len(legacy.faults)} 行，得到 {refused}。")
        shown = browser.get(f"{page}?outcome=refused").text
        missing = [words for words in legacy.faults if words not in shown]
        require(not missing, f"{legacy.origin} 的坏行没有说明：{'、'.join(missing)}。")
        browser.post(f"{page}confirm/")
        state, counts = _settled(browser, page)
        require(state == "done", f"{legacy.origin} 没有导入（{state}）。")
        written += counts.get("written", 0)
        world.batches.append(page)
        pages = counts.get("written", 0) // ROWS_ON_A_PAGE
        last = browser.get(f"{page}?p={pages}")
        require(last.status == 200 and f"第 {pages} 页" in last.text, f"{legacy.origin} 的逐行结果没有分页。")
    require(written >= LEAST_ITEMS, f"只导入了 {written} 篇，应有 {LEAST_ITEMS} 篇以上。")
    world.moments["imported"] = written
    require(_browser(world).get(f"/{COLUMN}/").text.count("gs-list__link") == 0, "草稿没有审核就列出了。")
    return f"{written} 篇，{time.monotonic() - began:.0f} 秒"


def _received(browser: Browser, legacy: Legacy) -> str:
    """Upload a source, ask for its dry run; the batch's page."""
    browser.get(f"{IMPORTS}add/")
    fields = {"source": legacy.source, "origin": legacy.origin, "base": legacy.base, "feed": "", "start": ""}
    answer = browser.post(f"{IMPORTS}add/", fields, file=Upload(legacy.name, "application/octet-stream", legacy.data))
    page = local_path(answer.location)
    require(answer.status == 302, f"{legacy.origin} 没有收下（{answer.status}）：{form_errors(answer)}")
    browser.get(page)
    wish = {"column": COLUMN, "kind": "notice", "type": "article", "selector": "", **legacy.settings}
    answer = browser.post(f"{page}read/", wish)
    require(answer.status == 302, f"{legacy.origin} 没有开始试读（{answer.status}）：{form_errors(answer)}")
    return page


@step("import_reviewed", "整批送审，每一批每人一次办完，逐篇各有意见和核准", needs=["import_formats"])
def import_reviewed(world: World) -> str:
    browser = _kept(world, "webmaster").browser
    began = time.monotonic()
    for page in world.batches:
        browser.get(page)
        browser.post(f"{page}submit/")
    for page in world.batches:
        state, _counts = _settled(browser, page, seconds=SECONDS_TO_REVIEW)
        require(state == "done", f"送审没有完成（{state}）。")
    slowest = 0.0
    for username in REVIEWERS:
        reviewer = _kept(world, username).browser
        for page in world.batches:
            asked = time.monotonic()
            screen = reviewer.get(f"{page}review/").text
            slowest = max(slowest, time.monotonic() - asked)
            up_to = UP_TO.search(screen)
            require(up_to, f"{username} 的整批审核页没有待审的稿件。")
            assert up_to is not None
            careless = reviewer.post(f"{page}review/", {"action": "approve", "comment": "", "up_to": up_to[1]})
            require(careless.status == 422, "没有写明怎样审的，整批也通过了。")
            wish = {"action": "approve", "comment": "已按目录逐篇核对。", "up_to": up_to[1]}
            answer = reviewer.post(f"{page}review/", wish)
            require(answer.status == 302, f"{username} 没有交办成功（{answer.status}）：{form_errors(answer)}")
        for page in world.batches:
            done, failed, is_finished = _finished(reviewer, page)
            require(is_finished and not failed, f"{username} 办了 {done} 篇，{failed} 篇没有办成。")
    require(slowest <= SECONDS_FOR_A_SCREEN, f"整批审核页最慢 {slowest:.1f} 秒。")
    return f"{time.monotonic() - began:.0f} 秒，整批审核页最慢 {slowest:.1f} 秒"


def _finished(browser: Browser, page: str) -> tuple[int, int, bool]:
    until(lambda: _order(browser, page)[2], seconds=SECONDS_TO_REVIEW, pause=2.0)
    return _order(browser, page)


def _order(browser: Browser, page: str) -> tuple[int, int, bool]:
    """What was decided of the newest order, what could not be, whether it is finished."""
    found = ORDER.search(browser.get(f"{page}review/").text)
    return (int(found[1]), int(found[2]), bool(found[3])) if found else (0, 0, False)


@step("import_browsed", "导入的稿件在线，列表逐页翻到底，旧网址跳转", needs=["import_reviewed"])
def import_browsed(world: World) -> str:
    count = int(world.moments["imported"])
    pages = -(-count // LISTED)
    visitor = _browser(world)
    for number in (1, pages // 2, pages):
        answer = visitor.get(f"/{COLUMN}/?page={number}" if number > 1 else f"/{COLUMN}/")
        require(answer.status == 200, f"列表第 {number} 页应答 {answer.status}。")
        shown = len(re.findall(r'class="gs-list__link"', answer.text))
        wanted = count - (pages - 1) * LISTED if number == pages else LISTED
        require(shown == wanted, f"第 {number} 页列了 {shown} 篇，应为 {wanted} 篇。")
    require(visitor.get(f"/{COLUMN}/?page={pages + 1}").status == 404, "列表之后还有一页。")
    old = visitor.get("/2009/1.html")
    require(old.status == 301, f"旧网址应答 {old.status}，应为 301。")
    item = visitor.get(local_path(old.location))
    require(item.status == 200 and "旧站网页第1号" in item.text, "旧网址没有跳到导入的稿件。")
    require(re.search(r'<a[^>]+href="(/[^"]+)"[^>]*>第2号', item.text), "导入的网页之间没有站内链接。")
    explorer = _kept(world, "editor")
    listed = explorer.browser.get(f"/admin/pages/{explorer.column_id(COLUMN)}/")
    require(listed.status == 200 and "?p=2" in listed.text, "后台的页面列表没有分页。")
    return f"{pages} 页"


@step("import_away", "收拾：撤走导入用的市站", is_cleanup=True)
def import_away(world: World) -> str:
    if SITE not in world.facts:
        return "没有开设"
    done = world.manage("drop_demo_site", world.facts[SITE])
    require(done.returncode == 0, f"撤走站点未成功：{last_line(done)}")
    return world.facts[SITE]
