"""The corpus of laws, where the demo was started with one."""

from __future__ import annotations

from urllib.parse import urlsplit

from deploy.checking.plan import step
from deploy.checking.steps import NotApplicable, require
from deploy.checking.visibility import search
from deploy.checking.world import CITY, HUB, NEIGHBOUR, PROVINCE, World

TRADE_MARK_LAW = "中华人民共和国商标法"
REGIONAL = "广东省"
DISPATCHED = 20


@step("law", "搜到国家法律，页面载明制定机关", needs=["logins"])
def law(world: World) -> None:
    hits = [hit for hit in search(world, CITY, TRADE_MARK_LAW, kind="law").hits if hit.title.startswith(TRADE_MARK_LAW)]
    if not hits:
        raise NotApplicable("没有载入法规语料；deploy/run demo --corpus 目录 可以载入")
    require(hits[0].title == TRADE_MARK_LAW, f"第一条结果是“{hits[0].title}”。")
    address = urlsplit(hits[0].url)
    slug = address.netloc.partition(".")[0] or CITY
    answer = world.get(slug, address.path)
    require(answer.status == 200, f"{slug}{address.path} 应答 {answer.status}。")
    require("全国人民代表大会" in answer.text and "商标专用权" in answer.text, "法律页没有制定机关或正文。")


@step("regional_law", "地方性法规只在本省站点", needs=["law"])
def regional_law(world: World) -> str:
    found = search(world, NEIGHBOUR, f"{REGIONAL} 条例", kind="law").hits
    host = world.sites[PROVINCE].host
    hits = [hit for hit in found if hit.title.startswith(REGIONAL) and urlsplit(hit.url).netloc == host]
    require(hits, f"在 {NEIGHBOUR} 的全群搜索中没有 {PROVINCE} 的地方性法规。")
    path = urlsplit(hits[0].url).path
    require(world.get(PROVINCE, path).status == 200, f"{PROVINCE}{path} 没有打开。")
    require(not hits[0].also_on, f"“{hits[0].title}”注明另有 {hits[0].also_on} 个站点刊载。")
    for slug in (NEIGHBOUR, HUB):
        require(world.get(slug, path).status == 404, f"{slug}{path} 也刊载了“{hits[0].title}”。")
        own = search(world, slug, hits[0].title, kind="law", scope="site").named(hits[0].title)
        require(not own, f"{slug} 的本站搜索出现了“{hits[0].title}”。")
    return hits[0].title


@step("laws_everywhere", "下发的法律在每个站点刊载", needs=["law"])
def laws_everywhere(world: World) -> str:
    others = len(world.sites) - 1
    pages = [search(world, CITY, "法", kind="law", scope="site", page=str(page)) for page in (1, 2, 3)]
    hits = [hit for page in pages for hit in page.hits if hit.also_on == others]
    require(len(hits) == DISPATCHED, f"{CITY} 有 {len(hits)} 部法律另有 {others} 个站点刊载，应有 {DISPATCHED} 部。")
    path = urlsplit(hits[0].url).path
    answers = world.everywhere(
        lambda slug: world.get(slug, path).status, [slug for slug in world.watched if slug != HUB]
    )
    missing = [slug for slug, status in answers.items() if status != 200]
    require(not missing, f"“{hits[0].title}”没有在 {missing[:4]} 刊载。")
    return f"{len(hits)} 部"
