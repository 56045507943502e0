"""How long a ticket and a visit hold (architecture, decision 2; decision 0009)."""

from __future__ import annotations

import datetime

TICKET_LIFE = datetime.timedelta(seconds=60)
VISIT_LIFE = datetime.timedelta(minutes=60)
IDLE_LIFE = datetime.timedelta(minutes=30)
"""The same as a session of the site's own staff."""
