"""Every way of changing what readers see without those who review it; a missing right or door is tried elsewhere."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import time_machine
from django.core.management import call_command
from django.db.models import F
from wagtail.actions.convert_alias import ConvertAliasPageAction
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.actions.publish_revision import PublishRevisionAction
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, Revision
from wagtail.models import Site as WagtailSite

from network.syndication.models import Item
from sites.accounts.models import Staff
from sites.content.bulk import insert_pages
from sites.editing.actions import approve
from sites.inbox.models import PlacementPage
from sites.media.models import SiteDocument, SiteImage
from sites.pages.models import ArticlePage, ColumnPage, HomePage, LawPage, LeaderPage
from tests.factories.articles import change_article, review
from tests.sites.editing import gate_controls as instead
from tests.sites.editing.gate_acts import REFUSAL, run_sql
from tests.sites.editing.gate_scene import OTHER_BODY, Scene, later

Act = Callable[[Scene], None]
Check = Callable[[Scene], bool]
UNDECIDED = "has no secrecy check|was approved by"


@dataclass(frozen=True)
class Way:
    """One way round: what is tried, what refuses it, what is legitimate instead."""

    name: str
    bypass: Act
    control: Check
    refusal: str = REFUSAL
    constraint: str = "publish_gate"

    def __str__(self) -> str:
        return self.name


WAYS: list[Way] = []


def way(name: str, control: Check, **facts: str) -> Callable[[Act], Act]:
    def add(act: Act) -> Act:
        WAYS.append(Way(f"{name}-{act.__name__}", act, control, **facts))
        return act

    return add


@way("shell", instead.review_the_draft)
def save_live(scene: Scene) -> None:
    page = scene.article("draft")
    page.live = True
    page.save()


@way("shell", instead.review_the_draft)
def publish_the_revision(scene: Scene) -> None:
    scene.article("draft").get_latest_revision().publish(user=None)


@way("shell", instead.review_the_draft)
def publish_past_permissions(scene: Scene) -> None:
    revision = scene.article("draft").get_latest_revision()
    PublishRevisionAction(revision, user=Staff.objects.get(username="webmaster")).execute(skip_permission_checks=True)


@way("shell", instead.review_the_draft, refusal=UNDECIDED)
def publish_and_ask_for_the_approval(scene: Scene) -> None:
    scene.article("draft").get_latest_revision().publish(user=None)
    approve("review", [scene.keys["draft"]])


@way("schedule", instead.expire)
def publish_when_the_hour_comes(scene: Scene) -> None:
    page = scene.article("draft")
    page.go_live_at = later(hours=1)
    page.save_revision(user=Staff.objects.get(username="editor")).publish()
    assert not scene.page("draft").live
    with time_machine.travel(later(hours=2)):
        call_command("publish_scheduled")
    assert scene.page("draft").live


@way("schedule", instead.expire)
def schedule_in_the_revision(scene: Scene) -> None:
    key = scene.article("draft").latest_revision_id
    Revision.objects.filter(pk=key).update(approved_go_live_at=later(hours=-1))
    call_command("publish_scheduled")


@way("revert", instead.review_the_earlier_words)
def publish_an_earlier_revision(scene: Scene) -> None:
    first_revision(scene).publish(user=None)


@way("revert", instead.review_the_earlier_words, refusal=UNDECIDED)
def publish_it_with_its_old_decisions(scene: Scene) -> None:
    first_revision(scene).publish(user=None)
    approve("review", [scene.keys["live"]])


@way("revert", instead.review_a_change)
def publish_a_revision_edited_after_its_approval(scene: Scene) -> None:
    run_sql(
        "UPDATE wagtailcore_revision SET content = jsonb_set(content, '{title}', '\"审后改过\"') WHERE id = %s",
        [scene.page("live").live_revision_id],
    )
    scene.article("live").live_revision.publish(user=None)


@way("alias", instead.copy_as_an_alias)
def change_behind_the_alias(scene: Scene) -> None:
    change_article(scene.article("live"), title="没有审过的标题").get_latest_revision().publish(user=None)


@way("alias", instead.review_a_change)
def change_the_alias_alone(scene: Scene) -> None:
    Page.objects.filter(pk=scene.keys["alias"]).update(title="镜像自己的标题")


@way("alias", instead.copy_as_an_alias)
def alias_of_a_draft_on_line(scene: Scene) -> None:
    alias = CreatePageAliasAction(scene.article("draft"), update_slug="of-draft", user=None)
    Page.objects.filter(pk=alias.execute(skip_permission_checks=True).pk).update(live=True)


@way("alias", instead.review_a_change)
def leave_the_alias_behind(scene: Scene) -> None:
    """The original goes through the review, its alias keeps the words before."""
    change_article(scene.article("live"), title="审过的改动")
    run_sql("UPDATE wagtailcore_page SET alias_of_id = NULL, live = false WHERE id = %s", [scene.keys["alias"]])
    review(scene.article("live"))
    run_sql(
        "UPDATE wagtailcore_page SET alias_of_id = %s, live = true WHERE id = %s",
        [scene.keys["live"], scene.keys["alias"]],
    )


@way("convert alias", instead.convert_an_alias_off_line)
def convert_a_live_alias(scene: Scene) -> None:
    ConvertAliasPageAction(scene.article("alias"), user=None).execute(skip_permission_checks=True)


@way("convert alias", instead.delete_it)
def cut_the_alias_off(scene: Scene) -> None:
    run_sql("UPDATE wagtailcore_page SET alias_of_id = NULL WHERE id = %s", [scene.keys["alias"]])


@way("convert alias", instead.copy_as_an_alias)
def hang_it_on_another_page(scene: Scene) -> None:
    run_sql(
        "UPDATE wagtailcore_page SET alias_of_id = %s WHERE id = %s", [scene.keys["placement"], scene.keys["alias"]]
    )


@way("copy", instead.copy_as_a_draft)
def copy_live(scene: Scene) -> None:
    scene.article("live").copy(keep_live=True, update_attrs={"slug": "copied"})


@way("copy", instead.copy_as_a_draft)
def copy_live_with_other_words(scene: Scene) -> None:
    scene.article("live").copy(keep_live=True, update_attrs={"slug": "copied", "title": "复制上线"})


@way("copy", instead.copy_as_a_draft)
def copy_a_column_with_its_items(scene: Scene) -> None:
    column = ColumnPage.objects.get(key="gzdt")
    column.copy(recursive=True, keep_live=True, update_attrs={"slug": "column-copy", "title": "另一栏"})


@way("move", instead.move_only)
def go_live_while_moving(scene: Scene) -> None:
    """The move must not hide the other change."""
    Page.objects.filter(pk=scene.keys["draft"]).update(live=True)
    scene.page("draft").move(ColumnPage.objects.get(key="gzdt"), pos="last-child")


@way("translation", instead.translate_as_a_draft)
def translate_live_with_other_words(scene: Scene) -> None:
    made = instead.translate(scene, alias=False)
    Page.objects.filter(pk=made.pk).update(live=True)


@way("import", instead.insert_a_draft)
def insert_live_pages(scene: Scene) -> None:
    pages = [ArticlePage(title=f"导入{number}", slug=f"in-{number}", body=OTHER_BODY, live=True) for number in range(2)]
    insert_pages(ColumnPage.objects.get(key="tzgg"), pages)


@way("import", instead.insert_a_draft)
def add_a_live_child(scene: Scene) -> None:
    fresh = ArticlePage(title="直接上线", slug="straight", live=True, body=OTHER_BODY)
    ColumnPage.objects.get(key="tzgg").add_child(instance=fresh)


@way("import", instead.insert_a_draft)
def add_a_live_law(scene: Scene) -> None:
    ColumnPage.objects.get(key="flfg").add_child(instance=LawPage(title="未审法规", slug="law", live=True))


@way("menu", instead.review_a_column)
def open_a_column(scene: Scene) -> None:
    HomePage.objects.get().add_child(instance=ColumnPage(title="未审栏目", slug="new-column", key="new", live=True))


@way("menu", instead.review_a_column)
def rename_a_column(scene: Scene) -> None:
    Page.objects.filter(pk=scene.keys["column"]).update(title="未审的栏目名")


@way("menu", instead.review_a_column)
def group_a_column_elsewhere(scene: Scene) -> None:
    ColumnPage.objects.filter(pk=scene.keys["column"]).update(parent_key="flfg", user_type="企业")


@way("menu", instead.review_a_column)
def describe_a_column(scene: Scene) -> None:
    ColumnPage.objects.filter(pk=scene.keys["column"]).update(description="未审的栏目说明")


@way("setting", instead.review_a_column)
def rename_the_home_page(scene: Scene) -> None:
    Page.objects.filter(pk=scene.keys["home"]).update(title="改名的首页")


@way("setting", instead.write_into_a_draft)
def make_a_draft_the_root(scene: Scene) -> None:
    run_sql("UPDATE wagtailcore_page SET live = true, depth = 1 WHERE id = %s", [scene.keys["draft"]])


@way("setting", instead.write_into_a_draft)
def make_a_draft_the_bare_root(scene: Scene) -> None:
    run_sql("UPDATE wagtailcore_page SET live = true, depth = 1, url_path = '/' WHERE id = %s", [scene.keys["draft"]])


@way("setting", instead.write_into_a_draft)
def give_the_root_an_address(scene: Scene) -> None:
    run_sql("UPDATE wagtailcore_page SET url_path = '/home/root/', slug = 'root' WHERE depth = 1")


@way("setting", instead.write_into_a_draft)
def hang_the_root_lower(scene: Scene) -> None:
    run_sql("UPDATE wagtailcore_page SET depth = 4 WHERE depth = 1")


@way("setting", instead.write_into_a_draft)
def make_the_root_a_leader(scene: Scene) -> None:
    root = Page.objects.get(depth=1)
    LeaderPage(page_ptr=root, post="局长", charge="未审的分工").save_base(raw=True)


def redirected(link: str) -> Act:
    def lead_away(scene: Scene) -> None:
        Redirect.objects.create(old_path="/lottery", site=WagtailSite.objects.get(), redirect_link=link)

    return lead_away


for _number, _link in enumerate(
    ["https://example.com/", "//example.com/", "/\\example.com", "/\t/example.com", "javascript:alert(1)", "tzgg/"]
):
    WAYS.append(Way(f"redirect-{_number}", redirected(_link), instead.lead_to_a_page, "leads away from site"))


@way("redirect", instead.lead_to_a_page, refusal="leads away from site")
def lead_away_behind_the_home_page(scene: Scene) -> None:
    home = scene.page("home")
    Redirect.objects.create(
        old_path="/x", site=WagtailSite.objects.get(), redirect_page=home, redirect_page_route_path="//example.com"
    )


@way("redirect", instead.lead_to_a_page, refusal="leads away from site")
def turn_a_redirect(scene: Scene) -> None:
    made = Redirect.objects.create(old_path="/y", site=WagtailSite.objects.get(), redirect_page=scene.page("live"))
    Redirect.objects.filter(pk=made.pk).update(redirect_link="http://example.com", redirect_page=None)


@way("queryset update", instead.write_into_a_draft)
def update_live(scene: Scene) -> None:
    assert Page.objects.filter(pk=scene.keys["draft"]).update(live=True) == 1


def updated(name: str, value: Any) -> Act:
    def update(scene: Scene) -> None:
        model = Page if name in {held.name for held in Page._meta.local_fields} else ArticlePage
        assert model.objects.filter(pk=scene.keys["live"]).update(**{name: value}) == 1

    return update


for _name, _value in {
    "title": "改过的标题",
    "seo_title": "改过的标题",
    "search_description": "改过的描述",
    "first_published_at": datetime.datetime(2001, 1, 1, tzinfo=datetime.UTC),
    "body": OTHER_BODY,
    "summary": "改过的摘要",
    "source": "冒名单位",
    "author": "冒名作者",
    "document_number": "工商办字〔2099〕1号",
    "openness_ground": "改过的依据",
}.items():
    WAYS.append(Way(f"queryset update-{_name}", updated(_name, _value), instead.write_a_draft_over_it))


@way("queryset update", instead.write_a_draft_over_it)
def save_one_field(scene: Scene) -> None:
    page = scene.article("live")
    page.title = "改过的标题"
    page.save(update_fields=["title"])


@way("queryset update", instead.write_a_draft_over_it)
def bulk_update_a_field(scene: Scene) -> None:
    page = scene.article("live").page_ptr
    page.title = "改过的标题"
    assert Page.objects.bulk_update([page], ["title"]) == 1


@way("raw SQL", instead.write_into_a_draft)
def write_live(scene: Scene) -> None:
    assert run_sql("UPDATE wagtailcore_page SET live = true WHERE id = %s", [scene.keys["draft"]]) == 1


@way("raw SQL", instead.write_into_a_draft)
def write_the_body(scene: Scene) -> None:
    run_sql(
        "UPDATE sites_pages_articlepage SET body = %s::jsonb WHERE page_ptr_id = %s", [OTHER_BODY, scene.keys["live"]]
    )


@way("raw SQL", instead.write_into_a_draft)
def change_its_type(scene: Scene) -> None:
    run_sql(
        "UPDATE wagtailcore_page SET content_type_id = (SELECT id FROM django_content_type WHERE model = 'lawpage') "
        "WHERE id = %s",
        [scene.keys["live"]],
    )


@way("raw SQL", instead.take_it_down)
def drop_its_type_row(scene: Scene) -> None:
    run_sql("DELETE FROM sites_pages_articlepage WHERE page_ptr_id = %s", [scene.keys["live"]])


@way("raw SQL", instead.take_it_down)
def hand_its_type_row_over(scene: Scene) -> None:
    run_sql("DELETE FROM sites_pages_articlepage WHERE page_ptr_id = %s", [scene.keys["draft"]])
    run_sql(
        "UPDATE sites_pages_articlepage SET page_ptr_id = %s WHERE page_ptr_id = %s",
        [scene.keys["draft"], scene.keys["live"]],
    )


@way("raw SQL", instead.take_it_down)
def add_a_row_of_another_type(scene: Scene) -> None:
    """A reviewed notice as a leader of the bureau: lists of leaders read that table."""
    LeaderPage(page_ptr=scene.page("live"), post="局长", charge="未审的分工").save_base(raw=True)


@way("raw SQL", instead.take_it_down, refusal="keeps its key and its content id")
def take_another_content_id(scene: Scene) -> None:
    """A page that is another item escapes its recall, shows another's index number."""
    run_sql("UPDATE wagtailcore_page SET translation_key = %s WHERE id = %s", [uuid.uuid4(), scene.keys["live"]])


