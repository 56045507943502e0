"""What the tests of moving a site share: an archive of a rich site, ways to forge it, a new site."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from network.tenancy.api import Site, all_sites, in_site, open_site, request_site
from network.transfer.api import open_archive
from sites.pages.models import ArticlePage
from sites.transfer.loading import load_archive
from tests.factories.places import site_wish
from tests.sites.transfer import forging
from tests.sites.transfer.rich_site import export, fill

NEW = ("zhuhai", "foshan", "shantou", "shaoguan", "zhanjiang", "maoming", "zhaoqing", "huizhou", "meizhou", "shanwei")
MORE = ("heyuan", "yangjiang", "qingyuan", "dongguan", "zhongshan", "chaozhou", "jieyang", "yunfu", "jiangmen")


@pytest.fixture
def archive(guangzhou: Site, guangdong: Site, tmp_path: Path) -> Path:
    """The archive of Guangzhou with something of everything in it; filled once for tests that share commits."""
    with in_site(guangzhou):
        is_filled = ArticlePage.objects.filter(slug="plain").exists()
    if not is_filled:
        fill(guangzhou, guangdong)
    return export(guangzhou, tmp_path)


_kept: list[bytes] = []


@pytest.fixture
def archive_file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The same archive as a file alone, made once: for what only reads it."""
    if not _kept:
        _kept.append(request.getfixturevalue("archive").read_bytes())
    path = tmp_path / "kept.zip"
    path.write_bytes(_kept[0])
    return path


@pytest.fixture
def forge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """``forge(path, change, by=...)``: the archive with a change, its manifest fitting, signed by whom you like."""

    def make(path: Path, change: Callable[[forging.Entries], None], *, by: str = forging.OWN, **facts: Any) -> Path:
        entries = forging.read(path)
        change(entries)
        forging.seal(entries, by=by, tmp_path=tmp_path, monkeypatch=monkeypatch, **facts)
        return forging.write(entries, tmp_path / "forged.zip")

    return make


@pytest.fixture
def open_new(owner: Callable[..., Any]) -> Callable[..., Site]:
    """``open_new()``: an empty site without staff of its own, at a place that has none yet."""

    def make() -> Site:
        taken = {site.slug for site in all_sites()}
        slug = next(slug for slug in (*NEW, *MORE) if slug not in taken)
        with owner():
            return open_site(request_site(slug, **{**site_wish(slug), "staff": []}))

    return make


@pytest.fixture
def load(owner: Callable[..., Any]) -> Callable[..., dict[str, Any]]:
    """``load(path, site)``: the archive into an empty site, under the owner role; returns the report."""

    def run(path: Path, site: Site) -> dict[str, Any]:
        with owner(), in_site(site), transaction.atomic(), open_archive(path) as held:
            return load_archive(held, site)

    return run
