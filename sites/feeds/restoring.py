"""A restored site begins a new run of changes: those after the backup are lost, readers start again."""

from __future__ import annotations

import uuid
from typing import Any

from sites.feeds.models import Change, ChangeEpoch


def begin_epoch(site: Any) -> dict[str, int]:
    """Restore step; owner role."""
    ChangeEpoch.objects.update_or_create(pk=1, defaults={"epoch": uuid.uuid4()})
    return {"changes": Change.objects.count()}