@way("raw SQL", instead.take_it_down, refusal="keeps its key and its content id")
def take_another_key(scene: Scene) -> None:
    """Approvals go by the key: a page that changes it for a while keeps them through a take-down."""
    run_sql("UPDATE wagtailcore_page SET id = 900001 WHERE id = %s", [scene.keys["down"]])


@way("raw SQL", instead.review_a_change)
def show_it_among_the_laws_too(scene: Scene) -> None:
    """A row in the table of another type is listed with the pages of that type, with its own words."""
    LawPage(page_ptr_id=scene.keys["live"], summary="没有审过的法规").save_base(raw=True, force_insert=True)


@way("raw SQL", instead.give_it_a_new_address)
def down_and_up_again(scene: Scene) -> None:
    Page.objects.filter(pk=scene.keys["live"]).update(live=False)
    Page.objects.filter(pk=scene.keys["live"]).update(live=True)


@way("take-down", instead.review_what_was_taken_down)
def bring_it_back(scene: Scene) -> None:
    run_sql("UPDATE wagtailcore_page SET live = true WHERE id = %s", [scene.keys["down"]])


@way("take-down", instead.review_what_was_taken_down, refusal=UNDECIDED)
def bring_it_back_with_its_old_decisions(scene: Scene) -> None:
    scene.article("down").get_latest_revision().publish(user=None)
    approve("review", [scene.keys["down"]])


