"""Commands of each site that run again and again, spread over time as rows of work."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta

from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from network.contracts import OutboxItem
from network.events import periodic_commands
from network.outbox.models import Periodic
from network.tenancy.contexts import in_public
from network.tenancy.models import State

KIND = "outbox.command"
SPREAD = 0.8
"""Share of the period over which the sites are spread, so that they never run at once."""

IDLE_STATES = (State.PREPARING, State.CLOSED, State.MERGED)

FAN_OUT = """
INSERT INTO public.network_outbox_work
    (kind, site, key, version, payload, epoch, state, attempts, not_before, error, created_at)
SELECT %s, slug, %s, 0, %s::jsonb, epoch, 'waiting', 0, now() + random() * %s * interval '1 second', '', now()
FROM public.network_tenancy_site WHERE state <> ALL(%s)
ON CONFLICT (kind, site, key) DO UPDATE
SET state = 'waiting', attempts = 0, not_before = excluded.not_before, error = '', epoch = excluded.epoch
WHERE public.network_outbox_work.state = 'dead'
"""


def fan_out_due() -> int:
    """Write one piece of work per site for each command that is due; returns how many.

    Several workers share it: the row of a command is taken by one. A command that was never seen is
    due one period from now. What still waits from the time before is not doubled.
    """
    written = 0
    now = timezone.now()
    with in_public(), transaction.atomic():
        for command, seconds in periodic_commands.items():
            Periodic.objects.get_or_create(command=command, defaults={"due_at": now + timedelta(seconds=seconds)})
            due = Periodic.objects.select_for_update(skip_locked=True).filter(command=command, due_at__lte=now).first()
            if due is None:
                continue
            with connection.cursor() as cursor:
                cursor.execute(
                    FAN_OUT,
                    [KIND, command, json.dumps({"command": command}), seconds * SPREAD, list(IDLE_STATES)],
                )
                written += cursor.rowcount
            due.due_at = now + timedelta(seconds=seconds)
            due.save()
    return written


def run_command(site: str, items: Sequence[OutboxItem]) -> None:
    """Outbox handler: runs the commands inside their site, which the worker has entered."""
    for item in items:
        call_command(item.payload["command"], verbosity=0)
