"""Every write of index numbers."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from network.audit.api import record
from network.errors import InvalidValue, NotAllowed
from network.numbering.models import IndexNumber, IndexScheme
from network.numbering.queries import fitted, index_numbers, pattern_choices, scheme_of
from network.tenancy.api import Site, is_webmaster

ORGANISATION = re.compile(r"[0-9A-Z]{4,30}")
KEPT = ("organisation", "year", "serial", "pattern", "number")

# The database writes serial, number and moment.
_ISSUE = """
INSERT INTO public.network_numbering_indexnumber
    (content_id, site, organisation, year, pattern, serial, number, is_brought, issued_at)
SELECT content_id, %s, %s, %s, %s, 0, '', false, now()
FROM unnest(%s::uuid[]) WITH ORDINALITY AS wanted (content_id, place) ORDER BY place
RETURNING content_id, number
"""


def issue_number(content_id: uuid.UUID, *, site: Site) -> str:
    """The number of a content that goes on line here, issued now if it has none; in the caller's transaction.

    Empty where the site has no code to issue under: the catalogue's screen names what is missing, and
    ``issue_numbers`` issues later.
    """
    return issue_numbers([content_id], site=site).get(content_id, "")


def issue_numbers(content_ids: Sequence[uuid.UUID], *, site: Site) -> dict[uuid.UUID, str]:
    """Numbers of contents in their order, new ones after those that they follow. The series stays locked."""
    held = index_numbers(content_ids)
    wanted = [content_id for content_id in dict.fromkeys(content_ids) if content_id not in held]
    scheme = scheme_of(site) if wanted else None
    if scheme is None or not scheme.organisation:
        return held
    series: list[Any] = [site.slug, scheme.organisation, timezone.localdate().year, scheme.pattern]
    try:
        # One savepoint: serials that were taken for a row that is refused go back with it.
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_ISSUE, [*series, wanted])
            issued = dict(cursor.fetchall())
    except IntegrityError as error:
        if "content_id" not in str(error):
            raise
        # Somebody else published one of them meanwhile.
        return issue_numbers(content_ids, site=site)
    record(
        "index_number.issue",
        site=site.slug,
        object_kind="index_number",
        object_id=issued[wanted[0]],
        detail={"count": len(wanted), "first": issued[wanted[0]], "last": issued[wanted[-1]]},
    )
    return held | issued


def keep_numbers(rows: Sequence[Mapping[str, Any]], *, site: Site) -> int:
    """Numbers that an archive brings along, as they are; those that this install knows already are left.

    Raises InvalidValue when a number belongs to another content here; returns how many were new.
    """
    known = index_numbers(row["content_id"] for row in rows)
    new = [row for row in rows if row["content_id"] not in known]
    try:
        with transaction.atomic():
            IndexNumber.objects.bulk_create(
                IndexNumber(
                    content_id=row["content_id"],
                    site=site.slug,
                    is_brought=True,
                    **{name: row[name] for name in KEPT},
                )
                for row in new
            )
    except IntegrityError as error:
        raise InvalidValue(_("档案中的索引号与本系统其他信息的索引号重复，不能导入。")) from error
    return len(new)


@transaction.atomic
def change_scheme(*, acting_user: Any, site: Site, organisation: str, pattern: str) -> IndexScheme:
    """Say under which code and pattern the site issues from now on; numbers already issued stay.

    Raises NotAllowed, InvalidValue.
    """
    if not is_webmaster(acting_user):
        raise NotAllowed(_("“%(person)s”不能设置索引号，须由本站的站点管理员办理。") % {"person": acting_user})
    organisation = organisation.strip().upper()
    if not ORGANISATION.fullmatch(organisation):
        raise InvalidValue(
            _("机构代码“%(code)s”应为 4 至 30 位数字或大写字母，例如“000014349”。") % {"code": organisation}
        )
    patterns = pattern_choices(site)
    if pattern not in patterns:
        raise InvalidValue(_("编号格式“%(pattern)s”不在规则之内，请从列表中选择。") % {"pattern": pattern})
    taken = IndexScheme.objects.filter(organisation=organisation).exclude(site=site.slug).exists()
    if taken or IndexNumber.objects.filter(organisation=organisation).exclude(site=site.slug).exists():
        raise InvalidValue(_("机构代码“%(code)s”已由其他站点使用，请核对。") % {"code": organisation})
    scheme, _created = IndexScheme.objects.update_or_create(
        site=site.slug,
        defaults={
            "organisation": organisation,
            "pattern": fitted(patterns[pattern], site),
            "changed_by": acting_user.get_username(),
        },
    )
    record(
        "index_number.scheme",
        site=site.slug,
        person=acting_user.get_username(),
        object_kind="index_scheme",
        object_id=scheme.pk,
        detail={"organisation": organisation, "pattern": scheme.pattern},
    )
    return scheme