@way("take-down", instead.review_what_was_taken_down)
def delete_and_insert_it_again(scene: Scene) -> None:
    """The same rows under the same key, once the page was deleted."""
    key = scene.keys["live"]
    run_sql("UPDATE wagtailcore_page SET live = false, alias_of_id = NULL WHERE alias_of_id = %s", [key])
    for table, column in (("wagtailcore_page", "id"), ("sites_pages_articlepage", "page_ptr_id")):
        run_sql(f"CREATE TEMP TABLE held_{column} ON COMMIT DROP AS SELECT * FROM {table} WHERE {column} = %s", [key])
    run_sql("DELETE FROM sites_pages_articlepage WHERE page_ptr_id = %s", [key])
    run_sql("DELETE FROM wagtailcore_page WHERE id = %s", [key])
    run_sql("INSERT INTO wagtailcore_page SELECT * FROM held_id")
    run_sql("INSERT INTO sites_pages_articlepage SELECT * FROM held_page_ptr_id")


@way("replaced file", instead.rename_a_picture_of_drafts, refusal="cannot be replaced", constraint="file_never_changes")
def point_the_picture_elsewhere(scene: Scene) -> None:
    run_sql("UPDATE sites_media_siteimage SET file = 'other.png' WHERE id = %s", [scene.image])


