"""Where the tools of the top bar lead: each keeps the other choices of the reader as they are."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote_plus

from themes.modes import CONTRAST, ELDER, ZOOMS, cookie_of, zoom_of

ADDRESS = "/mode/"
ANYWHERE = "\ue000"
"""A path that no page has: stands in a bar that is remembered for all pages."""


def quoted(path: str) -> str:
    """A path as it stands in the links: of characters that mean nothing in HTML."""
    return quote_plus(path, safe="/")


@dataclass(frozen=True, kw_only=True)
class ModeLinks:
    """Addresses of the tools; an empty one has nothing to do: the type has its smallest or largest size."""

    smaller: str
    larger: str
    usual_size: str
    contrast: str
    elder: str


def mode_links(mode: str, *, path: str) -> ModeLinks:
    """The tools for a reader who looks at ``path`` in ``mode``, a value of data-mode."""
    words = mode.split()
    is_elder, is_contrast, zoom = ELDER in words, CONTRAST in words, zoom_of(mode)
    step = ZOOMS.index(zoom)

    def leads_to(*, is_elder: bool = is_elder, is_contrast: bool = is_contrast, zoom: str = zoom) -> str:
        chosen = cookie_of(is_elder=is_elder, is_contrast=is_contrast, zoom=zoom)
        return f"{ADDRESS}?set={chosen}&next={quoted(path)}"

    return ModeLinks(
        smaller=leads_to(zoom=ZOOMS[step - 1]) if step else "",
        larger=leads_to(zoom=ZOOMS[step + 1]) if step + 1 < len(ZOOMS) else "",
        usual_size=leads_to(zoom=ZOOMS[0]) if step else "",
        contrast=leads_to(is_contrast=not is_contrast),
        elder=leads_to(is_elder=not is_elder),
    )
