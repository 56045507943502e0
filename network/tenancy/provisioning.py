"""Opening a site: its schema is a replay of the template, its first rows come from registered steps."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import ValidationError
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from network.audit.api import record
from network.errors import InvalidValue
from network.events import provisioning_steps
from network.tenancy.contexts import in_public, in_site
from network.tenancy.domains import validate_official_host
from network.tenancy.dumping import replay_text
from network.tenancy.models import Domain, RequestState, Site, SiteRequest, State
from network.tenancy.names import validate_slug

logger = logging.getLogger(__name__)

FACTS = frozenset(
    {
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
        "sort_order",
        "tile_row",
        "tile_column",
        "parent",
        "state",
    }
)


def request_site(
    slug: str,
    *,
    facts: dict[str, Any],
    domain: str,
    staff: list[dict[str, Any]],
    requested_by: str = "",
) -> SiteRequest:
    """Write down the wish for a site after holding every value against the registry.

    ``facts["parent"]`` is the key of the site above. Raises InvalidValue naming the value; nothing
    is written then.
    """
    validate_slug(slug)
    unknown = set(facts) - FACTS
    if unknown:
        raise InvalidValue(f"登记项“{'、'.join(sorted(unknown))}”不存在。", unknown=sorted(unknown))
    host = validate_official_host(domain)
    with in_public():
        if Site.objects.filter(slug=slug).exists():
            raise InvalidValue(f"站点标识“{slug}”已被使用，请换一个。", slug=slug)
        if Domain.objects.filter(domain=host).exists():
            raise InvalidValue(f"域名“{domain}”已登记在其他站点，一个域名只能属于一个站点。", domain=domain)
        code = facts.get("site_code")
        if code and Site.objects.filter(site_code=code).exists():
            raise InvalidValue(f"网站标识码“{code}”已登记在其他站点，请核对标识码证书。", site_code=code)
        _unsaved_site(slug, facts)
        return SiteRequest.objects.create(slug=slug, facts=facts, domain=host, staff=staff, requested_by=requested_by)


def _unsaved_site(slug: str, facts: dict[str, Any]) -> Site:
    """The registry row as it would be, validated."""
    values = dict(facts)
    parent_slug = values.pop("parent", None)
    parent = None
    if parent_slug:
        parent = Site.objects.filter(slug=parent_slug).first()
        if parent is None:
            raise InvalidValue(f"上级站点“{parent_slug}”不存在，请先开通上级站点。", parent=parent_slug)
    site = Site(slug=slug, parent=parent, **values)
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
        site = _unsaved_site(request.slug, request.facts)
        wanted_state = site.state
        site.state = State.PREPARING
        site.save()
        Domain.objects.create(domain=request.domain, tenant=site, is_primary=True)
        with connection.cursor() as cursor:
            # The raw cursor sends the text as one simple query, since it holds many statements.
            cursor.cursor.execute(replay_text(site.schema_name))
        with in_site(site):
            for name, step in provisioning_steps.items():
                logger.debug("Site '%s': step %s.", site.slug, name)
                step(site, {"facts": request.facts, "staff": request.staff, "domain": request.domain})
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        site.state = State.LIVE if wanted_state == State.PREPARING else wanted_state
        site.save()
        request.state = RequestState.DONE
        request.error = ""
        request.finished_at = timezone.now()
        request.save()
        record("site.open", site=site.slug, person=request.requested_by, object_kind="site", object_id=site.slug)
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
    return done
