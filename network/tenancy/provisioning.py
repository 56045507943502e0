"""Opening a site: its schema is a replay of the template, its first rows come from registered steps."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import ValidationError
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from network.audit.api import record
from network.errors import InvalidValue, NotAllowed
from network.events import provisioning_steps
from network.outbox.wakeups import send_wakeup
from network.tenancy.contexts import in_public, in_site
from network.tenancy.divisions import divisions
from network.tenancy.domains import validate_official_host
from network.tenancy.dumping import replay_text
from network.tenancy.facts import problems_of
from network.tenancy.graded import is_within, require_network_manager
from network.tenancy.models import Domain, Level, RequestState, Site, SiteRequest, State
from network.tenancy.names import validate_slug
from network.tenancy.upgrading_ledger import note_opened, share_template

logger = logging.getLogger(__name__)

FACTS = (
    "level",
    "division_code",
    "full_name",
    "short_name",
    "english_name",
    "site_code",
    "icp_number",
    "public_security_number",
    "sponsor",
    "contact_phone",
    "contact_address",
    "leader_in_charge",
    "person_responsible",
    "contact_person",
    "sort_order",
    "tile_row",
    "tile_column",
    "parent",
    "state",
)
"""What a person may say of a site that is opened."""


def find_problems(slug: str, *, facts: dict[str, Any], domain: str) -> dict[str, str]:
    """Field to sentence of every value that the registry refuses; empty when the site can be asked for.

    Fields are those of the registry with ``slug``, ``domain`` and ``parent``.
    """
    problems: dict[str, str] = {}
    unknown = sorted(set(facts) - set(FACTS))
    if unknown:
        problems[""] = f"登记项“{'、'.join(unknown)}”不存在。"
        return problems
    with in_public():
        problems.update(_problems_of_slug(slug))
        problems.update(_problems_of_domain(slug, domain))
        code = facts.get("site_code")
        holder = Site.objects.filter(site_code=code).first() if code else None
        if holder is not None:
            problems["site_code"] = f"网站标识码“{code}”已登记在其他站点（{holder.short_name}），请核对标识码证书。"
        parent_slug = facts.get("parent")
        parent = Site.objects.filter(slug=parent_slug).first() if parent_slug else None
        if parent_slug and parent is None:
            problems["parent"] = f"上级站点“{parent_slug}”不存在，请先开通上级站点。"
            return problems
        if parent is not None and parent.is_gone:
            problems["parent"] = f"上级站点“{parent.short_name}”{parent.get_state_display()}，请选择在用的站点。"
        region = f"{parent.region_path}{facts.get('division_code', '')}/" if parent else "/"
        taken = next((site for site in Site.objects.filter(region_path=region) if not site.is_gone), None)
        if taken is not None and parent is not None and taken.pk != parent.pk:
            problems["division_code"] = (
                f"区划代码“{facts.get('division_code', '')}”已由“{taken.short_name}”使用，"
                "两个站点不能管同一地区，请核对代码。"
            )
        try:
            _built_site(slug, facts, parent).full_clean(
                exclude=["schema_name"], validate_unique=False, validate_constraints=False
            )
        except ValidationError as error:
            for name, sentence in problems_of(error).items():
                problems.setdefault(name, sentence)
    return problems


def _problems_of_slug(slug: str) -> dict[str, str]:
    try:
        validate_slug(slug)
    except InvalidValue as error:
        return {"slug": error.message}
    if Site.objects.filter(slug=slug).exists():
        return {"slug": f"站点标识“{slug}”已被使用，请换一个。"}
    waiting = SiteRequest.objects.filter(slug=slug, state=RequestState.WAITING).exists()
    return {"slug": f"站点标识“{slug}”已有开站申请正在办理，请等待结果。"} if waiting else {}


def _problems_of_domain(slug: str, domain: str) -> dict[str, str]:
    try:
        host = validate_official_host(domain)
    except InvalidValue as error:
        return {"domain": error.message}
    if Domain.objects.filter(domain=host).exists():
        return {"domain": f"域名“{domain}”已登记在其他站点，一个域名只能属于一个站点。"}
    if SiteRequest.objects.filter(domain=host, state=RequestState.WAITING).exclude(slug=slug).exists():
        return {"domain": f"域名“{domain}”已写在另一份开站申请里，一个域名只能属于一个站点。"}
    reserved = next((unit for unit in divisions() if unit.domain == host and unit.slug != slug), None)
    if reserved is not None:
        return {"domain": f"域名“{domain}”属于“{reserved.full_name}”，请填写本机关的域名。"}
    return {}


def request_site(
    slug: str,
    *,
    facts: dict[str, Any],
    domain: str,
    staff: list[dict[str, Any]],
    requested_by: str = "",
    requested_from: str = "",
    without_columns: list[str] | None = None,
) -> SiteRequest:
    """Write down the wish for a site after holding every value against the registry.

    ``facts["parent"]`` is the key of the site above. A request that failed, or whose site was removed,
    is taken up again. Raises InvalidValue with ``problems`` (field to sentence); nothing is written then.
    """
    problems = find_problems(slug, facts=facts, domain=domain)
    if problems:
        raise InvalidValue("；".join(problems.values()), slug=slug, problems=problems)
    with in_public():
        request, _is_new = SiteRequest.objects.update_or_create(
            slug=slug,
            defaults={
                "facts": facts,
                "domain": validate_official_host(domain),
                "staff": staff,
                "requested_by": requested_by,
                "requested_from": requested_from,
                "without_columns": without_columns or [],
                "state": RequestState.WAITING,
                "error": "",
                "finished_at": None,
            },
        )
        return request


@transaction.atomic
def ask_for_site(
    slug: str,
    *,
    acting_user: Any,
    site: Site,
    facts: dict[str, Any],
    domain: str,
    staff: list[dict[str, Any]],
    without_columns: list[str],
) -> SiteRequest:
    """A network manager asks for a site below the own one, at any depth. Raises NotAllowed, InvalidValue."""
    require_network_manager(acting_user, site)
    parent = Site.objects.filter(slug=facts.get("parent") or "").first()
    if parent is not None and not is_within(site, parent):
        raise NotAllowed(f"“{site.short_name}”只能在本级之下开设站点，“{parent.short_name}”不在其中。")
    if parent is None and facts.get("level") == Level.NATIONAL:
        raise NotAllowed("总站只有一个，不能再开设。")
    request = request_site(
        slug,
        facts=facts,
        domain=domain,
        staff=staff,
        requested_by=acting_user.get_username(),
        requested_from=site.slug,
        without_columns=without_columns,
    )
    detail = {"domain": request.domain, "parent": facts.get("parent", ""), "full_name": facts.get("full_name", "")}
    for key in dict.fromkeys((site.slug, parent.slug if parent else site.slug)):
        record(
            "site.request",
            site=key,
            person=acting_user.get_username(),
            object_kind="site",
            object_id=slug,
            detail=detail,
        )
    send_wakeup("provisioner")
    return request


def _built_site(slug: str, facts: dict[str, Any], parent: Site | None) -> Site:
    """The registry row as it would be."""
    values = {name: value for name, value in facts.items() if name not in {"parent", "state"}}
    return Site(slug=slug, parent=parent, **values)


def _unsaved_site(slug: str, facts: dict[str, Any]) -> Site:
    """The registry row as it would be, validated. Raises InvalidValue."""
    parent_slug = facts.get("parent")
    parent = Site.objects.filter(slug=parent_slug).first() if parent_slug else None
    if parent_slug and parent is None:
        raise InvalidValue(f"上级站点“{parent_slug}”不存在，请先开通上级站点。", parent=parent_slug)
    site = _built_site(slug, facts, parent)
    try:
        site.full_clean(exclude=["schema_name"], validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        raise InvalidValue("；".join(error.messages), slug=slug) from error
    return site


def open_site(request: SiteRequest) -> Site:
    """Carry out one request in one transaction: registry row, schema, first rows, domain.

    A failure leaves nothing behind but the request. Run by the owner role only.
    """
    with in_public(), transaction.atomic():
        share_template()
        site = _unsaved_site(request.slug, request.facts)
        wanted_state = request.facts.get("state", State.LIVE)
        site.state = State.PREPARING
        site.changed_by, site.changed_from = request.requested_by, request.requested_from
        site.save()
        Domain.objects.create(domain=request.domain, tenant=site, is_primary=True)
        with connection.cursor() as cursor:
            # The raw cursor sends the text as one simple query, since it holds many statements.
            cursor.cursor.execute(replay_text(site.schema_name))
        with in_site(site):
            for name, step in provisioning_steps.items():
                logger.debug("Site '%s': step %s.", site.slug, name)
                step(
                    site,
                    {
                        "facts": request.facts,
                        "staff": request.staff,
                        "domain": request.domain,
                        "without_columns": request.without_columns,
                    },
                )
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        note_opened(site.schema_name)
        if wanted_state != State.PREPARING:
            site.state = wanted_state
            site.save()
        request.state = RequestState.DONE
        request.error = ""
        request.finished_at = timezone.now()
        request.save()
        for key in dict.fromkeys((request.requested_from, site.slug)):
            if key:
                record("site.open", site=key, person=request.requested_by, object_kind="site", object_id=site.slug)
    return site


def take_requests(*, should_stop: Any = None) -> int:
    """Carry out every waiting request; a failing one is marked with its reason, the rest go on."""
    done = 0
    while not (should_stop is not None and should_stop()):
        with in_public(), transaction.atomic():
            request = (
                SiteRequest.objects.select_for_update(skip_locked=True)
                .filter(state=RequestState.WAITING)
                .order_by("id")
                .first()
            )
            if request is None:
                return done
            try:
                with transaction.atomic():
                    open_site(request)
                done += 1
            except OperationalError:
                raise  # the database went away: the request waits for it
            except Exception as error:
                logger.exception("Site '%s' could not be opened.", request.slug)
                request.state = RequestState.FAILED
                request.error = str(error)[:2000]
                request.attempts += 1
                request.save(update_fields=["state", "error", "attempts"])
        connection.retire()
    return done
