"""A site with something of everything that readers see, committed once for a module, with what of it stands."""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.models import Page

from network.tenancy.api import Site, get_site, in_site
from sites.accounts.models import Staff
from sites.editing.models import Approval
from sites.inbox.models import PlacementPage
from sites.pages.models import ArticlePage, ColumnPage, HomePage
from tests.factories.articles import change_article, dispatch, draft_article, paragraph, review, reviewed_article
from tests.factories.deliveries import work_off
from tests.sites.transfer.rich_site import block, document, picture

TITLE, EARLIER = "现行的通知", "先前的通知"
OTHER_BODY = json.dumps(paragraph("未经审核的正文。"))

STANDING = """
SELECT page.id, page.live, page.title, page.url_path, page.translation_key, page.depth, page.alias_of_id,
       CASE WHEN page.id = ANY(%(keys)s) THEN public.gate_page_hash(current_schema(), page.id) END
FROM wagtailcore_page AS page WHERE page.id = ANY(%(keys)s) OR page.live ORDER BY page.id
"""
BESIDE = """
SELECT 'approval', id::text, coalesce(voided_at::text, ''), rows_hash FROM sites_editing_approval
UNION ALL SELECT 'redirect', old_path, redirect_link, coalesce(redirect_page_id::text, '')
FROM wagtailredirects_redirect
UNION ALL SELECT 'image', id::text, title || '|' || alt_text, file FROM sites_media_siteimage
UNION ALL SELECT 'document', id::text, title, file FROM sites_media_sitedocument
UNION ALL SELECT 'item', content_id::text, state, version::text FROM public.network_syndication_item
ORDER BY 1, 2, 3, 4
"""


@dataclass
class Scene:
    """What a site of the tests holds; keys of pages by what they are."""

    site: Site
    keys: dict[str, int] = field(default_factory=dict)
    image: int = 0
    document: int = 0
    loose_image: int = 0
    item: str = ""

    def article(self, name: str) -> ArticlePage:
        """The page as it stands now; inside the site."""
        return ArticlePage.objects.get(pk=self.keys[name])

    def page(self, name: str) -> Page:
        return Page.objects.get(pk=self.keys[name])

    def standing(self) -> list[tuple[Any, ...]]:
        """Everything of the site that readers see or that decides what they see."""
        with in_site(self.site), connection.cursor() as cursor:
            cursor.execute(STANDING, {"keys": list(self.keys.values())})
            pages = cursor.fetchall()
            cursor.execute(BESIDE)
            return [*pages, *cursor.fetchall()]

    def on_line(self) -> list[tuple[Any, ...]]:
        """As ``standing``, without pages off line: people may write there."""
        return [row for row in self.standing() if row[1] is not False]

    @property
    def is_there(self) -> bool:
        with in_site(self.site):
            return Page.objects.filter(pk__in=self.keys.values()).count() == len(self.keys)


def make_scene() -> Scene:
    """Fill 广州; the hub sends it an item in two versions."""
    scene = Scene(site=get_site("guangzhou"))
    scene.image = picture(scene.site, "red").pk
    scene.loose_image = picture(scene.site, "green").pk
    scene.document = document(scene.site, "附件的内容").pk
    body = [
        block("paragraph", "<p>审过的正文。</p>"),
        block("picture", {"image": scene.image, "caption": "图注"}),
        block("attachment", scene.document),
    ]
    live = reviewed_article(scene.site, title=EARLIER, slug="live", body=body)
    down = reviewed_article(scene.site, title="已经下线的通知", slug="down")
    draft = draft_article(scene.site, title="没有审过的草稿", slug="draft")
    with in_site(scene.site), transaction.atomic():
        alias = CreatePageAliasAction(live, update_slug="mirror", user=None).execute(skip_permission_checks=True)
        change_article(live, title=TITLE)
        review(live)
        ArticlePage.objects.get(pk=down.pk).unpublish(user=Staff.objects.get(username="webmaster"))
        connection.check_constraints()
    sent = reviewed_article(get_site("hub"), title="总站下发的通知", slug="sent")
    dispatch(get_site("hub"), sent)
    work_off()
    with in_site(get_site("hub")), transaction.atomic():
        change_article(sent, title="总站下发的通知（二）")
        review(sent)
    work_off()
    scene.item = str(sent.translation_key)
    with in_site(scene.site):
        scene.keys = {
            "live": live.pk,
            "down": down.pk,
            "draft": draft.pk,
            "alias": alias.pk,
            "home": HomePage.objects.get().pk,
            "column": ColumnPage.objects.get(key="tzgg").pk,
            "placement": PlacementPage.objects.get(content_id=sent.translation_key).pk,
        }
    return scene


def settle() -> None:
    """Fire the gate's deferred triggers, as a commit fires them."""
    connection.check_constraints()


def in_force(page_id: int) -> bool:
    """Whether a page has an approval in force; inside the site."""
    return Approval.objects.filter(page_id=page_id, voided_at=None).exists()


def later(**delta: float) -> datetime.datetime:
    return timezone.now() + datetime.timedelta(**delta)
