"""Host to site."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.template.loader import render_to_string

from network.branding.api import policy_in_force
from network.tenancy.addresses import absolute_url
from network.tenancy.answers import answer_for_state, neutral_not_found
from network.tenancy.models import Maintenance, Site
from network.tenancy.registry import Snapshot, likely_site, opened_request, snapshot

HOST_WITH_PORT = re.compile(r"([a-z0-9.-]{1,253})(:[0-9]{1,5})?")
STATIC_PATHS = ("/static/",)
RETRY_AFTER_SECONDS = 60


def maintenance_answer(site: Site) -> HttpResponse:
    """503 under the site's own name while its schema is worked on. Reads the registry only, never the schema."""
    names = {"site": site, "is_restore": site.maintenance == Maintenance.RESTORE, "palette": policy_in_force().palette}
    response = HttpResponse(render_to_string("public/maintenance.html", names), status=503)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    response["Cache-Control"] = "no-store"
    return response


class HostMiddleware:
    """Enters the site that the Host header names; an unknown or malformed one gets a neutral 404.

    A dummy request (page preview) stays on the site that is entered already: Wagtail replays the
    middleware with a made-up host, which would switch the schema under the outer request.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if getattr(request, "is_dummy", False):
            request.tenant = connection.tenant
            return self.get_response(request)
        connection.set_schema_to_public()
        match = HOST_WITH_PORT.fullmatch(request.META.get("HTTP_HOST", "").lower())
        if not match:
            return neutral_not_found()
        host = match.group(1).rstrip(".")
        if request.method not in ("GET", "HEAD"):
            return self._enter(request, host, snapshot())
        likely = likely_site(host)
        schema = likely.schema_name if likely is not None else ""
        with opened_request(schema) as (registry, columns):
            request.columns_of = (schema, columns)
            return self._enter(request, host, registry)

    def _enter(self, request: HttpRequest, host: str, registry: Snapshot) -> HttpResponse:
        site = registry.by_host.get(host)
        if site is None:
            return neutral_not_found()
        primary = registry.primary_host.get(site.pk)
        is_demo_host = settings.DEMO_HOSTS and host.endswith(".localhost")
        if not is_demo_host and primary and host != primary and request.method in ("GET", "HEAD"):
            return HttpResponsePermanentRedirect(absolute_url(site, request.get_full_path()))
        # The upgrade runner looks at a page before it lets the site serve again; no client can set this attribute.
        is_probe = getattr(request, "is_upgrade_probe", False)
        if site.maintenance and not is_probe and not request.path_info.startswith(STATIC_PATHS):
            return maintenance_answer(site)
        request.tenant = site
        request.registry = registry
        connection.set_tenant(site)
        return answer_for_state(request, site, registry) or self.get_response(request)
