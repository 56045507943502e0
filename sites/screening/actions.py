"""Every write of the checks: the refusal of a text, the site's own words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from wagtail.models import Page

from network.errors import InvalidValue, NotAllowed
from network.tenancy.api import Site, is_webmaster
from network.terms.api import add_row, retire_row
from sites.screening.models import OwnTerm
from sites.screening.queries import screen

SHOWN = 5
"""Findings that a refusal names; the editor shows all."""


class TextRefused(InvalidValue):
    """A text must not go on to review, or out of it, as it stands."""

    code = "sites.text_refused"


def require_clean(page: Page) -> None:
    """Refuse a text with blocking findings. Raises TextRefused that names them."""
    blocking = [finding for finding in screen(page) if finding.is_blocking]
    if not blocking:
        return
    told = "；".join(finding.sentence.rstrip("。") for finding in blocking[:SHOWN])
    said = {"title": page.title, "count": len(blocking), "told": told}
    raise TextRefused(
        _("“%(title)s”有 %(count)s 处必须先改正：%(told)s。") % said,
        checks=[finding.check for finding in blocking],
    )


def add_own_term(*, acting_user: Any, site: Site, **facts: Any) -> OwnTerm:
    """Put a word on the site's own list. Raises NotAllowed, InvalidValue."""
    _require_webmaster(acting_user)
    return add_row(OwnTerm, acting_user=acting_user, site=site, **facts)


def retire_own_term(term_id: int, *, acting_user: Any, site: Site) -> OwnTerm:
    """Take a word off the site's own list. Raises NotAllowed, InvalidValue."""
    _require_webmaster(acting_user)
    return retire_row(OwnTerm, term_id, acting_user=acting_user, site=site)


def _require_webmaster(person: Any) -> None:
    if not is_webmaster(person):
        raise NotAllowed(_("“%(person)s”不能维护本站词表，须由本站的站点管理员办理。") % {"person": person})
