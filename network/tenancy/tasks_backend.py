"""Background tasks of Wagtail as outbox rows that carry their site.

Index upkeep (search index of the admin, reference index) belongs to the transaction of the change,
so it runs in it: media is served by the reference index, and an error must reach the caller.
Everything else (file deletion, purges) waits for the commit as a row of work.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks.backends.immediate import ImmediateBackend
from django_tasks.base import Task, TaskResult, TaskResultStatus
from django_tasks.utils import get_random_id

from network.contracts import OutboxItem
from network.outbox.api import enqueue
from network.tenancy.models import Site

INLINE_MODULES = ("modelsearch.tasks", "wagtail.tasks")
DEFERRED = frozenset({"wagtail.tasks.delete_file_from_storage_task"})
KIND = "tenancy.task"


class TenantTaskBackend(ImmediateBackend):
    """``enqueue()`` in a site's schema: inline for index upkeep, an outbox row for the rest."""

    def enqueue(self, task: Task, args: Any, kwargs: Any) -> TaskResult:
        from django.db import connection  # the thread's own connection, at call time

        tenant = connection.tenant
        is_inline = task.module_path.startswith(INLINE_MODULES) and task.module_path not in DEFERRED
        identifier = get_random_id()
        if is_inline or not isinstance(tenant, Site):
            # Called directly, not through the parent: its error must reach the caller's transaction.
            task.call(*args, **kwargs)
            return self._result(task, identifier, args, kwargs, TaskResultStatus.SUCCESSFUL)
        enqueue(
            KIND,
            site=tenant.slug,
            key=identifier,
            payload={"task": task.module_path, "args": list(args), "kwargs": dict(kwargs)},
        )
        return self._result(task, identifier, args, kwargs, TaskResultStatus.READY)

    def _result(self, task: Task, identifier: str, args: Any, kwargs: Any, status: TaskResultStatus) -> TaskResult:
        return TaskResult(
            task=task,
            id=identifier,
            status=status,
            enqueued_at=timezone.now(),
            started_at=None,
            last_attempted_at=None,
            finished_at=None,
            args=list(args),
            kwargs=dict(kwargs),
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )


def run_task(site: str, items: Sequence[OutboxItem]) -> None:
    """Outbox handler: runs the tasks inside their site, which the worker has entered."""
    for item in items:
        import_string(item.payload["task"]).call(*item.payload["args"], **item.payload["kwargs"])
