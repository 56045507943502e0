"""Stopping addresses from above."""

from __future__ import annotations

from network.blocks.actions import add_block
from network.blocks.models import Appeal, Block
from network.tenancy.api import Site, in_site
from sites.accounts.models import Staff

REASON = "含有错误数据，停止传播"


def block(
    authority: Site,
    site: Site | None,
    path: str,
    *,
    below: bool = False,
    by: str = "manager",
    reason: str = REASON,
) -> Block:
    """The authority's network manager stops an address."""
    with in_site(authority):
        person = Staff.objects.get(username=by)
        return add_block(
            acting_user=person, authority=authority, site=site, path=path, covers_below=below, reason=reason
        )


def appealed_block(site: Site, *, path: str, words: str) -> Appeal:
    """An address that a site stopped of its own, with an appeal that waits, written as rows."""
    row = Block.objects.create(
        authority=site.slug, site=site.slug, path=path, reason=words, created_by="manager", covers_below=False
    )
    return Appeal.objects.create(block=row, site=site.slug, text=words, made_by="webmaster")
