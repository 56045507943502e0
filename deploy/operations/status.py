"""The state of the whole network in one dictionary."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.conf import settings
from django.db import connection

from network.outbox.api import heartbeats, outbox_backlog
from network.syndication.api import syndication_counts
from network.tenancy.api import all_sites, in_site
from search.api import engine_status
from sites.editing.api import live_pages_by_kind
from sites.media.api import scanner_status


def network_status() -> dict[str, Any]:
    """Engine, broker, processes, backlog, sites by state, live pages by the kind of their approval."""
    beats = heartbeats()
    pages: Counter[str] = Counter()
    sites = all_sites()
    for site in sites:
        with in_site(site):
            pages.update(live_pages_by_kind())
        # One backend would keep the catalogue of every schema it saw.
        connection.close()
    worker = beats.get("worker", {})
    return {
        "profile": settings.PROFILE,
        "search": engine_status(),
        "broker": worker.get("broker", "unknown"),
        "wakeups": {name: facts.get("wakeups", 0) for name, facts in beats.items()},
        "processes": beats,
        "outbox": outbox_backlog(),
        "scanner": scanner_status(),
        "syndication": syndication_counts(),
        "sites": dict(Counter(site.state for site in sites)),
        "live_pages": dict(pages),
    }
