"""Every write of guidance. It is advice among staff: recorded, not reviewed, never public."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from network.audit.api import record
from network.errors import InvalidValue, NotAllowed
from network.guidance.models import LONGEST_NOTE, LONGEST_SAMPLE, Guidance
from network.guidance.queries import field_label, find_type
from network.tenancy.api import Site, require_network_manager


def write_guidance(*, acting_user: Any, site: Site, page_type: str, field: str, note: str, sample: str) -> Guidance:
    """Say how a field is written, instead of what this site said before; every site below shows it from now on.

    Raises:
        NotAllowed: the person does not manage the group from this site.
        InvalidValue: no such field, nothing said, too much said.
    """
    _require_may_write(acting_user, site, act="guidance.write", page_type=page_type, field=field)
    title = _title(page_type, field)
    values = {"note": _clean(note), "sample": _clean(sample)}
    for name, part, longest in (("note", _("说明"), LONGEST_NOTE), ("sample", _("示例"), LONGEST_SAMPLE)):
        if len(values[name]) > longest:
            raise InvalidValue(
                _("“%(title)s”的%(part)s有%(count)s个字，最多%(most)s个字，请删减。")
                % {
                    "title": title,
                    "part": part,
                    "count": len(values[name]),
                    "most": longest,
                }
            )
    if not any(values.values()):
        raise InvalidValue(_("请填写“%(title)s”的说明或者示例；不再指导的，请收回。") % {"title": title})
    with transaction.atomic():
        before = _in_use(site, page_type, field)
        if before is not None and all(getattr(before, name) == value for name, value in values.items()):
            return before
        if before is not None:
            _retire(before, acting_user)
        row = Guidance.objects.create(
            site=site.slug,
            page_type=page_type,
            field=field,
            written_by=acting_user.get_username(),
            **values,
        )
        detail = {"before": _said(before), "after": values}
        _record("guidance.write", row, person=acting_user, title=title, detail=detail)
    return row


def retire_guidance(*, acting_user: Any, site: Site, page_type: str, field: str) -> Guidance:
    """Take back what this site says of a field. Raises NotAllowed; InvalidValue where it says nothing."""
    _require_may_write(acting_user, site, act="guidance.retire", page_type=page_type, field=field)
    title = _title(page_type, field)
    with transaction.atomic():
        row = _in_use(site, page_type, field)
        if row is None:
            raise InvalidValue(_("本站没有“%(title)s”的采编指导，可能已经收回。") % {"title": title})
        _retire(row, acting_user)
        _record("guidance.retire", row, person=acting_user, title=title, detail={"before": _said(row)})
    return row


def forget_site(site: Site) -> None:
    """A site is about to be dropped: what it said guides nobody any more."""
    Guidance.objects.filter(site=site.slug, retired_at=None).update(retired_at=timezone.now(), retired_by="system")


def _require_may_write(person: Any, site: Site, *, act: str, page_type: str, field: str) -> None:
    """Raises NotAllowed, with a row in the log, for anybody but a network manager of the hub or a province."""
    try:
        require_network_manager(person, site)
    except NotAllowed:
        record(
            act,
            site=site.slug,
            person=person.get_username(),
            object_kind="guidance",
            object_id=f"{page_type}/{field}"[:60],
            is_refused=True,
        )
        raise


def _title(page_type: str, field: str) -> str:
    """Type and field as people call them. Raises InvalidValue for what the editor does not have."""
    try:
        kind = find_type(page_type)
        return f"{kind.label}—{field_label(kind, field)}"
    except LookupError as error:
        raise InvalidValue(
            _("没有“%(type)s”类型的“%(field)s”，请从列表中选择。") % {"type": page_type, "field": field}
        ) from error


def _in_use(site: Site, page_type: str, field: str) -> Guidance | None:
    rows = Guidance.objects.select_for_update()
    return rows.filter(site=site.slug, page_type=page_type, field=field, retired_at=None).first()


def _retire(row: Guidance, person: Any) -> None:
    row.retired_at, row.retired_by = timezone.now(), person.get_username()
    row.save(update_fields=["retired_at", "retired_by"])


def _said(row: Guidance | None) -> dict[str, str]:
    return {"note": row.note, "sample": row.sample} if row else {}


def _record(act: str, row: Guidance, *, person: Any, title: str, detail: dict[str, Any]) -> None:
    record(
        act,
        site=row.site,
        person=person.get_username(),
        object_kind="guidance",
        object_id=row.pk,
        object_title=title,
        detail=detail,
    )


def _clean(text: str) -> str:
    """Lines as they were written, without what ends them or stands around the text."""
    return "\n".join(line.rstrip() for line in text.replace("\x00", "").splitlines()).strip()
