"""The operator's work on one site while the others answer: upgrade plan, backup, restore, a command everywhere."""

from __future__ import annotations

import json
import shutil
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from deploy.checking.browser import local_path
from deploy.checking.plan import step
from deploy.checking.scenarios.province import publish
from deploy.checking.scenarios.travelling import RECALL_REASON, SECONDS_TO_PLACE
from deploy.checking.staff import board_of, refusal
from deploy.checking.steps import listing, require, until
from deploy.checking.visibility import hits_of, require_page, require_unlisted, wait_for_hit
from deploy.checking.world import CITY, HUB, NEIGHBOUR, PROVINCE, Article, World, last_line

SERVICE_UNAVAILABLE = 503
SECONDS_BETWEEN_LOOKS = 0.05
WATCHERS_OF_CITY = 4
"""A visitor who asked just before waits for the new state; others must come in the meantime."""
SENT, LATER, LOST = "sent", "later", "lost"


def _managed(world: World, *arguments: str) -> str:
    done = world.manage(*arguments)
    require(done.returncode == 0, f"{arguments[0]} 失败：{last_line(done)}")
    return done.stdout


@step("upgrade_plan", "升级计划：没有要做的事；原装迁移被拒绝", needs=["status"])
def upgrade_plan(world: World) -> None:
    plan = json.loads(_managed(world, "migrate_network", "--plan", "--json"))
    owed = [name for name in ("public", "template", "sites", "missing") if plan[name]]
    require(not owed, f"计划中还有 {listing(owed)}：{plan}")
    stock = world.manage("migrate_schemas")
    require(stock.returncode != 0, "migrate_schemas 没有被拒绝。")
    require("migrate_network" in stock.stderr, f"拒绝时没有说该用什么命令：{last_line(stock)}")


@step("everywhere", "一条命令在省级站点逐个执行，有据可查", needs=["status"])
def everywhere(world: World) -> str:
    done = json.loads(_managed(world, "run_everywhere", "--json", "--level", "province", "clearsessions"))
    require(PROVINCE in done["done"] and HUB not in done["done"], f"执行的站点不对：{listing(done['done'])}")
    require(not done["failed"], f"失败：{done['failed']}")
    return f"{len(done['done'])} 个站点"


@step("city_backup", "备份一个市局站点", needs=["status"])
def city_backup(world: World) -> str:
    sent = world.article(SENT, site=PROVINCE, title="关于备份之前自检事项的通告", words="备份之前自检正文")
    publish(world, sent)
    _send_to_city(world, sent)
    world.backup = tempfile.mkdtemp(prefix="govsites-check-")
    folder = _managed(world, "backup_site", CITY, "--to", world.backup).strip().splitlines()[-1]
    world.facts["backup"] = folder
    names = {path.name for path in Path(folder).iterdir()}
    wanted = {"manifest.json", "manifest.sig.json", "schema.sql.gz", "public.json.gz"}
    require(wanted <= names, f"备份中缺少 {listing(wanted - names)}。")
    return f"{sum(path.stat().st_size for path in Path(folder).rglob('*') if path.is_file()) / 1e6:.1f} MB"


def _send_to_city(world: World, article: Article) -> None:
    webmaster = world.person(PROVINCE, "webmaster")
    answer = webmaster.dispatch(article.page_id, scope="regions", regions=(CITY,), is_confirmed=True)
    article.content_id = board_of(answer)
    require(article.content_id, f"下发未成功（{answer.status}）：{refusal(answer)}")
    article.is_travelling = True
    _wait_until_placed(world, article)


def _wait_until_placed(world: World, article: Article) -> None:
    webmaster = world.person(PROVINCE, "webmaster")
    until(lambda: webmaster.board(article.content_id)["totals"]["placed"] == 1, seconds=SECONDS_TO_PLACE)
    board = webmaster.board(article.content_id)
    require(board["totals"]["placed"] == 1, f"{CITY} 没有落地：{board['totals']}。")
    article.urls[CITY] = local_path(board["deliveries"][0]["url"])


@step("city_change", "备份之后：撤回一篇，另下发一篇，市局自己发布一篇", needs=["city_backup"])
def city_change(world: World) -> None:
    sent = world.articles[SENT]
    world.person(PROVINCE, "webmaster").recall(sent.content_id, RECALL_REASON)
    sent.is_travelling = sent.is_public = False
    later = world.article(LATER, site=PROVINCE, title="关于备份之后下发自检事项的通告", words="备份之后下发正文")
    publish(world, later)
    _send_to_city(world, later)
    own = world.article(LOST, site=CITY, title="关于备份之后市局自检事项的通告", words="备份之后市局正文")
    publish(world, own)
    wait_for_hit(world, CITY, own)


