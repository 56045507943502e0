"""The page types that the levels above may guide."""

from __future__ import annotations

from collections.abc import Sequence

from network.contracts import GuidedType
from sites.content.guiding import guided_type
from sites.pages.models import CONTENT_TYPES


def guided_types() -> Sequence[GuidedType]:
    """Every type of item that people of a site write."""
    return [guided_type(model) for model in CONTENT_TYPES]
