"""Looking at a site's home page inside the process, before its visitors may."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any

from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest
from django.core.signals import got_request_exception
from django.db import connection
from django.urls import get_resolver

from network.tenancy.addresses import absolute_url
from network.tenancy.models import Domain, Site


@lru_cache(maxsize=1)
def loaded_handler() -> BaseHandler:
    """The application as a request meets it, loaded once: the list of all static files, the code of all addresses."""
    handler = BaseHandler()
    handler.load_middleware()
    get_resolver().url_patterns  # noqa: B018  reading imports every view
    return handler


def probe_home(site: Site) -> None:
    """Raise RuntimeError unless the home page of a public site answers 200; the caller's transaction is seen."""
    host = Domain.objects.filter(tenant_id=site.pk, is_primary=True).values_list("domain", flat=True).first()
    if not site.is_public or not host:
        return
    request = WSGIRequest(
        {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": "/",
            "HTTP_HOST": host,
            "SERVER_NAME": host,
            "SERVER_PORT": "443",
            "wsgi.url_scheme": "https",
            "wsgi.input": io.BytesIO(),
            "HTTP_X_FORWARDED_PROTO": "https",
        }
    )
    request.is_upgrade_probe = True  # type: ignore[attr-defined]
    causes: list[str] = []

    def note(sender: Any, **facts: Any) -> None:
        import sys  # only here is there an exception to name

        causes.append(f"{sys.exc_info()[1]}")

    got_request_exception.connect(note)
    try:
        status = loaded_handler().get_response(request).status_code
    finally:
        got_request_exception.disconnect(note)
        connection.set_tenant(site)
    if status != 200:
        reason = f": {causes[0]}" if causes else ""
        raise RuntimeError(f"The home page {absolute_url(site, '/')} answered {status}{reason}")
