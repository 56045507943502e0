"""Drawn pictures that stand where an item brings none. They say nothing that the words beside them do not."""

from __future__ import annotations

from functools import cache

from django.templatetags.static import static

PORTRAIT = "portrait"
MISSING = "missing"

# What an item is about to the drawing that stands for it.
OF_KIND = {
    "news": "hall",
    "notice": "document",
    "policy": "document",
    "law": "law",
    "interpretation": "counsel",
    "statistics": "figures",
    "warning": "market",
    "special": "network",
    "budget": "figures",
    "emergency": "market",
    "guide": "counsel",
    "leader": "hall",
    "organisation": "hall",
    "personnel": "hall",
    "plan": "document",
    "procurement": "document",
    "register": "law",
    "supervision": "market",
    "system": "law",
    "yearly_report": "figures",
}
# In turn, so that neighbours differ.
IN_TURN = ("network", "market", "hall", "field", "counsel", "figures", "law", "document")


@cache
def drawing_url(name: str) -> str:
    """Address of a drawing."""
    return static(f"themes/pictures/{name}.svg")


def drawing_for(kind: str, *, taken: tuple[str, ...] = ()) -> str:
    """Name of the drawing for an item of this kind, another one where that is taken already."""
    wanted = OF_KIND.get(kind, IN_TURN[0])
    if wanted not in taken:
        return wanted
    free = [name for name in IN_TURN if name not in taken]
    return free[0] if free else wanted


def drawing_in_turn(number: int) -> str:
    """Name of the drawing for the entry at this place, counted from 0."""
    return IN_TURN[number % len(IN_TURN)]
