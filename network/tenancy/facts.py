"""Changing what the registry says of a site: facts, names, its place in the tree."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from network.audit.api import record
from network.branding.names import normalise_name
from network.errors import InvalidValue, NotAllowed, sentence_of
from network.events import regions_changed
from network.tenancy.graded import is_within
from network.tenancy.lifecycle import require_manager_of
from network.tenancy.models import Site, SiteName
from network.tenancy.queries import subtree

EDITABLE = (
    "english_name",
    "site_code",
    "icp_number",
    "public_security_number",
    "sponsor",
    "leader_in_charge",
    "person_responsible",
    "contact_person",
    "contact_phone",
    "contact_address",
)


def problems_of(error: ValidationError) -> dict[str, str]:
    """Field to sentence of a refused row; what belongs to no field stands under the empty name."""
    if not hasattr(error, "error_dict"):
        return {"": "；".join(error.messages)}
    return {("" if name == "__all__" else name): "；".join(words) for name, words in error.message_dict.items()}


@transaction.atomic
def change_facts(target: Site, facts: Mapping[str, Any], *, acting_user: Any, site: Site) -> list[str]:
    """Write changed facts of a site; returns the names of those that changed.

    Raises NotAllowed, InvalidValue with ``problems`` (field to sentence); nothing is written then.
    """
    held = Site.objects.select_for_update(of=("self",)).get(pk=target.pk)
    require_manager_of(acting_user, site, held)
    unknown = sorted(set(facts) - set(EDITABLE))
    if unknown:
        raise InvalidValue(_("登记项“%(names)s”不能在这里修改。") % {"names": "、".join(unknown)}, unknown=unknown)
    before = {name: getattr(held, name) or "" for name in EDITABLE}
    for name, value in facts.items():
        setattr(held, name, (str(value).strip() or None) if name == "site_code" else str(value).strip())
    after = {name: getattr(held, name) or "" for name in EDITABLE}
    changed = [name for name in EDITABLE if before[name] != after[name]]
    if not changed:
        return []
    _hold(held)
    _save(held, changed, acting_user=acting_user, site=site)
    _record("site.facts", held, site=site, acting_user=acting_user, before=before, after=after, names=changed)
    return changed


@transaction.atomic
def rename_site(
    target: Site, *, full_name: str, short_name: str, named_on: datetime.date, acting_user: Any, site: Site
) -> Site:
    """Give a site other names from a day on; the names before stay as dated facts.

    Raises NotAllowed, InvalidValue with ``problems``.
    """
    held = Site.objects.select_for_update(of=("self",)).get(pk=target.pk)
    require_manager_of(acting_user, site, held)
    before = {"full_name": held.full_name, "short_name": held.short_name}
    held.full_name, held.short_name, held.named_on = normalise_name(full_name), normalise_name(short_name), named_on
    after = {"full_name": held.full_name, "short_name": held.short_name}
    problems = {}
    if before == after:
        problems["full_name"] = _("名称没有变化，请填写新的名称。")
    last = SiteName.objects.filter(site=held.slug).order_by("-valid_from").first()
    if named_on > timezone.localdate():
        problems["named_on"] = _("启用日期“%(day)s”还没有到，请在当日或之后登记。") % {"day": named_on}
    elif last is not None and named_on < last.valid_from:
        problems["named_on"] = _("启用日期“%(day)s”早于现名称的启用日期 %(last)s，请核对。") % {
            "day": named_on,
            "last": last.valid_from,
        }
    if problems:
        raise InvalidValue("；".join(problems.values()), problems=problems)
    _hold(held)
    _save(held, ["full_name", "short_name", "named_on"], acting_user=acting_user, site=site)
    _record("site.rename", held, site=site, acting_user=acting_user, before=before, after=after, names=list(before))
    return held


@transaction.atomic
def move_under(target: Site, parent: Site, *, division_code: str, acting_user: Any, site: Site) -> list[str]:
    """Put a site with all below it under another one; returns the keys of the sites whose region moved.

    Both stand in the acting site's subtree (the acting site itself may be the new parent). Raises
    NotAllowed, InvalidValue with ``problems``.
    """
    held = Site.objects.select_for_update(of=("self",)).get(pk=target.pk)
    require_manager_of(acting_user, site, held)
    if not is_within(site, parent) or parent.is_gone:
        raise NotAllowed(
            _("“%(site)s”只能改隶到本级下辖的站点，“%(parent)s”不在其中。")
            % {"site": site.short_name, "parent": parent.short_name}
        )
    moved = [below.slug for below in subtree(held)]
    if parent.slug in moved:
        sentence = _("“%(parent)s”就是“%(site)s”或在它之下，改隶会成环，请选择别的上级站点。") % {
            "parent": parent.short_name,
            "site": held.short_name,
        }
        raise InvalidValue(sentence, problems={"parent": sentence})
    before = {"parent": held.parent.slug if held.parent else "", "division_code": held.division_code}
    held.parent, held.division_code = parent, division_code.strip()
    after = {"parent": parent.slug, "division_code": held.division_code}
    if before == after:
        return []
    taken = Site.objects.filter(region_path=f"{parent.region_path}{held.division_code}/").exclude(pk=held.pk)
    taken_by = next((other for other in taken if not other.is_gone), None)
    if taken_by is not None:
        sentence = _("区划代码“%(code)s”已由“%(site)s”使用，两个站点不能管同一地区，请核对代码。") % {
            "code": held.division_code,
            "site": taken_by.short_name,
        }
        raise InvalidValue(sentence, problems={"division_code": sentence})
    _hold(held)
    _save(held, ["parent", "division_code"], acting_user=acting_user, site=site)
    schemas = list(Site.objects.filter(slug__in=moved).values_list("schema_name", flat=True))
    regions_changed.emit(schemas)
    _record("site.move", held, site=site, acting_user=acting_user, before=before, after=after, names=list(before))
    return moved


def _hold(site: Site) -> None:
    """Check the row as it would be. Raises InvalidValue with ``problems``."""
    try:
        site.full_clean(exclude=["schema_name", "slug"], validate_constraints=False)
    except ValidationError as error:
        problems = problems_of(error)
        raise InvalidValue("；".join(problems.values()), problems=problems) from error


def _save(target: Site, names: list[str], *, acting_user: Any, site: Site) -> None:
    values = {name: getattr(target, name) for name in names}
    try:
        with transaction.atomic():
            # Not by save(), which django-tenants refuses inside another site's schema.
            Site.objects.filter(pk=target.pk).update(
                **values, changed_by=acting_user.get_username(), changed_from=site.slug
            )
    except IntegrityError as error:
        # Somebody else was faster; the database's own sentence says at what.
        sentence = sentence_of(error)
        raise InvalidValue(sentence, problems={"": sentence}) from error


def _record(
    act: str,
    target: Site,
    *,
    site: Site,
    acting_user: Any,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    names: list[str],
) -> None:
    detail = {"before": {name: before[name] for name in names}, "after": {name: after[name] for name in names}}
    for slug in dict.fromkeys((site.slug, target.slug)):
        record(
            act,
            site=slug,
            person=acting_user.get_username(),
            object_kind="site",
            object_id=target.slug,
            detail=detail,
            before_hash=_hash(before),
            after_hash=_hash(after),
        )


def _hash(facts: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(dict(facts), sort_keys=True, ensure_ascii=False).encode()).hexdigest()
