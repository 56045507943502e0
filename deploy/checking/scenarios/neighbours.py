"""What another site's people and pages see of a province's article: nothing but the group's search."""

from __future__ import annotations

from deploy.checking.browser import Answer, Browser
from deploy.checking.plan import step
from deploy.checking.scenarios.province import publish
from deploy.checking.steps import require
from deploy.checking.visibility import hits_of, require_still, require_unlisted, wait_for_hit
from deploy.checking.world import HUB, NEIGHBOUR, PROVINCE, Article, World

PRIVATE = "private"
ADMIN_ADDRESSES = (
    "/admin/pages/{id}/",
    "/admin/pages/{id}/edit/",
    "/admin/pages/{id}/edit/preview/",
    "/admin/pages/{id}/view_draft/",
    "/admin/pages/{id}/copy/",
    "/admin/pages/{id}/move/",
    "/admin/pages/{id}/delete/",
    "/admin/pages/{id}/unpublish/",
    "/admin/pages/{id}/history/",
    "/admin/pages/{id}/usage/",
    "/admin/pages/{id}/workflow/status/",
    "/admin/api/main/pages/{id}/",
    "/admin/network/items/dispatch/{id}/",
)
REFUSED = (302, 403, 404, 405)


@step("neighbour_article", "省局发布一篇只属于本站的稿件", needs=["logins"])
def neighbour_article(world: World) -> None:
    article = world.article(PRIVATE, site=PROVINCE, title="关于本省内部自检事项的通告", words="只属于本省的自检正文")
    publish(world, article)


def _require_unseen(answer: Answer, article: Article, where: str) -> None:
    seen = article.token in answer.text or article.words in answer.text
    require(not seen, f"{where} 显示了 {article.site} 的稿件。")


@step("neighbour_admin", "邻省编辑在后台打不开、改不了它", needs=["neighbour_article"])
def neighbour_admin(world: World) -> None:
    article, editor = world.articles[PRIVATE], world.person(NEIGHBOUR, "editor")
    has_own = (
        world.person(NEIGHBOUR, "webmaster").browser.get(f"/admin/api/main/pages/{article.page_id}/").status == 200
    )
    for pattern in ADMIN_ADDRESSES:
        address = pattern.format(id=article.page_id)
        answer = editor.browser.get(address)
        _require_unseen(answer, article, f"{NEIGHBOUR}{address}")
        # Keys are per site: the neighbour may have a page of its own under this one.
        require(has_own or answer.status in REFUSED, f"{NEIGHBOUR}{address} 应答 {answer.status}。")
    if not has_own:
        editor.save(article.page_id, "action-submit", **{**article.form(), "words": "邻省改过的正文"})
        editor.take_down(article.page_id)
        editor.discard(article.page_id)
    listed = editor.browser.get(f"/admin/api/main/pages/?search={article.token}&limit=5")
    _require_unseen(listed, article, f"{NEIGHBOUR} 后台的页面接口")
    require_still(world, PROVINCE, article)


@step("neighbour_session", "本站的登录凭据在邻省无效", needs=["neighbour_article"])
def neighbour_session(world: World) -> None:
    article = world.articles[PRIVATE]
    for username in ("editor", "webmaster"):
        kept = dict(world.person(PROVINCE, username).browser.cookies)
        abroad = Browser(port=world.port, host=world.sites[NEIGHBOUR].host, cookies=kept)
        for address in ("/admin/", f"/admin/pages/{article.page_id}/edit/", "/admin/users/", "/admin/network/items/"):
            answer = abroad.get(address)
            require(answer.is_login, f"{PROVINCE} 的 {username} 凭据在 {NEIGHBOUR}{address} 得到应答 {answer.status}。")


@step("neighbour_pages", "邻省的页面、列表和本站搜索都没有它", needs=["neighbour_article"])
def neighbour_pages(world: World) -> None:
    article = world.articles[PRIVATE]
    wait_for_hit(world, PROVINCE, article, scope="site")
    for slug in (NEIGHBOUR, HUB):
        answer = world.get(slug, article.path)
        require(answer.status == 404, f"{slug}{article.path} 应答 {answer.status}，应为 404。")
        _require_unseen(answer, article, slug)
        require_unlisted(world, [slug], article)
        require(not hits_of(world, slug, article, scope="site"), f"{slug} 的本站搜索出现了 {PROVINCE} 的稿件。")


@step("group_search", "邻省的全群搜索能找到它并注明是哪个站点", needs=["neighbour_article"])
def group_search(world: World) -> None:
    article = world.articles[PRIVATE]
    hits = wait_for_hit(world, NEIGHBOUR, article, scope="group")
    require(len(hits) == 1, f"搜到 {len(hits)} 次，应为一次。")
    name, host = world.sites[PROVINCE].short_name, world.sites[PROVINCE].host
    require(name in hits[0].meta, f"结果注明“{hits[0].meta}”，没有站点名称“{name}”。")
    require(hits[0].url == f"http://{host}{article.path}", f"结果指向 {hits[0].url}。")
    require(not hits[0].also_on, f"注明另有 {hits[0].also_on} 个站点刊载，应为没有。")
