"""Context that every public template may rely on."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from themes.frame import build_frame


def frame(request: HttpRequest) -> dict[str, Any]:
    """The frame, built only when a template asks for it: admin pages never do."""
    return {"frame": SimpleLazyObject(lambda: build_frame(request))}
