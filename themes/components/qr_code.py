"""Addresses as QR codes, drawn by the server as one path."""

from __future__ import annotations

from functools import lru_cache

import segno
from django.utils.safestring import SafeString, mark_safe

KEPT = 1000
"""Drawing one takes some milliseconds; an article is drawn again whenever its page is."""

LONGEST = 600
"""Bytes of an address; beyond this a printed square of 26 mm is too fine for a telephone."""

MASK = 0
"""Any of the eight masks is readable; choosing the best of them triples the time."""


@lru_cache(maxsize=KEPT)
def qr_svg(address: str) -> SafeString:
    """The square for an address; empty for one that is longer than ``LONGEST``."""
    if len(address.encode()) > LONGEST:
        return SafeString("")
    code = segno.make(address, micro=False, error="m", boost_error=False, mask=MASK)
    picture = code.svg_inline(omitsize=True, border=4, svgclass="gs-print-foot__code", lineclass=None, unit="")
    # Safe: made of numbers by segno; the address itself is not in it.
    return mark_safe(picture.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))  # noqa: S308