@way("replaced file", instead.rename_a_picture_of_drafts, refusal="cannot be replaced", constraint="file_never_changes")
def point_the_attachment_elsewhere(scene: Scene) -> None:
    run_sql("UPDATE sites_media_sitedocument SET sha256 = repeat('0', 64) WHERE id = %s", [scene.document])


@way("replaced file", instead.show_another_picture, refusal="not approved in this form")
def change_what_is_said_for_the_picture(scene: Scene) -> None:
    assert SiteImage.objects.filter(pk=scene.image).update(alt_text="没有审过的替代文字") == 1


@way("replaced file", instead.show_another_picture, refusal="not approved in this form")
def rename_the_picture(scene: Scene) -> None:
    image = SiteImage.objects.get(pk=scene.image)
    image.title = "没有审过的名称"
    image.save()


@way("replaced file", instead.rename_a_picture_of_drafts, refusal="not approved in this form")
def rename_the_attachment(scene: Scene) -> None:
    assert SiteDocument.objects.filter(pk=scene.document).update(title="没有审过的附件名") == 1


@way("edition", instead.next_version_of_the_item)
def write_a_note_beside_a_received_item(scene: Scene) -> None:
    PlacementPage.objects.filter(pk=scene.keys["placement"]).update(local_note="没有审过的附注")


