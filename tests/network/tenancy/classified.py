"""Every address of the platform from the URL resolver, with its classification in ``addresses.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern, RoutePattern

TABLE = Path(__file__).with_name("addresses.toml")
LITERAL = "="
ANYTHING = "no-such-page"
PUBLIC, STAFF, ANY_STAFF = "public", "staff", "any_staff"
AUDIENCES = (PUBLIC, STAFF, ANY_STAFF)
FIELDS = frozenset({"for", "method", "nobody", "without", "own", "other", "person", "denied", "query", "why"})
PLACEHOLDER = re.compile(r"<(?:[^:>]+:)?(\w+)>")
QUERIED = re.compile(r"\{(\w+)\}")
GROUP = re.compile(r"\((?:\?P<(\w+)>)?(?:[^()]|\([^()]*\))*\)")


@dataclass(frozen=True, kw_only=True)
class Address:
    """One route with what it answers to whom.

    ``arguments`` name what fills each placeholder: a kind of ``Furnished.values``, or ``=`` with
    the value itself. ``audience`` is ``public``, ``any_staff`` (whoever may enter the admin) or
    ``staff`` (a right is asked; ``person`` without it gets ``without``).
    """

    key: str
    route: str
    arguments: dict[str, str] = field(default_factory=dict)
    audience: str = STAFF
    method: str = "get"
    nobody: int = 302
    without: int = 302
    denied: str = "auditor"
    own: int = 200
    other: int = 404
    person: str = "allrights"
    query: str = ""

    @property
    def objects(self) -> list[str]:
        """Kinds of the objects that the address names."""
        return [kind for kind in self.arguments.values() if not kind.startswith(LITERAL)] + QUERIED.findall(self.query)

    def path(self, values: dict[str, Any]) -> str:
        """The address with its arguments filled from what a site was furnished with."""
        filled = {
            name: kind.removeprefix(LITERAL) if kind.startswith(LITERAL) else str(values[kind])
            for name, kind in self.arguments.items()
        }
        query = QUERIED.sub(lambda found: str(values[found[1]]), self.query)
        return "/" + PLACEHOLDER.sub(lambda found: filled[found[1]], self.route) + ("?" + query if query else "")


def routes() -> Iterator[tuple[str, str]]:
    """(key, route) of every address of the resolver; the key is the name with the placeholders."""
    yield from _walk(get_resolver(), "", ())


def _walk(resolver: URLResolver, prefix: str, spaces: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for entry in resolver.url_patterns:
        route = prefix + _as_route(entry)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, route, (*spaces, entry.namespace) if entry.namespace else spaces)
            continue
        assert isinstance(entry, URLPattern)
        names = PLACEHOLDER.findall(route)
        named = ":".join((*spaces, entry.name)) if entry.name else route
        yield f"{named}({','.join(dict.fromkeys(names))})", route


def _as_route(entry: URLPattern | URLResolver) -> str:
    pattern = entry.pattern
    if isinstance(pattern, RoutePattern):
        return str(pattern._route)
    assert isinstance(pattern, RegexPattern)
    plain = GROUP.sub(lambda found: f"<{found[1] or 'path'}>", str(pattern._regex))
    return plain.removeprefix("^").removesuffix("$").replace("\\.", ".").replace(".*", ANYTHING)


def table() -> dict[str, Any]:
    """The classification as written."""
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def addresses() -> list[Address]:
    """Every classified address that the resolver knows; those it lacks are found by ``unclassified``."""
    told = table()
    found = []
    for key, route in routes():
        line = told["addresses"].get(key)
        if line is None:
            continue
        names = key[key.rindex("(") + 1 : -1].split(",") if not key.endswith("()") else []
        found.append(
            Address(
                key=key,
                route=route,
                arguments={name: str(line.get(name, told["arguments"].get(name, ""))) for name in names},
                audience=line.get("for", STAFF),
                **{
                    name: line[name]
                    for name in ("method", "nobody", "without", "own", "other", "person", "denied", "query")
                    if name in line
                },
            )
        )
    return found


def faults_of_the_table() -> list[str]:
    """What is wrong with the classification, each with the remedy."""
    told = table()
    known = dict(routes())
    faults = [
        f"New address {key!r} ({route}). Say in tests/network/tenancy/addresses.toml who may see it, one line: "
        f'"{key}" = {{ }} for staff with a right (the person without it is sent home), '
        '{ for = "any_staff" }, { for = "public" }, { without = 404 }; a placeholder names what fills it.'
        for key, route in known.items()
        if key not in told["addresses"]
    ]
    faults += [
        f"{key!r} is classified and not an address any more; delete its line."
        for key in told["addresses"]
        if key not in known
    ]
    for address in addresses():
        line = told["addresses"][address.key]
        faults += [
            f"{address.key}: nothing says what fills {name!r}." for name, kind in address.arguments.items() if not kind
        ]
        unknown = set(line) - FIELDS - set(address.arguments)
        faults += [f"{address.key}: {name!r} means nothing here." for name in sorted(unknown)]
        if address.audience not in AUDIENCES:
            faults.append(f"{address.key}: for = {address.audience!r} is none of {AUDIENCES}.")
        if (address.other != 404 or address.own >= 500) and not line.get("why"):
            faults.append(f'{address.key}: an exception needs its reason: why = "...".')
    return faults
