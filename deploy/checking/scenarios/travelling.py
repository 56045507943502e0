"""The notice on its way: dispatched, updated, recalled, with the board as proof."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from urllib.parse import quote

from deploy.checking.browser import Answer, host_of, local_path
from deploy.checking.elements import parse
from deploy.checking.plan import step
from deploy.checking.reading import main_text, read_frame
from deploy.checking.scenarios.national import DUTIES, NOTICE
from deploy.checking.staff import SOURCE, article_fields, board_of, refusal
from deploy.checking.steps import listing, require, until
from deploy.checking.visibility import (
    hits_of,
    require_listed,
    require_page,
    require_still,
    require_unlisted,
    wait_for_hit,
)
from deploy.checking.world import CITY, HUB, MOST_WATCHED, NEIGHBOUR, PROVINCE, Article, World

SECONDS_TO_PLACE = 30.0
SECONDS_PER_SITE = 0.2
"""On top, for each site beyond the usual demo's."""

SECONDS_TO_RECALL = 2.0
RECALL_REASON = "自检结束"


@step("count", "站点管理员核对下发范围：其余全部站点", needs=["secrecy"])
def count(world: World) -> str:
    answer = world.person(HUB, "webmaster").dispatch(world.articles[NOTICE].page_id, scope="all")
    counted = counted_sites(answer)
    wanted = len(world.sites) - 1
    require(counted == wanted, f"下发页核对出 {counted} 个站点，应为 {wanted} 个。")
    return f"{counted} 个站点"


def counted_sites(answer: Answer) -> int:
    """The number of sites that the dispatch form counted; 0 when it counted none."""
    number = parse(answer.text).first(attribute="data-count")
    return int(number.text) if answer.status == 200 and number and number.text.isdigit() else 0


@step("dispatch", "确认下发", needs=["count"])
def dispatch(world: World) -> None:
    article = world.articles[NOTICE]
    answer = world.person(HUB, "webmaster").dispatch(article.page_id, scope="all", is_confirmed=True)
    article.content_id = board_of(answer)
    require(article.content_id, f"下发未成功（{answer.status}）：{refusal(answer)}")
    article.is_travelling = True


@step("board", "下发回执在数秒内填满", needs=["dispatch"])
def board(world: World) -> str:
    article, wanted = world.articles[NOTICE], len(world.sites) - 1
    webmaster = world.person(HUB, "webmaster")
    began = time.monotonic()
    until(lambda: webmaster.board(article.content_id)["totals"]["placed"] == wanted, seconds=SECONDS_TO_PLACE)
    found = webmaster.board(article.content_id)
    totals = found["totals"]
    require(
        totals["placed"] == wanted, f"{SECONDS_TO_PLACE:.0f} 秒后落地 {totals['placed']} 个站点，应为 {wanted} 个。"
    )
    article.urls.update({row["site"]: local_path(row["url"]) for row in found["deliveries"]})
    astray = [row["site"] for row in found["deliveries"] if host_of(row["url"]) != world.sites[row["site"]].host]
    require(not astray, f"回执中的地址不在本站：{listing(astray)}。")
    return f"{wanted} 个站点，{time.monotonic() - began:.1f} 秒"


def seconds_to_place(world: World) -> float:
    """How long the worker may take to reach every site."""
    return SECONDS_TO_PLACE + SECONDS_PER_SITE * max(len(world.sites) - MOST_WATCHED, 0)


@step("stands", "每个站点在自己的框架中刊载并注明来源", needs=["board", "names"])
def stands(world: World) -> None:
    article, source = world.articles[NOTICE], world.names[HUB]
    slugs = [slug for slug in world.watched if slug != HUB]
    answers = world.everywhere(lambda slug: require_page(world, slug, article), slugs)
    for slug, answer in answers.items():
        frame, text = read_frame(answer.text), main_text(answer.text)
        require(world.names[slug] in frame.masthead, f"{slug} 刊载页的页头没有本站全称“{world.names[slug]}”。")
        require(frame.labels.get("SiteName") == world.names[slug], f"{slug} 刊载页的 SiteName 不是本站全称。")
        require(f"来源：{source}" in text, f"{slug} 刊载页没有注明“来源：{source}”。")
        require("本页为该局下发内容" in text, f"{slug} 刊载页没有说明是下发内容。")
        require(frame.labels.get("ContentSource") == SOURCE, f"{slug} 刊载页的 ContentSource 不是原文的“{SOURCE}”。")


