"""Where an article shows to the public."""

from __future__ import annotations

import time
from collections.abc import Iterable
from urllib.parse import urlencode

from deploy.checking.browser import Answer
from deploy.checking.reading import Hit, SearchResult, main_text, read_search
from deploy.checking.steps import listing, require, until
from deploy.checking.world import COLUMN, Article, World

LISTS = {f"/{COLUMN}/": "栏目页", "/": "首页", "/feed.atom": "订阅", "/sitemap.xml": "站点地图"}
SECONDS_OF_PAGE_CACHE = 2.1
"""The proxy keeps a page until the clock's second after the next, so a change may show that late."""

SECONDS_TO_INDEX = 15.0


def search(world: World, slug: str, words: str, **parameters: str) -> SearchResult:
    """A visitor's search on one site. Raises Failure when the page does not answer or refuses."""
    answer = world.get(slug, "/search/?" + urlencode({"q": words, **parameters}))
    require(answer.status == 200, f"{slug} 的搜索页应答 {answer.status}。")
    result = read_search(answer.text)
    require(not result.error, f"{slug} 的搜索页报告：{result.error}")
    return result


def hits_of(world: World, slug: str, article: Article, **parameters: str) -> list[Hit]:
    """Results that are this article."""
    return search(world, slug, article.title, **parameters).named(article.token)


def places_of(world: World, slug: str, article: Article, *, is_fresh: bool = False) -> list[str]:
    """Names of the lists of a site that show the article: column, home, feed, site map."""
    wanted = article.urls.get(slug, article.path)
    found = []
    for address, name in LISTS.items():
        text = world.get(slug, address, is_fresh=is_fresh).text
        if (wanted if name == "站点地图" else article.token) in text:
            found.append(name)
    return found


def require_listed(world: World, slugs: Iterable[str], article: Article) -> None:
    """Every list of these sites shows the article."""
    missing = _unlisted(world, list(slugs), article)
    if missing:
        time.sleep(SECONDS_OF_PAGE_CACHE)
        missing = _unlisted(world, list(missing), article)
    require(not missing, f"没有列出：{listing(f'{slug} 的{listing(names)}' for slug, names in missing.items())}。")


def _unlisted(world: World, slugs: list[str], article: Article) -> dict[str, list[str]]:
    found = world.everywhere(lambda slug: places_of(world, slug, article), slugs)
    missing = {slug: [name for name in LISTS.values() if name not in places] for slug, places in found.items()}
    return {slug: names for slug, names in missing.items() if names}


def require_unlisted(world: World, slugs: Iterable[str], article: Article, *, is_fresh: bool = True) -> None:
    """No list of these sites shows the article; what a cache still holds counts unless asked fresh."""
    found = world.everywhere(lambda slug: places_of(world, slug, article, is_fresh=is_fresh), slugs)
    shown = {slug: places for slug, places in found.items() if places}
    require(not shown, f"仍然列出：{listing(f'{slug} 的{listing(places)}' for slug, places in shown.items())}。")


def require_not_public(world: World, slug: str, article: Article) -> None:
    """Neither page nor list nor search of a site shows the article."""
    answer = world.get(slug, article.path, is_fresh=True)
    require(answer.status == 404, f"{slug}{article.path} 应答 {answer.status}，应为 404。")
    require(article.words not in answer.text, f"{slug}{article.path} 的 404 页带有正文。")
    require_unlisted(world, [slug], article)
    require(not hits_of(world, slug, article), f"在 {slug} 能搜到“{article.title}”。")


def require_page(world: World, slug: str, article: Article) -> Answer:
    """The article comes to stand on its page, as late as the page cache allows. Returns the page."""
    path = article.urls.get(slug, article.path)
    answer = world.get(slug, path)
    deadline = time.monotonic() + SECONDS_OF_PAGE_CACHE
    while not _shows(answer, article) and time.monotonic() < deadline:
        time.sleep(0.2)
        answer = world.get(slug, path)
    return _require_shown(answer, slug, article)


def require_still(world: World, slug: str, article: Article) -> Answer:
    """The article stands on its page at this moment, whatever a cache holds. Returns the page."""
    return _require_shown(world.get(slug, article.urls.get(slug, article.path), is_fresh=True), slug, article)


def _shows(answer: Answer, article: Article) -> bool:
    text = main_text(answer.text)
    return answer.status == 200 and article.title in text and article.words in text


def _require_shown(answer: Answer, slug: str, article: Article) -> Answer:
    require(answer.status == 200, f"{slug}{answer.path} 应答 {answer.status}，应为 200。")
    require(_shows(answer, article), f"{slug}{answer.path} 没有显示标题和正文。")
    return answer


def wait_for_hit(world: World, slug: str, article: Article, **parameters: str) -> list[Hit]:
    """Results that are this article, waiting for the indexer. Raises Failure when none comes."""
    hits = until(lambda: hits_of(world, slug, article, **parameters), seconds=SECONDS_TO_INDEX)
    require(hits, f"{SECONDS_TO_INDEX:.0f} 秒内在 {slug} 搜不到“{article.title}”。")
    assert isinstance(hits, list)
    return hits
