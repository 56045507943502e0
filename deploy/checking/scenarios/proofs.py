"""The operator's proofs, with what the run leaves behind put away."""

from __future__ import annotations

import re
import threading

from deploy.checking.plan import step
from deploy.checking.scenarios.duties import account_of
from deploy.checking.scenarios.sign_in import close_account
from deploy.checking.scenarios.travelling import RECALL_REASON
from deploy.checking.steps import Failure, NotApplicable, listing, require, until
from deploy.checking.visibility import search
from deploy.checking.world import CITY, HUB, Article, World, last_line

SECONDS_FOR_WAKEUPS = 12.0
SEARCHED_WORD = "通知"
GATE_PROOF = "verify_gate"
HOLES = re.compile(r"gate: (\d+) sites, (\d+) attempts, (\d+) holes")


@step("wakeups", "后台进程由消息唤醒", needs=["secrecy", "status"])
def wakeups(world: World) -> str:
    counts: dict[str, int] = {}

    def came() -> bool:
        now = world.network_status()
        for name in ("worker", "indexer"):
            held, beat = world.before["processes"].get(name, {}), now["processes"].get(name, {})
            is_same = held.get("pid") == beat.get("pid")
            counts[name] = beat.get("wakeups", 0) - (held.get("wakeups", 0) if is_same else 0)
        return min(counts.values()) > 0

    if world.facts["broker"] == "none":
        world.facts["wakeups"] = "无"
        raise NotApplicable("没有消息代理，后台进程定时轮询")
    until(came, seconds=SECONDS_FOR_WAKEUPS)
    world.facts["wakeups"] = "，".join(f"{name} {count} 次" for name, count in counts.items())
    unwoken = [name for name, count in counts.items() if count <= 0]
    require(not unwoken, f"消息代理开着，{listing(unwoken)} 却没有被唤醒过。")
    return world.facts["wakeups"]


@step("rebuild", "重建索引期间搜索照常", needs=["status"])
def rebuild(world: World) -> str:
    if world.facts["configured"] != "elasticsearch":
        raise NotApplicable("检索用 PostgreSQL，没有索引可重建")
    is_over, answered, wrong = threading.Event(), [0], list[str]()

    def visit() -> None:
        while not is_over.wait(0.1):
            try:
                result = search(world, CITY, SEARCHED_WORD)
            except (Failure, OSError) as error:
                wrong.append(str(error))
                continue
            answered[0] += 1
            if result.engine != "elasticsearch" or result.is_fallback or not result.hits:
                wrong.append(f"{result.engine} 应答 {len(result.hits)} 条")

    visitor = threading.Thread(target=visit)
    visitor.start()
    try:
        done = world.manage("rebuild_search")
    finally:
        is_over.set()
        visitor.join()
    require(done.returncode == 0, f"重建未成功：{last_line(done)}")
    require(not wrong, f"重建期间 {len(wrong)} 次搜索不正常：{listing(wrong)}。")
    require(answered[0], "重建期间没有一次搜索得到应答。")
    return f"{answered[0]} 次搜索都得到结果"


@step("gate_proof", "发布闸门没有漏洞", needs=["logins"])
def gate_proof(world: World) -> str:
    done = world.finish_command(GATE_PROOF)
    found = HOLES.search(done.stdout)
    require(found, f"verify_gate 没有给出结果：{last_line(done)}")
    assert found is not None
    sites, attempts, holes = (int(number) for number in found.groups())
    require(done.returncode == 0 and not holes, f"{holes} 处漏洞：{listing(done.stdout.splitlines()[:-1])}")
    require(sites == len(world.sites) and attempts >= sites, f"只在 {sites} 个站点尝试了 {attempts} 次。")
    return f"{sites} 个站点，尝试 {attempts} 次"


@step("clean_up", "自检稿件全部撤下", is_cleanup=True)
def clean_up(world: World) -> str:
    for article in world.articles.values():
        _put_away(world, article)
    if (HUB, account_of(world)) in world.passwords:
        close_account(world)
    shown = [
        f"{slug}{path}"
        for article in world.articles.values()
        for slug, path in (article.urls or {article.site: article.path}).items()
        if world.get(slug, path, is_fresh=True).status == 200
    ]
    require(not shown, f"仍然公开：{listing(shown)}。")
    return f"{len(world.articles)} 篇"


def _put_away(world: World, article: Article) -> None:
    if not article.page_id:
        return
    if article.is_travelling:
        for slug in {article.site, HUB}:
            world.person(slug, "webmaster").recall(article.content_id, RECALL_REASON)
    elif article.is_public or world.get(article.site, article.path, is_fresh=True).status == 200:
        world.person(article.site, "webmaster").take_down(article.page_id)
    if not article.content_id:
        # What travelled keeps its page, which tells readers of the recall.
        world.person(article.site, article.author).discard(article.page_id)


@step("reconcile", "核对：各站点、下发回执与检索索引一致", needs=["logins"])
def reconcile(world: World) -> str:
    done = world.manage("reconcile")
    if done.returncode != 0:
        # Work that was on its way a moment ago is no difference.
        done = world.manage("reconcile")
    lines = [line for line in done.stdout.splitlines() if not line.startswith(("{", "reconcile:"))]
    require(done.returncode == 0, f"有差异：{listing(lines) or last_line(done)}")
    return done.stdout.strip().splitlines()[-1]
