"""The site's own choice where a publisher publishes: widened by its webmaster, narrowed by somebody else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Page

from network.audit.api import record
from network.errors import InvalidValue, NotAllowed
from network.tenancy.api import MANAGE_SECURITY, Site, is_webmaster
from sites.editing.emergency import clean_reason
from sites.editing.models import PublishingPlace
from sites.editing.publishers import demanding_rule, places_held, publishing_columns, publishing_gap, waiting_steps
from sites.editing.queries import wants_publisher
from sites.pages.column import ColumnPage

ACT = "publishing.places"


@transaction.atomic
def set_publishing_places(
    *, acting_user: Any, site: Site, is_everywhere: bool, columns: Sequence[str] = (), reason: str = ""
) -> None:
    """Have publishers publish on the whole site, or in exactly these columns; in none: the last approval publishes.

    More places: the webmaster or the security administrator. Fewer: the security administrator, with a reason that
    the level above can read in its audit log. Raises NotAllowed, InvalidValue for an unknown column, where a rule
    asks for publishers anyway, where nobody could publish, while something waits that would have no publisher.
    """
    before = set(publishing_columns())
    was_everywhere, held = places_held()
    is_security = acting_user.has_perm(MANAGE_SECURITY)
    if acting_user.is_visitor or not (is_webmaster(acting_user) or is_security):
        raise NotAllowed(
            _("“%(person)s”不能更改发布办法，须由本站的站点管理员或安全管理员办理。") % {"person": acting_user}
        )
    rule = demanding_rule(site)
    if rule is not None:
        raise InvalidValue(
            _("规则要求本站由发布员发布（%(document)s %(clause)s：%(note)s），本站不能更改。")
            % {"document": rule.document, "clause": rule.clause, "note": rule.note}
        )
    wanted = [] if is_everywhere else list(dict.fromkeys(columns))
    unknown = set(wanted) - set(ColumnPage.objects.values_list("key", flat=True))
    if unknown:
        raise InvalidValue(_("本站没有栏目“%(names)s”。") % {"names": "、".join(sorted(unknown))})
    PublishingPlace.objects.all().delete()
    PublishingPlace.objects.bulk_create(PublishingPlace(column_key=key) for key in ([""] if is_everywhere else wanted))
    after = set(publishing_columns())
    is_narrowed = bool(before - after) or (was_everywhere and not is_everywhere)
    if is_narrowed:
        if not is_security:
            raise NotAllowed(_("缩小由发布员发布的范围须由安全管理员办理，请写明原因后由其更改。"))
        reason = clean_reason(reason, _("缩小范围的原因"))
        _hold_waiting()
    gap = publishing_gap()
    if gap:
        raise InvalidValue(gap)
    detail = {
        "before": _words(was_everywhere, held),
        "after": _words(is_everywhere, wanted),
        **({"reason": reason} if is_narrowed else {}),
    }
    told = [site, site.parent] if is_narrowed else [site]
    for place in filter(None, told):
        record(
            ACT,
            person=acting_user.get_username(),
            site=place.slug,
            object_kind="site",
            object_id=site.slug,
            object_title=site.short_name,
            detail=detail,
        )


def _hold_waiting() -> None:
    """Nothing that waits for a publisher loses that step. Raises InvalidValue."""
    keys = [int(state.workflow_state.object_id) for state in waiting_steps()]
    left = [page.draft_title for page in Page.objects.filter(pk__in=keys).order_by("pk") if not wants_publisher(page)]
    if left:
        raise InvalidValue(
            _("还有 %(count)s 篇待发布的稿件不再由发布员发布（“%(title)s”等）。请先发布或者退回，再缩小范围。")
            % {"count": len(left), "title": left[0]}
        )


def _words(is_everywhere: bool, keys: Sequence[str]) -> str:
    return "*" if is_everywhere else " ".join(sorted(keys))
