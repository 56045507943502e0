"""Codes of a time-based second factor (RFC 6238), as the device in a person's hand computes them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time
from collections.abc import Iterator

STEP_SECONDS = 30
DIGITS = 6
TOLERANCE = 1
"""Steps before and after the present one whose codes the site takes."""

_used: dict[str, int] = {}
"""Holder with secret to the last step whose code this process gave away: a code holds once."""


def code_at(secret: str, step: int) -> str:
    """The code of a base32 secret in one step of thirty seconds."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    start = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def present_step() -> int:
    """The step that the clock is in."""
    return int(time.time()) // STEP_SECONDS


def seconds_left() -> float:
    """Seconds until the device shows the next code."""
    return STEP_SECONDS - time.time() % STEP_SECONDS


def fresh_codes(secret: str, *, holder: str = "") -> Iterator[str]:
    """Codes that the site takes now and that this process did not use yet, the oldest first.

    ``holder`` tells devices with equal keys apart. Each is marked as used when it is given away. Other
    processes may have used some, so that a caller tries the next one after a refusal.
    """
    present = present_step()
    for step in range(present - TOLERANCE, present + TOLERANCE + 1):
        if step > _used.get(f"{holder} {secret}", 0):
            _used[f"{holder} {secret}"] = step
            yield code_at(secret, step)
