"""Sabotages of the frame around public pages, of lists and feeds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

from deploy.demo.sabotage import sabotage
from network.contracts import ListItem
from network.tenancy.api import get_site
from sites.feeds import views as feeds
from sites.pages import queries
from themes import frame
from themes.templatetags import govsites

BROKEN_SITE = "zhuhai"
RECEIVED = re.compile(r"/x[0-9a-f]{16}/$")


@sabotage("徽标不显示")
def emblem_hidden() -> None:
    govsites.register.simple_tag(lambda url="", css_class="": "", name="emblem")


@sabotage("徽标图片取不到")
def emblem_broken() -> None:
    frame.brand_file = lambda name: f"/static/themes/brand/missing-{name}"


@sabotage("页脚没有法定内容")
def footer_hidden() -> None:
    frame.footer_fields = lambda facts, **options: []


@sabotage("所有站点的页脚都是总站的")
def footer_of_the_hub() -> None:
    fill = frame.footer_fields
    frame.footer_fields = lambda facts, **options: fill(asdict(frame.site_facts(get_site("hub"))), **options)


@sabotage("网页标签缺失")
def labels_hidden() -> None:
    govsites.register.simple_tag(lambda context: "", takes_context=True, name="labels")


@sabotage("所有站点都显示总站的全称")
def name_of_the_hub() -> None:
    read = frame.site_facts
    frame.site_facts = lambda site: replace(read(site), full_name=str(get_site("hub").full_name))


@sabotage("一个市局的页面全部出错")
def one_site_broken() -> None:
    read = frame.site_facts

    def fail_for_one(site: Any) -> frame.SiteFacts:
        if getattr(site, "slug", "") == BROKEN_SITE:
            raise RuntimeError("sabotage: one_site_broken")
        return read(site)

    frame.site_facts = fail_for_one


@sabotage("栏目页和首页不列出收到的信息")
def lists_without_received() -> None:
    build = queries.list_items
    queries.list_items = lambda pages: _own(build(pages))


@sabotage("订阅不列出收到的信息")
def feed_without_received() -> None:
    newest = feeds.newest_items
    feeds.newest_items = lambda count: _own(newest(count))


def _own(items: list[ListItem]) -> list[ListItem]:
    return [item for item in items if not item.is_received]


@sabotage("站点地图不列出收到的信息")
def sitemap_without_received() -> None:
    entries = feeds.sitemap_entries

    def own_entries() -> Iterator[Any]:
        return (entry for entry in entries() if not RECEIVED.search(entry[0]))

    feeds.sitemap_entries = own_entries
