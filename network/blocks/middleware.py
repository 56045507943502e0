"""What is stopped from above answers nobody, whatever it is."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from network.blocks.held import BlockFacts, authority_of, find_block
from network.tenancy.api import absolute_url

STATUS = 451
"""Stopped by an authority's order (RFC 7725), with who ordered it; 410 stays with the recall, which is for ever."""


class BlockMiddleware:
    """Stands behind the host middleware: below files, feeds, pages, every method."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if getattr(request, "is_dummy", False):
            return self.get_response(request)
        block = find_block(request.tenant, request.path_info, parts=request.registry.parts)
        return self.get_response(request) if block is None else blocked_notice(request, block)


def blocked_notice(request: HttpRequest, block: BlockFacts) -> HttpResponse:
    """The notice in the site's own frame: why, by whom, since when. Kept by nobody."""
    authority = authority_of(block.authority)
    response = render(
        request,
        "public/blocked.html",
        {"reason": block.reason, "by_name": authority.full_name, "date": block.since},
        status=STATUS,
    )
    response["Cache-Control"] = "no-store"
    response["Link"] = f'<{absolute_url(authority, "/")}>; rel="blocked-by"'
    response["X-Robots-Tag"] = "noindex"
    response["X-Content-Type-Options"] = "nosniff"
    return response
