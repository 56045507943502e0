"""Old addresses of imported items as redirects, from the moment an item is on line and never before."""

from __future__ import annotations

from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page
from wagtail.models import Site as WagtailSite

from network.audit.api import record
from network.compiled import Compiled
from sites.importing.models import ImportedItem

_PAGE = -1
"""Stands in a compiled statement for the key of a page."""

ITEM = Compiled(lambda: ImportedItem.objects.filter(page_id=_PAGE).exclude(old_path="")[:1])


def open_old_address(page: Page) -> None:
    """Have the address that an item had at its old site lead to it, in the transaction that publishes it."""
    item = ITEM.first({_PAGE: page.pk})
    if item is None or item.old_path == Redirect.normalise_path(page.get_url() or ""):
        return
    site = WagtailSite.objects.get(is_default_site=True)
    held, is_new = Redirect.objects.get_or_create(
        old_path=item.old_path, site=site, defaults={"redirect_page": page, "automatically_created": True}
    )
    # What somebody set by hand stays; only a redirect that an import made follows its item.
    if not is_new and (not held.automatically_created or held.redirect_page_id == page.pk):
        return
    held.redirect_page = page
    held.save()
    record(
        "import.redirect",
        object_kind=page._meta.label_lower,
        object_id=page.pk,
        object_title=page.title,
        detail={"from": item.old_path},
    )