@step("city_restore", "恢复这个站点，其他站点照常应答", needs=["city_change"])
def city_restore(world: World) -> str:
    is_over, seen = threading.Event(), {slug: Counter[int]() for slug in (HUB, PROVINCE, NEIGHBOUR, CITY)}

    def watch(slug: str) -> None:
        while not is_over.is_set():
            seen[slug][world.get(slug, "/", is_fresh=True).status] += 1
            is_over.wait(SECONDS_BETWEEN_LOOKS)

    watchers = [threading.Thread(target=watch, args=(slug,)) for slug in [*seen, *[CITY] * (WATCHERS_OF_CITY - 1)]]
    for watcher in watchers:
        watcher.start()
    began = time.monotonic()
    done = world.manage("restore_site", CITY, world.facts["backup"], "--yes", CITY)
    seconds = time.monotonic() - began
    is_over.set()
    for watcher in watchers:
        watcher.join()
    world.forget_person(CITY, "webmaster")
    require(done.returncode == 0, f"恢复失败：{last_line(done)}")
    lost = world.articles[LOST]
    lost.page_id, lost.is_public = 0, False
    for slug in (HUB, PROVINCE, NEIGHBOUR):
        require(set(seen[slug]) == {200}, f"恢复期间 {slug} 的应答：{dict(seen[slug])}，应全是 200。")
    require(seen[CITY][SERVICE_UNAVAILABLE] > 0, f"恢复期间 {CITY} 的应答：{dict(seen[CITY])}，应当有 503。")
    require(set(seen[CITY]) <= {200, SERVICE_UNAVAILABLE}, f"恢复期间 {CITY} 的应答：{dict(seen[CITY])}。")
    return f"{seconds:.1f} 秒，其他站点应答 {sum(sum(seen[slug].values()) for slug in seen if slug != CITY)} 次"


@step("city_as_before", "恢复后：没有备份之后自己发布的，撤回的没有露面，检索一致", needs=["city_restore"])
def city_as_before(world: World) -> None:
    lost, sent = world.articles[LOST], world.articles[SENT]
    status = world.get(CITY, lost.path, is_fresh=True).status
    require(status == 404, f"备份之后发布的稿件应答 {status}，应为 404。")
    until(lambda: not hits_of(world, CITY, lost), seconds=10)
    require(not hits_of(world, CITY, lost), "检索仍能找到备份之后发布的稿件。")
    status = world.get(CITY, sent.urls[CITY], is_fresh=True).status
    require(status == 410, f"备份之后撤回的信息应答 {status}，应为 410。")
    require_unlisted(world, [CITY], sent)
    found = world.manage("reconcile")
    lines = [line for line in found.stdout.splitlines() if line.startswith(f"{CITY}:")]
    require(not lines, f"核对有差异：{listing(lines)}")


@step("city_owed", "恢复后：备份之后下发的信息重新落地", needs=["city_restore"])
def city_owed(world: World) -> None:
    later = world.articles[LATER]
    _wait_until_placed(world, later)
    require_page(world, CITY, later)


@step("backup_refused", "改动过的备份、没有再写标识的恢复都被拒绝", needs=["city_backup"])
def backup_refused(world: World) -> None:
    folder = Path(world.facts["backup"])
    untyped = world.manage("restore_site", CITY, str(folder))
    require(untyped.returncode != 0, "没有再写一遍标识也恢复了。")
    damaged = Path(world.backup) / "damaged"
    shutil.copytree(folder, damaged)
    text = (damaged / "manifest.json").read_text(encoding="utf-8")
    (damaged / "manifest.json").write_text(text.replace(CITY, "shenzhen"), encoding="utf-8")
    refused = world.manage("restore_site", CITY, str(damaged), "--yes", CITY)
    require(refused.returncode != 0, "改动过的备份也恢复了。")
    require(world.get(CITY, "/", is_fresh=True).status == 200, f"拒绝之后 {CITY} 的首页不应答 200。")
    shutil.rmtree(damaged)


@step("backup_away", "自检的备份删除", is_cleanup=True)
def backup_away(world: World) -> None:
    if world.backup:
        shutil.rmtree(world.backup, ignore_errors=True)
