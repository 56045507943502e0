"""A province's own work: written, reviewed, published there, sent to its own cities, taken down."""

from __future__ import annotations

import time

from deploy.checking.browser import local_path
from deploy.checking.pictures import new_picture
from deploy.checking.plan import step
from deploy.checking.reading import main_text, picture_urls
from deploy.checking.scenarios.national import DUTIES
from deploy.checking.scenarios.travelling import RECALL_REASON, SECONDS_TO_PLACE, SECONDS_TO_RECALL, counted_sites
from deploy.checking.staff import board_of, refusal
from deploy.checking.steps import listing, require, until
from deploy.checking.visibility import (
    SECONDS_OF_PAGE_CACHE,
    hits_of,
    require_listed,
    require_page,
    require_still,
    require_unlisted,
    wait_for_hit,
)
from deploy.checking.world import CITY, COLUMN, HUB, NEIGHBOUR, PROVINCE, Article, World

LOCAL, SHORT = "local", "short"


def publish(world: World, article: Article) -> None:
    """Have an article written and reviewed by the colleagues of its site, as many as the site's rules ask for."""
    editor = world.person(article.site, "editor")
    article.page_id = editor.write(column=COLUMN, **article.form())
    editor.submit(article.page_id, **article.form())
    approvals = 0
    for username in DUTIES:
        person = world.person(article.site, username)
        if person.task_of(article.page_id):
            early = world.get(article.site, article.path, is_fresh=True)
            require(early.status == 404, "审核没有办完就公开了。")
            person.approve(article.page_id)
            approvals += 1
    require(approvals >= 2, f"{article.site} 的稿件只经 {approvals} 人审核就没有后续环节了。")
    article.urls[article.site] = article.path
    article.is_public = True
    require_page(world, article.site, article)


@step("province_publish", "省局编辑配图撰写，同事审核后发布", needs=["logins"])
def province_publish(world: World) -> None:
    article = world.article(LOCAL, site=PROVINCE, title="关于省局自检事项的通告", words="省局自检正文")
    picture = new_picture(f"{article.slug}.png")
    article.image_id = world.person(PROVINCE, "editor").upload_image(article.title, picture)
    publish(world, article)
    require_listed(world, [PROVINCE], article)


@step("picture", "配图随已发布的稿件公开，内容一致", needs=["province_publish"])
def picture(world: World) -> None:
    article = world.articles[LOCAL]
    urls = picture_urls(world.get(PROVINCE, article.path).text)
    require(urls, "稿件页没有配图。")
    answer = world.get(PROVINCE, urls[0])
    require(answer.status == 200 and answer.content[:4] == b"\x89PNG", f"配图 {urls[0]} 应答 {answer.status}。")
    world.facts["picture"] = urls[0]


@step("picture_elsewhere", "别的站点取不到这张配图", needs=["picture"])
def picture_elsewhere(world: World) -> None:
    for slug in (NEIGHBOUR, CITY, HUB):
        status = world.get(slug, world.facts["picture"]).status
        require(status == 404, f"{slug}{world.facts['picture']} 应答 {status}，应为 404。")


@step("subtree", "省局只能向所辖市局下发", needs=["province_publish", "homes"])
def subtree(world: World) -> str:
    article, webmaster = world.articles[LOCAL], world.person(PROVINCE, "webmaster")
    hosts = {entry.host: slug for slug, entry in world.sites.items()}
    listed = {hosts[host] for host in world.frames[PROVINCE].links if host in hosts}
    provinces = {hosts[host] for host in world.frames[HUB].links if host in hosts} | {HUB, PROVINCE}
    cities = listed - provinces
    counted = counted_sites(webmaster.dispatch(article.page_id, scope="all"))
    require(counted == len(cities), f"核对出 {counted} 个站点，应为所辖的 {len(cities)} 个。")
    for outside in (NEIGHBOUR, HUB):
        answer = webmaster.dispatch(article.page_id, scope="regions", regions=(outside,), is_confirmed=True)
        reached = board_of(answer)
        article.content_id = article.content_id or reached
        article.is_travelling = article.is_travelling or bool(reached)
        require(not reached, f"{PROVINCE} 向辖区以外的 {outside} 下发成功。")
    return f"{counted} 个市局"


