"""Guidance from above: written by the hub and a province, shown beside the field of every site below."""

from __future__ import annotations

import re

from deploy.checking.plan import step
from deploy.checking.steps import require
from deploy.checking.world import CITY, HUB, NEIGHBOUR, PROVINCE, World

PLACE, TYPE = "/admin/network/guidance/", "sites_pages/warningpage"
NOTE = r'<details class="gs-guidance" data-guidance="{field}" data-from="{slug}"'
FIELD, COLUMN_OF_WARNINGS = "measures", "xfjs"


@step("guidance", "总局、省局写采编指导，下级写稿时在字段旁边看到，邻省看不到，市局写不了", needs=["logins"])
def guidance(world: World) -> None:
    words = {slug: f"自检指导{slug}{world.mark}" for slug in (HUB, PROVINCE)}
    address = f"{PLACE}warning/{FIELD}/"
    for slug, note in words.items():
        browser = world.person(slug, "webmaster").browser
        held = re.search(r'<textarea[^>]*name="note"[^>]*>\s*([^<]*)</textarea>', browser.get(address).text)
        require(held, f"{slug} 没有写“已采取的措施”指导的界面。")
        answer = browser.post(address, {"note": note, "sample": "自检示例"})
        require(answer.status == 302, f"{slug} 写指导没有成功（{answer.status}）。")
    try:
        shown = {slug: _editor(world, slug) for slug in (CITY, NEIGHBOUR)}
        for above in (HUB, PROVINCE):
            require(re.search(NOTE.format(field=FIELD, slug=above), shown[CITY]), f"{CITY} 看不到 {above} 的指导。")
            require(words[above] in shown[CITY], f"{CITY} 看不到 {above} 写的话。")
        require(shown[CITY].index(words[HUB]) < shown[CITY].index(words[PROVINCE]), "省局的指导排在总局的前面。")
        require(words[HUB] in shown[NEIGHBOUR], f"{NEIGHBOUR} 看不到总局的指导。")
        require(words[PROVINCE] not in shown[NEIGHBOUR], f"{NEIGHBOUR} 看得到 {PROVINCE} 的指导。")
        for slug, name in ((CITY, "webmaster"), (PROVINCE, "editor")):
            refused = world.person(slug, name).browser.post(address, {"note": "越权"})
            require(refused.status == 404, f"{slug} 的 {name} 写指导得到应答 {refused.status}，应为 404。")
    finally:
        for slug in words:
            world.person(slug, "webmaster").browser.post(f"{address}retire/")
    require(words[HUB] not in _editor(world, CITY), "收回以后仍然显示。")


def _editor(world: World, slug: str) -> str:
    """The form of a new consumer warning as an editor of a site sees it."""
    editor = world.person(slug, "editor")
    answer = editor.browser.get(f"/admin/pages/add/{TYPE}/{editor.column_id(COLUMN_OF_WARNINGS)}/")
    require(answer.status == 200, f"{slug} 的写稿界面应答 {answer.status}。")
    return answer.text