@step("listed", "每个站点的栏目、首页、订阅和站点地图列出它", needs=["board"])
def listed(world: World) -> None:
    require_listed(world, world.watched, world.articles[NOTICE])


def _is_counted_once(world: World, slug: str, article: Article, others: int) -> bool:
    """Whether a search on a site finds the item once with this many other sites."""
    return [hit.also_on for hit in hits_of(world, slug, article)] == [others]


@step("found_once", "在任一站点搜索只出现一次，并注明另有多少站点刊载", needs=["board"])
def found_once(world: World) -> str:
    article, others = world.articles[NOTICE], len(world.sites) - 1
    for slug in (HUB, PROVINCE, NEIGHBOUR, CITY):
        wait_for_hit(world, slug, article)
        until(partial(_is_counted_once, world, slug, article, others), seconds=10)
        hits = hits_of(world, slug, article)
        require(len(hits) == 1, f"在 {slug} 搜到 {len(hits)} 次，应为一次。")
        require(hits[0].also_on == others, f"在 {slug} 注明另有 {hits[0].also_on} 个站点刊载，应为 {others} 个。")
        own = article.urls[slug]
        require(hits[0].url == own, f"在 {slug} 的结果指向 {hits[0].url}，应指向本站的 {own}。")
    return f"另有 {others} 个站点刊载"


@step("locked", "收件站点不能修改、删除、下线它", needs=["board"])
def locked(world: World) -> None:
    article = world.articles[NOTICE]
    slug = article.urls[CITY].strip("/").rpartition("/")[2]
    for username in ("editor", "webmaster"):
        person = world.person(CITY, username)
        page_id = person.find_page("sites_inbox.PlacementPage", slug)
        if page_id is None:
            continue
        edit = f"/admin/pages/{page_id}/edit/"
        changed = article_fields(title="改过的标题", slug=slug, words="改过的正文")
        person.browser.get(edit)
        person.browser.post(edit, [*changed, ("local_note", "自检附注"), ("action-publish", "action-publish")])
        person.take_down(page_id)
        person.browser.get(f"/admin/pages/{page_id}/delete/")
        person.browser.post(f"/admin/pages/{page_id}/delete/")
        answer = require_still(world, CITY, article)
        require("自检附注" not in answer.text, f"{CITY} 的 {username} 未经审核加上了附注。")


@step("draft_of_update", "修订稿审核期间各站点仍显示原文", needs=["stands"])
def draft_of_update(world: World) -> None:
    article = world.articles[NOTICE]
    revised = replace(article, title=f"{article.title}（修订）", words=f"修订后的{article.words}")
    editor = world.person(HUB, "editor")
    editor.save(article.page_id, "", **revised.form())
    editor.submit(article.page_id, **revised.form())
    for username in DUTIES[:-1]:
        world.person(HUB, username).approve(article.page_id)
    for slug in (HUB, PROVINCE, CITY):
        answer = require_still(world, slug, article)
        require(revised.words not in answer.text, f"{slug} 提前显示了未审完的修订稿。")
    world.articles["revised"] = revised


@step("updated", "修订发布后每个站点显示新文", needs=["draft_of_update"])
def updated(world: World) -> None:
    revised = world.articles.pop("revised")
    world.person(HUB, "secrecy").approve(revised.page_id)
    world.articles[NOTICE] = revised
    world.everywhere(lambda slug: require_page(world, slug, revised), world.watched)
    webmaster, wanted = world.person(HUB, "webmaster"), len(world.sites) - 1

    def behind() -> list[str]:
        rows = webmaster.board(revised.content_id)["deliveries"]
        return [row["site"] for row in rows if row["version"] != 2]

    until(lambda: not behind(), seconds=seconds_to_place(world))
    late = behind()
    require(not late, f"回执中有 {len(late)} 个站点没有到第 2 版（共 {wanted} 个）：{listing(late)}。")