@step("region_dispatch", "下发到指定市局，只在该市局刊载", needs=["subtree"])
def region_dispatch(world: World) -> None:
    article, webmaster = world.articles[LOCAL], world.person(PROVINCE, "webmaster")
    answer = webmaster.dispatch(article.page_id, scope="regions", regions=(CITY,), is_confirmed=True)
    article.content_id = board_of(answer)
    require(article.content_id, f"下发未成功（{answer.status}）：{refusal(answer)}")
    article.is_travelling = True
    until(lambda: webmaster.board(article.content_id)["totals"]["placed"] == 1, seconds=SECONDS_TO_PLACE)
    rows = webmaster.board(article.content_id)["deliveries"]
    require(
        [row["site"] for row in rows] == [CITY], f"回执列出 {listing(row['site'] for row in rows)}，应只有 {CITY}。"
    )
    article.urls[CITY] = local_path(rows[0]["url"])
    text = main_text(require_page(world, CITY, article).text)
    require(f"来源：{world.names[PROVINCE]}" in text, f"{CITY} 的刊载页没有注明来源。")
    status = world.get(CITY, world.facts["picture"]).status if "picture" in world.facts else 200
    require(status == 200, f"{CITY} 刊载后配图应答 {status}，应为 200。")
    for slug in (NEIGHBOUR, "shenzhen", HUB):
        require(world.get(slug, article.urls[CITY]).status == 404, f"{slug} 也刊载了。")
        require_unlisted(world, [slug], article)


@step("console_closed", "没有站群管理职责的人进不了下发管理", needs=["logins"])
def console_closed(world: World) -> None:
    for slug, username in ((CITY, "webmaster"), (CITY, "editor"), (PROVINCE, "editor"), (HUB, "editor")):
        answer = world.person(slug, username).browser.get("/admin/network/items/")
        require(answer.status in (403, 404), f"{slug} 的 {username} 打开了下发管理（{answer.status}）。")


@step("foreign_board", "别的省局看不到、撤不回它，总站可以查看", needs=["region_dispatch"])
def foreign_board(world: World) -> None:
    article = world.articles[LOCAL]
    other = world.person(NEIGHBOUR, "webmaster")
    status = other.browser.get(f"/admin/network/items/{article.content_id}/").status
    require(status == 404, f"{NEIGHBOUR} 打开了 {PROVINCE} 的下发回执（{status}）。")
    other.recall(article.content_id, "越权")
    board = world.person(HUB, "webmaster").board(article.content_id)
    require(board["state"] == "live", f"{NEIGHBOUR} 撤回了 {PROVINCE} 下发的信息。")


@step("province_recall", "省局撤回后稿件和配图在本省两级站点下线", needs=["region_dispatch"])
def province_recall(world: World) -> None:
    article = world.articles[LOCAL]
    world.person(PROVINCE, "webmaster").recall(article.content_id, RECALL_REASON)
    recalled = time.monotonic()
    article.is_travelling = article.is_public = False
    time.sleep(max(recalled + SECONDS_TO_RECALL - time.monotonic(), 0))
    for slug in (PROVINCE, CITY):
        status = world.get(slug, article.urls[slug]).status
        require(status == 410, f"{slug} 的页面应答 {status}，应为 410。")
        if "picture" in world.facts:
            status = world.get(slug, world.facts["picture"]).status
            require(status == 404, f"{slug} 的配图应答 {status}，应为 404。")
    require_unlisted(world, [PROVINCE, CITY], article, is_fresh=False)
    require(not hits_of(world, CITY, article), f"在 {CITY} 仍能搜到。")


@step("take_down", "未下发的稿件由本站站点管理员下线", needs=["logins"])
def take_down(world: World) -> None:
    article = world.article(SHORT, site=NEIGHBOUR, title="关于邻省自检事项的通告", words="邻省自检正文")
    publish(world, article)
    wait_for_hit(world, NEIGHBOUR, article)
    world.person(NEIGHBOUR, "editor").take_down(article.page_id)
    require_still(world, NEIGHBOUR, article)
    world.person(NEIGHBOUR, "webmaster").take_down(article.page_id)
    time.sleep(SECONDS_OF_PAGE_CACHE)
    status = world.get(NEIGHBOUR, article.path).status
    require(status == 404, f"下线后页面应答 {status}，应为 404。")
    article.is_public = False
    require_unlisted(world, [NEIGHBOUR], article, is_fresh=False)
    require(not hits_of(world, NEIGHBOUR, article), "下线后仍能搜到。")
