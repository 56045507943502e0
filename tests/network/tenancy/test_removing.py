"""Removing a site: only a closed one, only by its key, never while its items stand elsewhere; all or nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from network.audit.models import AuditEntry
from network.errors import InvalidValue
from network.syndication.recall import recall_item
from network.tenancy.api import Site, get_site, in_site
from network.tenancy.models import Domain, SiteTransition
from network.tenancy.removing import remove_site
from tests.factories.articles import dispatch, reviewed_article
from tests.factories.deliveries import work_off
from tests.factories.lives import bring_to
from tests.factories.people import client_of, staff

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db(transaction=True)]
Owner = Callable[[], AbstractContextManager[None]]


def has_schema(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_namespace WHERE nspname = %s", [name])
        return bool(cursor.fetchone()[0])


def test_a_closed_site_is_removed_with_nothing_left(owner: Owner, hebei: Site, guangdong: Site, hub: Site) -> None:
    article = reviewed_article(hebei, title="河北的稿件")
    files = {slug: Path(settings.MEDIA_ROOT) / slug / "documents" for slug in ("hebei", "guangdong")}
    for folder in files.values():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "notice.txt").write_text("附件", encoding="utf-8")
    assert client_of(hub).get("/search/?q=河北的稿件").context["search"].total == 1
    with owner():
        for key, named in (("hebei", "只能删除已关停的站点"), ("guangdong", "与“hebei”不符")):
            with pytest.raises(CommandError, match=named):
                call_command("remove_site", "hebei", "--confirm", key)
        bring_to(get_site("hebei"), "preparing")
        bring_to(get_site("hebei"), "closed")
        assert has_schema("hebei")
        assert (files["hebei"] / "notice.txt").exists()
        call_command("remove_site", "hebei", "--confirm", "hebei")
        assert not has_schema("hebei")
        assert not files["hebei"].parent.exists()
        assert (files["guangdong"] / "notice.txt").exists()
        assert not Site.objects.filter(slug="hebei").exists()
        assert not Domain.objects.filter(domain__startswith="hebei").exists()
        with pytest.raises(InvalidValue, match="没有标识为“hebei”的站点"):
            remove_site("hebei", confirmed_key="hebei")
    assert client_of(hebei).get("/").status_code == 404
    assert client_of(hub).get("/search/?q=河北的稿件").context["search"].total == 0
    assert article.title not in client_of(guangdong).get("/").content.decode()
    assert SiteTransition.objects.filter(site="hebei", to_state="closed").exists()
    assert {entry.site for entry in AuditEntry.objects.filter(act="site.remove")} == {"hub", "hebei"}


def test_a_site_whose_items_stand_elsewhere_stays(owner: Owner, guangdong: Site, guangzhou: Site, hub: Site) -> None:
    article = reviewed_article(guangdong, title="省局下发")
    dispatch(guangdong, article)
    work_off()
    with owner():
        # A province without open cities, closed.
        for slug in ("guangzhou", "shenzhen"):
            Site.objects.filter(slug=slug).update(parent=hub)
        bring_to(bring_to(get_site("guangdong"), "preparing"), "closed")
        with pytest.raises(InvalidValue, match="还在其他站点刊载（2 份）"):
            remove_site("guangdong", confirmed_key="guangdong")
        assert has_schema("guangdong")
    with in_site(hub):
        recall_item(article.translation_key, acting_user=staff(hub, "manager"), origin=hub, reason="收回")
    work_off()
    with owner():
        remove_site("guangdong", confirmed_key="guangdong")
    assert not has_schema("guangdong")
    # The notice of what was recalled still names who sent it.
    with connection.cursor() as cursor:
        cursor.execute("SELECT path FROM public.network_syndication_delivery WHERE site = 'guangzhou'")
        path = cursor.fetchone()[0]
    notice = client_of(guangzhou).get(path)
    assert notice.status_code == 410
    assert guangdong.full_name in notice.content.decode()


def test_the_application_role_removes_nothing(hebei: Site) -> None:
    with pytest.raises(CommandError, match="needs the owner role"):
        call_command("remove_site", "hebei", "--confirm", "hebei")
    assert has_schema("hebei")
