"""Sites of the registry in numbers, in states of their life."""

from __future__ import annotations

from network.tenancy.api import Site, get_site, in_public
from network.tenancy.lifecycle import MOVES
from network.tenancy.models import Level, State


def bring_to(site: Site, state: str, *, into: Site | None = None, reason: str = "测试") -> Site:
    """Write the moves that lead from the site's present state to another, past the screens."""
    path = _shortest(site.state, state)
    with in_public():
        for step in path:
            site.state = step
            site.state_reason = reason
            site.merged_into = into if step == State.MERGED else site.merged_into
            site.save()
            site.refresh_from_db()
    return get_site(site.slug)


def _shortest(start: str, end: str) -> list[str]:
    if start == end:
        return []
    ways: dict[str, list[str]] = {start: []}
    while end not in ways:
        for move in MOVES:
            # Closing waits for its day; a test that wants a closed site gets there without the notice.
            is_waiting = (move.from_state, move.to_state) == (State.CLOSING, State.CLOSED)
            if move.from_state in ways and move.to_state not in ways and not is_waiting:
                ways[move.to_state] = [*ways[move.from_state], move.to_state]
    return ways[end]


def register_cities(count: int) -> list[Site]:
    """Rows of the registry alone, of cities of Guangdong without a schema, for what must not grow with the sites."""
    with in_public():
        parent = Site.objects.get(slug="guangdong")
        return [
            Site.objects.create(
                slug=f"more{number}",
                level=Level.PREFECTURE,
                parent=parent,
                division_code=f"4490{number:02}",
                full_name=f"第{number}市工商行政管理局",
                short_name=f"第{number}市工商局",
            )
            for number in range(count)
        ]
