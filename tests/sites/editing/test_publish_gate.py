"""No way of publishing goes past the gate: what is live was approved in exactly this form."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.actions.publish_page_revision import PublishPagePermissionError
from wagtail.actions.publish_revision import PublishRevisionAction
from wagtail.models import Page
from wagtail.models import Site as WagtailSite

from network.tenancy.api import Site, in_site
from sites.accounts.models import Staff
from sites.pages.models import ArticlePage, ColumnPage, HomePage, LawPage
from tests.factories.articles import change_article, draft_article, paragraph, review, reviewed_article
from tests.factories.people import client_of
from tests.sites.editing.gate_acts import committing, refused_by_gate, run_sql, stored

pytestmark = [pytest.mark.gate, pytest.mark.django_db]
OTHER_BODY = json.dumps(paragraph("未经审核的正文。"))


def save_live(article: ArticlePage) -> None:
    article.live = True
    article.save()


def update_live(article: ArticlePage) -> None:
    assert Page.objects.filter(pk=article.pk).update(live=True) == 1


def write_live(article: ArticlePage) -> None:
    assert run_sql("UPDATE wagtailcore_page SET live = true WHERE id = %s", [article.pk]) == 1


def publish_in_a_shell(article: ArticlePage) -> None:
    article.get_latest_revision().publish(user=None)


def publish_past_permissions(article: ArticlePage) -> None:
    revision = article.get_latest_revision()
    PublishRevisionAction(revision, user=Staff.objects.get(username="webmaster")).execute(skip_permission_checks=True)


def publish_on_schedule(article: ArticlePage) -> None:
    article.go_live_at = timezone.now() + datetime.timedelta(hours=1)
    revision = article.save_revision(user=Staff.objects.get(username="editor"))
    revision.publish()
    assert not Page.objects.get(pk=article.pk).live
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=2)):
        call_command("publish_scheduled")
    assert Page.objects.get(pk=article.pk).live


def revive_with_a_trigger_of_the_tree(article: ArticlePage) -> None:
    """Live and moved in one transaction: the move must not hide the other change."""
    Page.objects.filter(pk=article.pk).update(live=True)
    Page.objects.get(pk=article.pk).move(ColumnPage.objects.get(key="gzdt"), pos="last-child")


WAYS_TO_GO_LIVE = [
    save_live,
    update_live,
    write_live,
    publish_in_a_shell,
    publish_past_permissions,
    publish_on_schedule,
    revive_with_a_trigger_of_the_tree,
]


@pytest.mark.parametrize("go_live", WAYS_TO_GO_LIVE)
def test_a_draft_goes_live_by_no_way_but_review(guangzhou: Site, go_live: Callable[[ArticlePage], None]) -> None:
    article = draft_article(guangzhou)
    before = stored(guangzhou, article.pk)

    with refused_by_gate(guangzhou):
        go_live(article)

    assert stored(guangzhou, article.pk) == before
    assert before["live"] is False
    assert client_of(guangzhou).get(article.get_site_path()).status_code == 404


def test_nobody_holds_the_right_to_publish_by_hand(guangzhou: Site) -> None:
    article = draft_article(guangzhou)
    before = stored(guangzhou, article.pk)
    with in_site(guangzhou), pytest.raises(PublishPagePermissionError):
        article.get_latest_revision().publish(user=Staff.objects.create(username="root", is_superuser=True))
    assert stored(guangzhou, article.pk) == before


@pytest.mark.parametrize("slug", ["hub", "guangdong", "guangzhou"])
def test_a_reviewed_article_goes_live(db: None, slug: str) -> None:
    from network.tenancy.api import get_site

    site = get_site(slug)
    article = draft_article(site)
    with committing(site):
        review(article)
    assert stored(site, article.pk)["live"] is True
    assert client_of(site).get(article.get_site_path()).status_code == 200


def add_live_child(approved: ArticlePage) -> None:
    fresh = ArticlePage(title="直接上线", slug="straight", live=True, body=OTHER_BODY)
    ColumnPage.objects.get(key="tzgg").add_child(instance=fresh)


def copy_live(approved: ArticlePage) -> None:
    approved.copy(keep_live=True, update_attrs={"slug": "copied", "title": "复制上线"})


def copy_live_unchanged(approved: ArticlePage) -> None:
    approved.copy(keep_live=True, update_attrs={"slug": "copied"})


def alias_of_a_draft(approved: ArticlePage) -> None:
    change = change_article(approved, title="未审标题")
    alias = CreatePageAliasAction(approved, update_slug="mirror", user=None).execute(skip_permission_checks=True)
    change.get_latest_revision().publish(user=None)
    assert Page.objects.get(pk=alias.pk).title == "未审标题"


def a_live_page_of_another_type(approved: ArticlePage) -> None:
    law = LawPage(title="未审法规", slug="law-straight", live=True)
    ColumnPage.objects.get(key="flfg").add_child(instance=law)


def a_live_column(approved: ArticlePage) -> None:
    HomePage.objects.get().add_child(instance=ColumnPage(title="未审栏目", slug="new-column", key="new", live=True))


@pytest.mark.parametrize(
    "make",
    [add_live_child, copy_live, copy_live_unchanged, alias_of_a_draft, a_live_page_of_another_type, a_live_column],
)
def test_a_new_page_is_never_born_live(guangzhou: Site, make: Callable[[ArticlePage], None]) -> None:
    approved = reviewed_article(guangzhou)
    with in_site(guangzhou):
        count = Page.objects.count()
        live = Page.objects.live().count()
    before = stored(guangzhou, approved.pk)

    with refused_by_gate(guangzhou):
        make(approved)

    with in_site(guangzhou):
        assert Page.objects.count() == count
        assert Page.objects.live().count() == live
    assert stored(guangzhou, approved.pk) == before


def set_title(article: ArticlePage) -> None:
    Page.objects.filter(pk=article.pk).update(title="改过的标题")


def set_title_in_sql(article: ArticlePage) -> None:
    run_sql("UPDATE wagtailcore_page SET title = '改过的标题' WHERE id = %s", [article.pk])


def save_title_only(article: ArticlePage) -> None:
    article.title = "改过的标题"
    article.save(update_fields=["title"])


def save_body(article: ArticlePage) -> None:
    article.body = OTHER_BODY
    article.save()


def set_body(article: ArticlePage) -> None:
    assert ArticlePage.objects.filter(pk=article.pk).update(body=OTHER_BODY) == 1


def set_body_in_sql(article: ArticlePage) -> None:
    run_sql("UPDATE sites_pages_articlepage SET body = %s::jsonb WHERE page_ptr_id = %s", [OTHER_BODY, article.pk])


def set_summary(article: ArticlePage) -> None:
    ArticlePage.objects.filter(pk=article.pk).update(summary="改过的摘要")


def set_source(article: ArticlePage) -> None:
    ArticlePage.objects.filter(pk=article.pk).update(source="冒名单位")


def set_seo_title(article: ArticlePage) -> None:
    Page.objects.filter(pk=article.pk).update(seo_title="改过的标题")


def set_search_description(article: ArticlePage) -> None:
    Page.objects.filter(pk=article.pk).update(search_description="改过的描述")


def set_publication_day(article: ArticlePage) -> None:
    Page.objects.filter(pk=article.pk).update(first_published_at=timezone.now() - datetime.timedelta(days=365))


def change_its_type(article: ArticlePage) -> None:
    run_sql(
        "UPDATE wagtailcore_page SET content_type_id = (SELECT id FROM django_content_type WHERE model = 'lawpage') "
        "WHERE id = %s",
        [article.pk],
    )


def publish_an_unreviewed_change(article: ArticlePage) -> None:
    change_article(article, title="改过的标题").get_latest_revision().publish(user=None)


def bulk_update_titles(article: ArticlePage) -> None:
    article.title = "改过的标题"
    Page.objects.bulk_update([article.page_ptr], ["title"])
    Page.objects.filter(pk=article.pk).update(title="改过的标题")


def drop_its_type_row(article: ArticlePage) -> None:
    run_sql("DELETE FROM sites_pages_articlepage WHERE page_ptr_id = %s", [article.pk])


def move_its_type_row(article: ArticlePage) -> None:
    other = Page.objects.get(pk=article.pk).copy(keep_live=False, update_attrs={"slug": "holder"}, copy_revisions=False)
    run_sql("DELETE FROM sites_pages_articlepage WHERE page_ptr_id = %s", [other.pk])
    run_sql("UPDATE sites_pages_articlepage SET page_ptr_id = %s WHERE page_ptr_id = %s", [other.pk, article.pk])


CHANGES = [
    set_title,
    set_title_in_sql,
    save_title_only,
    save_body,
    set_body,
    set_body_in_sql,
    set_summary,
    set_source,
    set_seo_title,
    set_search_description,
    set_publication_day,
    change_its_type,
    publish_an_unreviewed_change,
    bulk_update_titles,
    drop_its_type_row,
    move_its_type_row,
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_live_page_changes_by_no_way_but_review(guangzhou: Site, change: Callable[[ArticlePage], None]) -> None:
    article = reviewed_article(guangzhou)
    before = stored(guangzhou, article.pk)
    assert before["live"] is True

    with refused_by_gate(guangzhou):
        change(ArticlePage.objects.get(pk=article.pk))

    assert stored(guangzhou, article.pk) == before
    assert article.title in client_of(guangzhou).get(article.get_site_path()).content.decode()


def test_a_reviewed_change_goes_live(guangzhou: Site) -> None:
    article = reviewed_article(guangzhou)
    with committing(guangzhou):
        change_article(article, title="审过的新标题")
        review(article)
    assert stored(guangzhou, article.pk)["title"] == "审过的新标题"


def test_an_earlier_form_is_not_approved_any_more(guangzhou: Site) -> None:
    article = reviewed_article(guangzhou, title="第一稿")
    with committing(guangzhou):
        first = article.latest_revision
        change_article(article, title="第二稿")
        review(article)
    before = stored(guangzhou, article.pk)
    with refused_by_gate(guangzhou):
        first.publish(user=None)
    assert stored(guangzhou, article.pk) == before
    assert before["title"] == "第二稿"


def test_a_taken_down_page_does_not_come_back_by_itself(guangzhou: Site) -> None:
    article = reviewed_article(guangzhou)
    with committing(guangzhou):
        ArticlePage.objects.get(pk=article.pk).unpublish(user=None)
    before = stored(guangzhou, article.pk)
    assert before["live"] is False
    assert [voided is None for _, voided in before["approvals"]] == [False]

    with refused_by_gate(guangzhou):
        Page.objects.filter(pk=article.pk).update(live=True)
    assert stored(guangzhou, article.pk) == before


def test_down_then_up_in_one_transaction_is_refused(guangzhou: Site) -> None:
    article = reviewed_article(guangzhou)
    before = stored(guangzhou, article.pk)
    with refused_by_gate(guangzhou):
        Page.objects.filter(pk=article.pk).update(live=False)
        Page.objects.filter(pk=article.pk).update(live=True)
    assert stored(guangzhou, article.pk) == before


def move_it(article: ArticlePage) -> None:
    Page.objects.get(pk=article.pk).move(ColumnPage.objects.get(key="flfg"), pos="last-child")


def give_it_a_new_slug(article: ArticlePage) -> None:
    page = ArticlePage.objects.get(pk=article.pk)
    page.slug = "another-address"
    page.save()


def copy_as_draft(article: ArticlePage) -> None:
    assert (
        ArticlePage.objects.get(pk=article.pk).copy(keep_live=False, update_attrs={"slug": "draft-copy"}).live is False
    )


def write_a_draft_over_it(article: ArticlePage) -> None:
    change_article(article, title="草稿标题")


def save_it_unchanged(article: ArticlePage) -> None:
    ArticlePage.objects.get(pk=article.pk).save()


def give_it_an_alias(article: ArticlePage) -> None:
    page = ArticlePage.objects.get(pk=article.pk)
    alias = CreatePageAliasAction(page, update_slug="mirror", user=None).execute(skip_permission_checks=True)
    assert Page.objects.get(pk=alias.pk).live is True


@pytest.mark.parametrize(
    "act", [move_it, give_it_a_new_slug, copy_as_draft, write_a_draft_over_it, save_it_unchanged, give_it_an_alias]
)
def test_what_a_reader_does_not_see_changes_freely(guangzhou: Site, act: Callable[[ArticlePage], None]) -> None:
    article = reviewed_article(guangzhou)
    before = stored(guangzhou, article.pk)
    with committing(guangzhou):
        act(article)
    assert stored(guangzhou, article.pk) == before


def test_an_alias_follows_a_reviewed_change(guangzhou: Site) -> None:
    article = reviewed_article(guangzhou)
    with committing(guangzhou):
        alias = CreatePageAliasAction(article, update_slug="mirror", user=None).execute(skip_permission_checks=True)
    with committing(guangzhou):
        change_article(article, title="审过的新标题")
        review(article)
    with in_site(guangzhou):
        assert Page.objects.get(pk=alias.pk).title == "审过的新标题"


def test_an_alias_goes_with_its_page(guangzhou: Site) -> None:
    article = reviewed_article(guangzhou)
    with committing(guangzhou):
        alias = CreatePageAliasAction(article, update_slug="mirror", user=None).execute(skip_permission_checks=True)
        assert alias.live is True
    with committing(guangzhou):
        run_sql("UPDATE wagtailcore_page SET live = false WHERE id = %s", [article.pk])
    assert client_of(guangzhou).get("/tzgg/mirror/").status_code == 404


def test_home_of_a_site_is_gated_too(guangzhou: Site) -> None:
    with in_site(guangzhou):
        home = HomePage.objects.get()
        root = WagtailSite.objects.get(is_default_site=True).root_page_id
    assert root == home.pk
    with refused_by_gate(guangzhou):
        Page.objects.filter(pk=home.pk).update(title="改名")


@pytest.mark.parametrize("table", ["sites_pages_columnpage", "sites_pages_homepage"])
def test_every_page_type_table_has_its_trigger(guangzhou: Site, table: str) -> None:
    with in_site(guangzhou):
        triggers = _triggers(guangzhou.schema_name, table)
    assert triggers == ["publish_gate"]


def _triggers(schema: str, table: str) -> list[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgenabled = 'O' "
            "AND tgdeferrable AND tginitdeferred",
            [f"{schema}.{table}"],
        )
        return [row[0] for row in cursor.fetchall()]
