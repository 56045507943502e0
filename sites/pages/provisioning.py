"""Columns of a new site."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import connection
from wagtail.models import Page
from wagtail.models import Site as WagtailSite

from sites.accounts.api import system_user
from sites.content.bulk import insert_pages
from sites.content.trees import ColumnSpec, chosen_tree
from sites.editing.api import approve_provisioned
from sites.pages.column import ColumnPage
from sites.pages.home import HomePage


def write_home() -> None:
    """Template step: the home page instead of Wagtail's welcome page; every site starts from it."""
    if HomePage.objects.exists():
        return
    Page.objects.filter(depth=1).update(title="全部页面", draft_title="全部页面")
    root = Page.objects.get(depth=1)
    WagtailSite.objects.all().delete()
    for page in Page.objects.filter(depth=2):
        page.delete()
    root.refresh_from_db()
    (home,) = insert_pages(root, [HomePage(title="首页", slug="home", live=True)], owner=system_user())
    WagtailSite.objects.create(hostname="template.gov.cn", port=443, root_page=home, is_default_site=True)
    approve_provisioned([home.pk])


def open_columns(site: Any, request: dict[str, Any]) -> None:
    """Provisioning step: renew identities that came with the template, write the standard columns."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE wagtailcore_page SET translation_key = gen_random_uuid()")
        cursor.execute("UPDATE wagtailcore_site SET hostname = %s, port = 443", [request["domain"]])
    home = HomePage.objects.get()
    tree = chosen_tree(site.level, request.get("without_columns", ()))
    columns = [standard_column(spec, parent_key) for spec, parent_key in tree]
    for column in columns:
        column.translation_key = uuid.uuid4()
    pages = insert_pages(home, columns, owner=system_user())
    approve_provisioned([page.pk for page in pages])


def standard_column(spec: ColumnSpec, parent_key: str) -> ColumnPage:
    """An unsaved column as its tree says it, on line."""
    return ColumnPage(
        title=spec.title,
        slug=spec.slug,
        live=True,
        show_in_menus=True,
        key=spec.key,
        parent_key=parent_key,
        column_type=spec.type,
        user_type=spec.user_type,
        description=spec.description,
        keywords=spec.keywords,
        clock_key=spec.clock_key,
    )
