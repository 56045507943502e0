"""Regular looks of the worker at what nobody wrote work for.

When each was last run is kept by the process alone: a worker that starts looks at once, two workers look twice.
"""

from __future__ import annotations

import logging
import time

from django.db import DatabaseError

from network.events import sweeps
from network.tenancy.contexts import in_public

logger = logging.getLogger(__name__)

_last_run: dict[str, float] = {}


def run_due_sweeps() -> int:
    """Run every sweep whose time has come; one that fails is logged and tried again at its next time."""
    ran = 0
    for name, sweep in sweeps.items():
        now = time.monotonic()
        if now - _last_run.get(name, float("-inf")) < sweep.seconds:
            continue
        _last_run[name] = now
        try:
            with in_public():
                sweep.run()
        except DatabaseError:
            raise
        except Exception:
            logger.exception("Sweep '%s' failed.", name)
        ran += 1
    return ran