@step("no_reason", "不填撤回原因不能撤回", needs=["dispatch"])
def no_reason(world: World) -> None:
    article, webmaster = world.articles[NOTICE], world.person(HUB, "webmaster")
    webmaster.recall(article.content_id, "")
    require(webmaster.board(article.content_id)["state"] == "live", "没有填写原因也撤回了。")


@step("recall", "站点管理员填写原因，从全部站点撤回", needs=["stands", "no_reason"])
def recall(world: World) -> None:
    article = world.articles[NOTICE]
    answer = world.person(HUB, "webmaster").recall(article.content_id, RECALL_REASON)
    world.moments["recall"] = time.monotonic()
    state = world.person(HUB, "webmaster").board(article.content_id)["state"]
    require(state == "recalled", f"撤回未成功（{answer.status}，状态 {state}）：{refusal(answer)}")
    article.is_travelling = article.is_public = False


def wait_for_recall(world: World) -> None:
    """Let the time pass within which a recall must hold everywhere."""
    time.sleep(max(world.moments["recall"] + SECONDS_TO_RECALL - time.monotonic(), 0))


@step("gone_pages", "两秒后每个站点的页面都是撤回说明（410）", needs=["recall"])
def gone_pages(world: World) -> None:
    wait_for_recall(world)
    article = world.articles[NOTICE]
    answers = world.everywhere(lambda slug: world.get(slug, article.urls[slug]), world.watched)
    shown = [f"{slug}（{answer.status}）" for slug, answer in answers.items() if answer.status != 410]
    require(not shown, f"页面不是 410：{listing(shown)}。")
    kept = [slug for slug, answer in answers.items() if article.words in answer.text]
    require(not kept, f"撤回说明仍带有正文：{listing(kept)}。")
    silent = [slug for slug, answer in answers.items() if RECALL_REASON not in answer.text]
    require(not silent, f"撤回说明没有写明原因：{listing(silent)}。")


@step("gone_lists", "两秒后每个站点的栏目、首页、订阅和站点地图都不再列出", needs=["recall"])
def gone_lists(world: World) -> None:
    wait_for_recall(world)
    require_unlisted(world, world.watched, world.articles[NOTICE], is_fresh=False)


@step("gone_search", "两秒后任何站点都搜不到", needs=["recall"])
def gone_search(world: World) -> None:
    wait_for_recall(world)
    article = world.articles[NOTICE]
    found = world.everywhere(lambda slug: hits_of(world, slug, article), world.sample())
    found_site = world.everywhere(lambda slug: hits_of(world, slug, article, scope="site"), world.sample())
    shown = [slug for slug in found if found[slug] or found_site[slug]]
    require(not shown, f"仍能搜到：{listing(shown)}。")


@step("proof", "回执证实每个站点都已下线", needs=["recall"])
def proof(world: World) -> str:
    article, webmaster = world.articles[NOTICE], world.person(HUB, "webmaster")
    wanted = len(world.sites) - 1
    patience = seconds_to_place(world)
    until(lambda: webmaster.board(article.content_id)["is_proven_recalled"], seconds=patience)
    found = webmaster.board(article.content_id)
    recalled = found["totals"]["recalled"]
    require(
        found["is_proven_recalled"] and recalled == wanted,
        f"{patience:.0f} 秒后收到下线回执 {recalled} 份，应为 {wanted} 份。",
    )
    page = webmaster.browser.get(f"/admin/network/items/{quote(article.content_id)}/")
    require("撤回已由全部站点证实" in page.text, "回执页没有写明撤回已由全部站点证实。")
    return f"{recalled} 份"
