"""Every few hours each site is asked to close its idle accounts, as work of its own."""

from __future__ import annotations

from collections.abc import Sequence

from network.contracts import OutboxItem
from network.outbox.api import enqueue_many
from network.tenancy.api import all_sites
from sites.accounts.duties import close_idle_accounts

KIND = "accounts.close_idle"
SECONDS = 6 * 3600


def ask_everywhere() -> None:
    """Sweep: one piece of work per site."""
    enqueue_many(KIND, [(site.slug, "idle", 0, {}) for site in all_sites()])


def close(site: str, items: Sequence[OutboxItem]) -> None:
    """Outbox handler."""
    close_idle_accounts()
