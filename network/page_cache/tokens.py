"""``/_page-tokens``: what stands on all sites' pages, for the front server, answered before any host is looked up."""

from __future__ import annotations

from collections.abc import Callable

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse

from network.page_cache.addresses import own_hosts, token_from
from network.page_cache.queries import tokens_of
from network.tenancy.api import held_snapshot

ADDRESS = "/_page-tokens"


class PageTokensMiddleware:
    """Answers with a line ``host token`` for each host whose pages may be kept.

    The front server keeps a host's pages under its token, those of a host without a line not at all. It asks twice a
    second for each of its processes, so an answer costs the same statements however many sites there are. Nothing in it
    is secret.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info != ADDRESS or request.method != "GET":
            return self.get_response(request)
        try:
            connection.set_schema_to_public()
            body, status = "".join(f"{host} {token}\n" for host, token in kept_hosts().items()), 200
        except DatabaseError:
            body, status = "database unavailable\n", 503
        response = HttpResponse(body, status=status, content_type="text/plain; charset=utf-8")
        response["Cache-Control"] = "no-store"
        return response


def kept_hosts() -> dict[str, str]:
    """The tokens of the hosts that answer the public with pages."""
    # The registry first: whatever changes in it moves the token that is read behind it.
    with held_snapshot() as registry:
        sites = [site for site in registry.sites if site.is_public and not site.maintenance]
        moved = tokens_of(site.schema_name for site in sites)
        tokens = {site.pk: token_from(site, moved[site.schema_name]) for site in sites}
    return {host: tokens[site.pk] for site in sites for host in own_hosts(site, registry.primary_host)}
