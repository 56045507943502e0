"""A site out of one place and into another is the same site."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from wagtail.models import Page

from network.tenancy.api import Site, get_site, in_site
from network.tenancy.provisioning import open_site, request_site
from network.transfer.api import open_archive
from sites.editing.api import live_pages_by_kind
from sites.transfer.loading import load_archive
from tests.factories.people import client_of
from tests.factories.places import site_wish
from tests.sites.transfer.rich_site import contents, export, fill

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db(transaction=True)]
NEW = "zhuhai"


def open_new(owner: Callable[..., Any], slug: str = NEW) -> Site:
    """An empty site without staff of its own."""
    with owner():
        return open_site(request_site(slug, **{**site_wish(slug), "staff": []}))


def load(owner: Callable[..., Any], path: Path, site: Site) -> dict[str, Any]:
    from django.db import transaction

    with owner(), in_site(site), transaction.atomic(), open_archive(path) as archive:
        return load_archive(archive, site)


def test_a_site_moved_is_exported_byte_for_byte_alike(
    guangzhou: Site, guangdong: Site, owner: Callable[..., Any], tmp_path: Path
) -> None:
    fill(guangzhou, guangdong)
    first = export(guangzhou, tmp_path)
    with in_site(guangzhou):
        live = live_pages_by_kind()

    report = load(owner, first, open_new(owner))

    assert report["refused"] == []
    assert report["trust"] == "trusted"
    copy = get_site(NEW)
    with in_site(copy):
        assert live_pages_by_kind() == live
    assert contents(export(copy, tmp_path, "again.zip")) == contents(first)
    with in_site(guangzhou):
        paths = [page.get_url_parts()[2] for page in Page.objects.live().filter(depth__gt=1)]
    for path in paths:
        assert client_of(copy).get(path).status_code == 200, path