@way("edition", instead.next_version_of_the_item)
def show_another_item(scene: Scene) -> None:
    PlacementPage.objects.filter(pk=scene.keys["placement"]).update(content_id=uuid.uuid4())


@way("edition", instead.next_version_of_the_item, refusal="is not the plain placement")
def approve_an_article_as_received(scene: Scene) -> None:
    run_sql("UPDATE wagtailcore_page SET live = true WHERE id = %s", [scene.keys["draft"]])
    approve("edition", [scene.keys["draft"]])


@way("edition", instead.next_version_of_the_item, refusal="cannot become", constraint="head_only_grows")
def go_back_to_the_version_before(scene: Scene) -> None:
    Item.objects.filter(content_id=scene.item).update(version=F("version") - 1)


@way("edition", instead.next_version_of_the_item, refusal="cannot become", constraint="head_only_grows")
def take_a_recall_back(scene: Scene) -> None:
    Item.objects.filter(content_id=scene.item).update(version=F("version") + 1, state="recalled")
    Item.objects.filter(content_id=scene.item).update(state="live")


def first_revision(scene: Scene) -> Revision:
    return scene.article("live").revisions.order_by("pk").first()


def kinds() -> Iterator[str]:
    """The kinds of ways that are tried here."""
    yield from dict.fromkeys(each.name.rpartition("-")[0] for each in WAYS)
