"""Which requests may be answered with a kept page, under which key."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from network.events import page_parameters, page_variants
from network.page_cache.code_state import code_state
from network.page_cache.queries import COLUMN
from network.tenancy.api import Site, columns_at

PAGE_PATH = re.compile(r"/(?:[\w-]{1,255}/){0,8}(?:[\w-]{1,64}\.(?:atom|json|xml))?")
"""What the resolver takes for a page, a feed or public data, in its one spelling: no doubled slash, a closing one."""

NEVER = ("/admin/", "/files/", "/media/", "/mode/", "/search/", "/static/")
"""Staff's screens, files, what a visitor typed, what sets a cookie."""

LONGEST_QUERY = 64


def page_key(request: HttpRequest) -> str:
    """The key under which the answer to this request is kept; empty where none is ever kept.

    Everything that an answer depends on is in it: the name of what stands on the site's pages, scheme and host as
    they are written into the page, path, parameters, display mode.
    """
    query = _query_of(request)
    path = request.path_info
    if request.method not in ("GET", "HEAD") or query is None or not PAGE_PATH.fullmatch(path):
        return ""
    if path.startswith(NEVER) or _is_personal(request):
        return ""
    token = pages_token(request)
    host = request.META.get("HTTP_HOST", "").partition(":")[0]
    if not token or host not in own_hosts(request.tenant, request.registry.primary_host):
        return ""
    parts = [
        token,
        request.scheme or "",
        host,
        path,
        query,
        *(variant(request) for _name, variant in page_variants.items()),
    ]
    return hashlib.blake2b("\0".join(parts).encode("utf-8", "surrogateescape"), digest_size=20).hexdigest()


def pages_token(request: HttpRequest) -> str:
    """Names everything that stands on the pages of a request's site: code, database, site, content, day.

    Empty where it could not be read before the content.
    """
    site: Site = request.tenant
    held: tuple[str, dict[str, Any]] = getattr(request, "columns_of", ("", {}))
    schema, columns = held
    if schema != site.schema_name:
        # The process is young: it did not know the host when the request began.
        columns = columns_at(site.schema_name, request.registry)
        request.columns_of = (site.schema_name, columns)
    return token_from(site, str(columns[COLUMN])) if COLUMN in columns else ""


def token_from(site: Site, moved: str) -> str:
    """The name of what stands on a site's pages while ``moved`` stands in its rows of the database."""
    parts = [
        code_state(),
        *(str(connection.settings_dict[name]) for name in ("HOST", "PORT", "NAME")),
        site.schema_name,
        moved,
        timezone.localdate().isoformat(),
    ]
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).hexdigest()


def own_hosts(site: Site, primary_hosts: Mapping[int, str]) -> list[str]:
    """The hosts of a site as its pages may spell them; another spelling would stand in everybody's page."""
    hosts = [f"{site.slug}.localhost"] if settings.DEMO_HOSTS else []
    if site.pk in primary_hosts:
        hosts.append(primary_hosts[site.pk])
    return hosts


def _query_of(request: HttpRequest) -> str | None:
    """The query string in its one spelling; None where it holds what is no parameter of a page."""
    given = request.META.get("QUERY_STRING", "")
    if not given:
        return ""
    if len(given) > LONGEST_QUERY:
        return None
    pairs = parse_qsl(given, keep_blank_values=True)
    spelt = "&".join(f"{name}={value}" for name, value in pairs)
    patterns = dict(page_parameters.items())
    is_known = all(name in patterns and re.fullmatch(patterns[name], value) for name, value in pairs)
    # The page shows its own address: another spelling, a doubled parameter would stand in everybody's page.
    return spelt if is_known and spelt == given and len({name for name, _ in pairs}) == len(pairs) else None


def _is_personal(request: HttpRequest) -> bool:
    """Whether the request may come from somebody in particular, or from the platform looking at itself."""
    if getattr(request, "is_dummy", False) or getattr(request, "is_upgrade_probe", False):
        return True
    return (
        settings.SESSION_COOKIE_NAME in request.COOKIES
        or "messages" in request.COOKIES
        or "HTTP_AUTHORIZATION" in request.META
    )
