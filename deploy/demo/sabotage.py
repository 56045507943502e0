"""Named sabotages of the demo: each breaks one promise, so that the self-check can show that it notices.

They exist in the demo profile only: no other profile installs this app, and ``network_tenancy.E003``
refuses a start that names one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module

from django.core.exceptions import ImproperlyConfigured

Act = Callable[[], None]

LEFT_OUT = {"worker_dead": "后台进程没有启动", "indexer_dead": "索引进程没有启动"}
"""Sabotages that the launcher does by itself: it leaves the part out."""


@dataclass(frozen=True)
class Sabotage:
    """One sabotage. ``patch`` changes the code of a starting process, ``damage`` the database (owner role)."""

    name: str
    what: str
    patch: Act | None = None
    damage: Act | None = None


_known: dict[str, Sabotage] = {name: Sabotage(name=name, what=what) for name, what in LEFT_OUT.items()}


def sabotage(what: str, *, damage: Act | None = None) -> Callable[[Act], Act]:
    """Register a function, under its own name, as the patch of a sabotage."""

    def register(patch: Act) -> Act:
        _known[patch.__name__] = Sabotage(name=patch.__name__, what=what, patch=patch, damage=damage)
        return patch

    return register


def damage_only(what: str) -> Callable[[Act], Act]:
    """Register a function, under its own name, as a sabotage of the database alone."""

    def register(damage: Act) -> Act:
        _known[damage.__name__] = Sabotage(name=damage.__name__, what=what, damage=damage)
        return damage

    return register


def known_sabotages() -> dict[str, Sabotage]:
    """Every sabotage by name. Call it when all models are loaded."""
    import_module("deploy.demo.sabotages")
    return _known


def apply_sabotage(names: Iterable[str]) -> None:
    """Patch this process. Raises ImproperlyConfigured for an unknown name."""
    known = known_sabotages()
    for name in names:
        if name not in known:
            raise ImproperlyConfigured(
                f"GOVSITES_SABOTAGE names '{name}', which does not exist. Known: {', '.join(sorted(known))}."
            )
        patch = known[name].patch
        if patch is not None:
            patch()
