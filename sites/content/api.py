"""The door of common page ground, for the themes."""

from __future__ import annotations

from typing import Any

from network.contracts import NavigationItem


def navigation(site: Any) -> list[NavigationItem]:
    """The navigation row of the site whose schema is in use."""
    from sites.pages.queries import navigation as columns  # pages stand on content

    return columns()


__all__ = ["navigation"]
