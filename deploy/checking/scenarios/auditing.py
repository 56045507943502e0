"""The audit log: acts, looks, refusals in the right auditor's view only; sealed, proved."""

from __future__ import annotations

import re

from deploy.checking.plan import step
from deploy.checking.staff import Person
from deploy.checking.steps import listing, require, until
from deploy.checking.world import CITY, HUB, NEIGHBOUR, PROVINCE, World, last_line

AUDITOR = "auditor"
LOG = "/admin/audit/"
STAFF_LIST = "/admin/users/"
ROW = re.compile(r'href="/admin/audit/(\d+)/"')
SEALED = "已封存在本站链条第"
SECONDS_TO_SEAL = 30.0
"""The worker seals every two seconds; a long transaction elsewhere may hold it up."""

SECONDS_TO_VERIFY = 60.0


def rows(auditor: Person, **filters: str) -> list[int]:
    """Numbers of the newest rows that the auditor finds with these filters."""
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    answer = auditor.browser.get(f"{LOG}?{query}")
    require(answer.status == 200, f"{auditor.browser.host} 的审计人员打不开审计记录（{answer.status}）。")
    return [int(number) for number in ROW.findall(answer.text)]


@step("audit_closed", "审计记录只有审计人员能打开", needs=["sign_in"])
def audit_closed(world: World) -> None:
    for username in ("webmaster", "editor"):
        status = world.person(CITY, username).browser.get(LOG).status
        require(status == 404, f"{CITY} 的 {username} 打开审计记录得到 {status}，应当是 404。")
    require(rows(world.person(CITY, AUDITOR)), f"{CITY} 的审计人员没有看到任何记录。")


@step("audit_rows", "查看人员名单、被拒绝、登录都留下记录，只出现在本站和上级", needs=["audit_closed"])
def audit_rows(world: World) -> None:
    auditors = {slug: world.person(slug, AUDITOR) for slug in (CITY, PROVINCE, HUB, NEIGHBOUR)}
    looked = {"act": "personal.read", "person": "webmaster", "object_id": "wagtailusers_users:index"}
    refused = {"act": "request.refuse", "person": "editor", "result": "refused"}
    before = {name: rows(auditors[CITY], **facts)[:1] for name, facts in (("look", looked), ("refusal", refused))}
    world.person(CITY, "webmaster").browser.get(STAFF_LIST)
    world.person(CITY, "editor").browser.get(STAFF_LIST)
    for name, facts in (("look", looked), ("refusal", refused)):
        newest = rows(auditors[CITY], **facts)[:1]
        what = "站点管理员查看人员名单" if name == "look" else "编辑员被拒绝"
        require(newest and newest != before[name], f"{what}没有留下审计记录。")
        for slug in (PROVINCE, HUB):
            found = newest[0] in rows(auditors[slug], site=CITY, **facts)
            require(found, f"{slug} 的审计人员看不到 {CITY} 的记录 {newest[0]}。")
        status = auditors[NEIGHBOUR].browser.get(f"{LOG}{newest[0]}/").status
        require(status == 404, f"{NEIGHBOUR} 的审计人员打开 {CITY} 的记录得到 {status}，应当是 404。")
        world.facts[f"audit_{name}"] = str(newest[0])
    signed_in = rows(auditors[CITY], act="account.sign_in", person=AUDITOR)
    require(signed_in, f"{CITY} 的审计人员登录没有留下记录。")


@step("audit_sealed", "审计记录随即封存成链", needs=["audit_rows"])
def audit_sealed(world: World) -> None:
    auditor = world.person(CITY, AUDITOR)
    path = f"{LOG}{world.facts['audit_look']}/"
    sealed = until(lambda: SEALED in auditor.browser.get(path).text, seconds=SECONDS_TO_SEAL, pause=0.5)
    require(sealed, f"记录 {world.facts['audit_look']} 过了 {SECONDS_TO_SEAL:.0f} 秒还没有封存。")


@step("audit_proof", "从头重算，没有一行被改过", needs=["audit_closed"])
def audit_proof(world: World) -> str:
    done = world.manage("verify_audit")
    bad = [line for line in done.stdout.splitlines() if "不符" in line]
    require(done.returncode == 0, f"verify_audit：{listing(bad) or last_line(done)}")
    return done.stdout.strip().splitlines()[-1]


@step("audit_asked", "审计人员在页面上要求核验，得到结果", needs=["audit_sealed"])
def audit_asked(world: World) -> None:
    auditor = world.person(CITY, AUDITOR)
    path = f"{LOG}verification/"
    auditor.browser.get(path)
    answer = auditor.browser.post(path, {"site": CITY})
    require(answer.status == 302, f"核验没有提交（{answer.status}）。")
    shown = until(lambda: "data-verified" in auditor.browser.get(path).text, seconds=SECONDS_TO_VERIFY, pause=0.5)
    require(shown, f"核验过了 {SECONDS_TO_VERIFY:.0f} 秒没有结果。")
    require('data-verified="intact"' in auditor.browser.get(path).text, "页面说审计记录与封存不符。")
