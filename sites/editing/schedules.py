"""Orders to publish at an hour: which wait, how they end when somebody acts before."""

from __future__ import annotations

from django.utils import timezone

from sites.editing.models import PublishSchedule, ScheduleState


def end_schedules(page_id: int, *, note: str) -> int:
    """End what was ordered for a page, in the caller's transaction; returns how many orders that were."""
    waiting = PublishSchedule.objects.filter(page_id=page_id, state=ScheduleState.WAITING)
    return waiting.update(state=ScheduleState.CANCELLED, note=note, ended_at=timezone.now())
