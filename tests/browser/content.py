"""Content that readers find in the browser tests: local, received, recalled."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from network.syndication.api import recall_item
from network.tenancy.api import get_site, in_site
from sites.accounts.models import Staff
from sites.pages.models import ArticlePage
from tests.factories.articles import dispatch, reviewed_article
from tests.factories.deliveries import placements, work_off

LOCAL = "关于规范企业登记档案查询的通知"
RECEIVED = "关于开展年度报告公示抽查的通知"
RECALLED = "关于印发样例表格的通知"
REASON = "表格有误，另行发布。"
BODY = [
    {"type": "heading", "value": "一、总体要求"},
    {
        "type": "paragraph",
        "value": "<p>各单位应当规范企业登记档案查询工作，<b>做到公开透明</b>。</p><ul><li>依法</li></ul>",
    },
    {
        "type": "table",
        "value": {
            "data": [["事项", "时限", "责任部门及联系电话"], ["档案查询", "1个工作日", "登记注册处"]],
            "cell": [],
            "first_row_is_table_header": True,
            "first_col_is_header": False,
            "table_caption": "办理时限",
        },
    },
    {"type": "quote", "value": "企业登记档案应当依法公开。"},
]


@dataclass(frozen=True)
class Content:
    """Paths of what stands on the sites."""

    origin: str
    local: str
    received: str
    recalled: str

    def article_of(self, slug: str) -> str:
        """An article with all kinds of blocks that a site shows."""
        return {"hub": self.origin, "guangdong": self.local, "guangzhou": self.received}[slug]


def write_content() -> Content:
    """Write it on the first call; later calls in the same database find it."""
    with in_site(get_site("guangdong")):
        local = ArticlePage.objects.filter(title=LOCAL).first()
    received = _placed(RECEIVED)
    with in_site(get_site("hub")):
        origin = ArticlePage.objects.get(title=RECEIVED)
    return Content(
        origin=origin.get_site_path(),
        local=(local or reviewed_article(get_site("guangdong"), title=LOCAL, body=BODY)).get_site_path(),
        received=received,
        recalled=_placed(RECALLED, is_recalled=True),
    )


def _placed(title: str, *, is_recalled: bool = False) -> str:
    """Path of a hub's item on the city site."""
    hub = get_site("hub")
    with in_site(hub):
        article = ArticlePage.objects.filter(title=title).first()
    if article is None:
        article = reviewed_article(hub, title=title, body=BODY)
        dispatch(hub, article)
        work_off()
    (placement,) = placements(get_site("guangzhou"), article.translation_key)
    if is_recalled and placement.live:
        with in_site(hub), transaction.atomic():
            recall_item(
                article.translation_key,
                acting_user=Staff.objects.get(username="manager"),
                origin=hub,
                reason=REASON,
            )
        work_off()
    return placement.get_site_path()
