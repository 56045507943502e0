"""What people may do instead of a way round the gate; each returns whether it took effect."""

from __future__ import annotations

import datetime

import time_machine
from django.core.management import call_command
from django.utils import timezone
from wagtail.actions.convert_alias import ConvertAliasPageAction
from wagtail.actions.copy_for_translation import CopyPageForTranslationAction
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Locale, Page
from wagtail.models import Site as WagtailSite

from network.syndication.models import Item
from network.tenancy.api import get_site, in_site
from sites.accounts.models import Staff
from sites.content.bulk import insert_pages
from sites.media.models import SiteImage
from sites.pages.models import ArticlePage, ColumnPage
from tests.factories.articles import change_article, paragraph, review
from tests.sites.editing.gate_acts import run_sql
from tests.sites.editing.gate_scene import EARLIER, OTHER_BODY, TITLE, Scene, in_force, settle


def review_the_draft(scene: Scene) -> bool:
    review(scene.article("draft"))
    return scene.page("draft").live and in_force(scene.keys["draft"])


def review_a_change(scene: Scene) -> bool:
    change_article(scene.article("live"), title="审过的改动", body=paragraph("审过的另一段。"))
    review(scene.article("live"))
    return scene.page("live").title == "审过的改动" and scene.page("alias").title == "审过的改动"


def review_what_was_taken_down(scene: Scene) -> bool:
    change_article(scene.article("down"), summary="重新审过的摘要。")
    review(scene.article("down"))
    return scene.page("down").live


def review_the_earlier_words(scene: Scene) -> bool:
    change_article(scene.article("live"), title=EARLIER)
    review(scene.article("live"))
    return scene.page("live").title == EARLIER


def write_a_draft_over_it(scene: Scene) -> bool:
    page = change_article(scene.article("live"), title="草稿标题")
    return page.latest_revision.content["title"] == "草稿标题" and page.title == TITLE


def copy_as_a_draft(scene: Scene) -> bool:
    copied = scene.article("live").copy(keep_live=False, update_attrs={"slug": "copied"})
    return not copied.live


def copy_as_an_alias(scene: Scene) -> bool:
    alias = CreatePageAliasAction(scene.article("live"), update_slug="second", user=None)
    made = alias.execute(skip_permission_checks=True)
    settle()
    return Page.objects.get(pk=made.pk).live


def move_only(scene: Scene) -> bool:
    scene.page("live").move(ColumnPage.objects.get(key="flfg"), pos="last-child")
    settle()
    return scene.page("live").url_path.startswith("/home/flfg/") and scene.page("live").live


def expire(scene: Scene) -> bool:
    run_sql("UPDATE wagtailcore_page SET expire_at = now() + interval '1 hour' WHERE id = %s", [scene.keys["live"]])
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=2)):
        call_command("publish_scheduled")
    settle()
    return not scene.page("live").live and not scene.page("alias").live and not in_force(scene.keys["live"])


def convert_an_alias_off_line(scene: Scene) -> bool:
    Page.objects.get(pk=scene.keys["alias"]).specific.unpublish(user=None)
    ConvertAliasPageAction(scene.article("alias"), user=None).execute(skip_permission_checks=True)
    settle()
    return scene.page("alias").alias_of_id is None and not scene.page("alias").live


def delete_it(scene: Scene) -> bool:
    scene.article("live").delete()
    settle()
    alias = Page.objects.get(pk=scene.keys["alias"])
    return not alias.live and not in_force(scene.keys["live"])


def translate_as_a_draft(scene: Scene) -> bool:
    made = translate(scene, alias=False)
    settle()
    return not Page.objects.get(pk=made.pk).live


def insert_a_draft(scene: Scene) -> bool:
    (page,) = insert_pages(
        ColumnPage.objects.get(key="tzgg"),
        [ArticlePage(title="导入的稿件", slug="imported", body=OTHER_BODY, live=False)],
    )
    settle()
    return not Page.objects.get(pk=page.pk).live


def review_a_column(scene: Scene) -> bool:
    column = ColumnPage.objects.get(pk=scene.keys["column"])
    column.description = "审过的栏目说明"
    column.save_revision(user=Staff.objects.get(username="editor"))
    review(column)
    settle()
    return ColumnPage.objects.get(pk=column.pk).description == "审过的栏目说明"


def lead_to_a_page(scene: Scene) -> bool:
    site = WagtailSite.objects.get()
    Redirect.objects.create(old_path="/old/live", site=site, redirect_page=scene.page("live"))
    made = Redirect.objects.create(old_path="/old/list", site=site, redirect_link="/tzgg/?page=2")
    return made.link == "/tzgg/?page=2"


def rename_a_picture_of_drafts(scene: Scene) -> bool:
    SiteImage.objects.filter(pk=scene.loose_image).update(alt_text="另一句话", title="另一个名称")
    settle()
    return SiteImage.objects.get(pk=scene.loose_image).alt_text == "另一句话"


def show_another_picture(scene: Scene) -> bool:
    body = [{"type": "picture", "value": {"image": scene.loose_image, "caption": ""}}]
    change_article(scene.article("live"), body=body)
    review(scene.article("live"))
    SiteImage.objects.filter(pk=scene.image).update(alt_text="不再登载")
    settle()
    return scene.page("live").live


def write_into_a_draft(scene: Scene) -> bool:
    changed = ArticlePage.objects.filter(pk=scene.keys["draft"]).update(body=OTHER_BODY, summary="草稿里的话")
    Page.objects.filter(pk=scene.keys["draft"]).update(title="草稿的新标题")
    settle()
    return changed == 1


def take_it_down(scene: Scene) -> bool:
    scene.article("live").unpublish(user=None)
    settle()
    return not scene.page("live").live and not scene.page("alias").live and not in_force(scene.keys["live"])


def next_version_of_the_item(scene: Scene) -> bool:
    held = Item.objects.get(content_id=scene.item).version
    with in_site(get_site("hub")):
        change_article(ArticlePage.objects.get(translation_key=scene.item), title="总站下发的通知（三）")
        review(ArticlePage.objects.get(translation_key=scene.item))
    return Item.objects.get(content_id=scene.item).version == held + 1


def give_it_a_new_address(scene: Scene) -> bool:
    page = scene.article("live")
    page.slug = "another-address"
    page.save()
    settle()
    return scene.page("live").url_path == "/home/tzgg/another-address/"


def translate(scene: Scene, *, alias: bool) -> Page:
    """A copy of the live page for another language, which no site has."""
    locale = Locale.objects.create(language_code="en")
    action = CopyPageForTranslationAction(scene.article("live"), locale, copy_parents=True, alias=alias)
    made: Page = action.execute(skip_permission_checks=True)
    return made
