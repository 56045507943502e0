"""Two sites with equal keys: previews, addresses, files stay each on its own."""

from __future__ import annotations

import re

from deploy.checking.browser import host_of, local_path
from deploy.checking.pictures import new_picture
from deploy.checking.plan import step
from deploy.checking.scenarios.neighbours import PRIVATE
from deploy.checking.steps import require
from deploy.checking.world import NEIGHBOUR, PROVINCE, World

SITE_NAME = re.compile(r'name="SiteName" content="([^"]+)"')
COMPARED = 20


@step("preview_stays", "预览稿件时仍在本站", needs=["neighbour_article"])
def preview_stays(world: World) -> None:
    article = world.articles[PRIVATE]
    own = SITE_NAME.search(world.get(PROVINCE, "/").text)
    answer = world.person(PROVINCE, "editor").browser.get(f"/admin/pages/{article.page_id}/view_draft/")
    require(answer.status == 200, f"预览应答 {answer.status}。")
    require(article.words in answer.text, "预览没有显示稿件的正文。")
    shown = SITE_NAME.search(answer.text)
    require(bool(own and shown and own[1] == shown[1]), f"预览是站点“{shown[1] if shown else '（没有名称）'}”的页面。")


@step("equal_keys", "两个站点主键相同的页面，地址各属各站", needs=["logins"])
def equal_keys(world: World) -> None:
    addresses: dict[str, dict[int, str]] = {}
    for slug in (PROVINCE, NEIGHBOUR, PROVINCE):
        listed = world.person(slug, "webmaster").browser.get(f"/admin/api/main/pages/?order=id&limit={COMPARED}")
        require(listed.status == 200, f"{slug} 后台的页面接口应答 {listed.status}。")
        addresses[slug] = {item["id"]: str(item["meta"]["html_url"] or "") for item in listed.json()["items"]}
    shared = addresses[PROVINCE].keys() & addresses[NEIGHBOUR].keys()
    require(bool(shared), "两个站点没有主键相同的页面，无从比较。")
    for slug, found in addresses.items():
        wrong = [address for key, address in found.items() if address and host_of(address) != world.sites[slug].host]
        require(not wrong, f"{slug} 的页面地址 {wrong[:1]} 是别的站点的。")


@step("media_apart", "上传的文件只在本站的后台取得到", needs=["logins"])
def media_apart(world: World) -> None:
    picture = new_picture(f"apart-{world.mark}.png")
    here, there = world.person(PROVINCE, "editor"), world.person(NEIGHBOUR, "editor")
    number = here.upload_image(f"自检图片 {world.mark}", picture)
    detail = here.browser.get(f"/admin/api/main/images/{number}/").json()
    path = local_path(str(detail["meta"]["download_url"]))
    own = here.browser.get(path)
    require(
        own.status == 200 and own.content == picture.content, f"{PROVINCE} 取不到自己的文件 {path}（{own.status}）。"
    )
    for address in (path, path.replace(f"/{PROVINCE}/", f"/{NEIGHBOUR}/", 1)):
        answer = there.browser.get(address)
        require(answer.content != picture.content, f"{NEIGHBOUR} 用 {address} 取到了 {PROVINCE} 的文件。")
        require(answer.status == 404, f"{NEIGHBOUR}{address} 应答 {answer.status}，应为 404。")
    require(world.get(PROVINCE, path).status == 404, "没有登录也能取到未发布的文件。")
