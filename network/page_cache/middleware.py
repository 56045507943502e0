"""Public pages from the cache, and into it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date

from network.page_cache.addresses import page_key
from network.page_cache.code_state import code_state
from network.page_cache.flights import Flights
from network.page_cache.store import KeptPage, PageStore, page_store

OUTCOME = "X-Application-Cache"
"""Stands on every answer that is the same for everybody, and on no other: the front server keeps these alone."""
HIT, MISS = "hit", "miss"
ALWAYS_ASK = "max-age=0, must-revalidate"
"""For whoever keeps a page: ask each time whether it still stands. What was recalled must be gone."""
KEPT_TYPES = (
    "text/html",
    "application/atom+xml",
    "application/feed+json",
    "application/json",
    "application/xml",
)
OK, GONE = 200, 410
KEPT_STATUSES = (OK, GONE)
"""A page, and the notice in the place of a recalled one: both exist for as many addresses as there are items."""
SETTLED_SECONDS = 1.0
"""HTTP dates count seconds: two versions may be of one second, so a young page carries no date."""
PERSONAL = ("private", "no-store", "no-cache")
LEFT_OUT = frozenset({"content-length", "date", "set-cookie", OUTCOME.lower()})


class PageCacheMiddleware:
    """Stands behind what answers for a whole site or address, so a kept page never speaks for a stopped one.

    The key holds the token that was read when the request began, before any of the page's content: a page whose
    rendering a change overtook is kept under the token before that change, which nobody asks for again.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._flights = Flights()
        # While the files on disk are those that this process loaded.
        code_state()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # What an open transaction shows may be rolled back.
        key = "" if connection.in_atomic_block else page_key(request)
        if not key:
            return self.get_response(request)
        store = page_store()
        if store is None or store.is_quiet:
            return self._render(request, None, key)
        held = store.get(key)
        if held is not None:
            return answer_from(request, held, HIT)
        if request.method != "GET":
            return self.get_response(request)
        with self._flights.boarding(key):
            # Whoever comes first may be late all the same: another was done since the look above.
            held = store.get(key)
            if held is not None:
                return answer_from(request, held, HIT)
            return self._render(request, store, key)

    def _render(self, request: HttpRequest, store: PageStore | None, key: str) -> HttpResponseBase:
        response = self.get_response(request)
        if not may_be_kept(request, response):
            return response
        page = page_of(response)
        if store is not None:
            store.put(key, page)
        return answer_from(request, page, MISS)


def may_be_kept(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether an answer is the same for everybody who asks at this address."""
    if request.method != "GET" or response.status_code not in KEPT_STATUSES or response.streaming or response.cookies:
        return False
    caching = response.headers.get("Cache-Control", "").lower()
    return (
        isinstance(response, HttpResponse)
        and response.headers.get("Content-Type", "").startswith(KEPT_TYPES)
        and not response.headers.get("Vary")
        and not response.headers.get("Content-Encoding")
        and not any(word in caching for word in PERSONAL)
    )


def page_of(response: HttpResponse) -> KeptPage:
    """An answer as it is kept: with the strong name of its bytes, which outlives renderings that change nothing."""
    headers = {name: value for name, value in response.items() if name.lower() not in LEFT_OUT}
    headers["Cache-Control"] = ALWAYS_ASK
    if response.status_code == OK:
        headers["ETag"] = f'"{hashlib.blake2b(response.content, digest_size=12).hexdigest()}"'
    return KeptPage(body=response.content, headers=headers, made_at=time.time(), status=response.status_code)


def answer_from(request: HttpRequest, page: KeptPage, outcome: str) -> HttpResponseBase:
    """The page, or 304 for whoever holds these bytes. The notice in a recalled page's place is never 304 (RFC 9110)."""
    response = HttpResponse(page.body, headers=page.headers, status=page.status)
    # The display mode is a cookie; whoever keeps pages between us and the reader must know.
    patch_vary_headers(response, ["Cookie"])
    response.headers["Content-Length"] = str(len(page.body))
    answer: HttpResponseBase = response
    if page.status == OK:
        modified = None
        if time.time() - page.made_at > SETTLED_SECONDS:
            modified = int(page.made_at)
            response.headers["Last-Modified"] = http_date(modified)
        etag = page.headers["ETag"]
        answer = get_conditional_response(request, etag=etag, last_modified=modified, response=response) or response
    answer.headers[OUTCOME] = outcome
    return answer
