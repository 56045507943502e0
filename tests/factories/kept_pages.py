"""The page cache as tests look at it."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client

from network.page_cache.queries import STATEMENT
from network.tenancy.api import Site
from themes.modes import COOKIE

OUTCOME = "X-Application-Cache"


def token_of(site: Site) -> str:
    """The token as the next request will read it."""
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, {"schema": site.schema_name})
        return str(cursor.fetchone()[0])


def ask(site: Site, path: str = "/", *, mode: str = "", client: Client | None = None, **headers: Any) -> HttpResponse:
    """One GET by a reader with a display mode."""
    reader = client or Client()
    if mode:
        reader.cookies[COOKIE] = mode
    return reader.get(path, HTTP_HOST=headers.pop("host", f"{site.slug}.localhost"), **headers)


def outcome(answer: HttpResponse) -> str:
    """``hit``, ``miss``, or empty when the cache had no part in the answer."""
    return answer.headers.get(OUTCOME, "")


def warm(site: Site, path: str = "/", **traits: Any) -> HttpResponse:
    """Ask until the page is kept; returns the kept answer."""
    ask(site, path, **traits)
    answer = ask(site, path, **traits)
    assert outcome(answer) == "hit", path
    return answer
