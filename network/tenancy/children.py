"""Work over many sites in forked children of a few sites each, so that memory stays flat.

A fork starts at once and knows all that its parent loaded; what it opens ends with it. The parent
closes its database connections before each fork and makes no query while children run.
"""

from __future__ import annotations

import json
import os
import select
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from django.db import connection, connections

SITES_PER_CHILD = 40
TASKS = Path("/proc/self/task")
"""Threads of this process as Linux counts them; elsewhere there is no such folder, nothing to wait for."""

ENDING_SECONDS = 2.0
KILLED = 9
Key = TypeVar("Key", bound=str)


@dataclass
class _Child:
    pid: int
    pipe: int
    waiting: deque[str]
    rest: bytes = b""
    results: int = field(default=0)


def work_in_children(
    keys: Sequence[str],
    work: Callable[[str], dict[str, Any]],
    *,
    jobs: int,
    on_result: Callable[[str, dict[str, Any]], None],
    per_child: int = SITES_PER_CHILD,
) -> None:
    """Call ``work(key)`` for each key in ``jobs`` children at a time; its answer reaches ``on_result``.

    ``work`` must catch what it can; a child that dies at a key gives ``{"error": reason}`` for it, and
    the keys after it go to another child. With ``jobs`` 0 everything runs in this process.
    """
    if jobs == 0:
        for key in keys:
            on_result(key, work(key))
        return
    waiting = deque(keys)
    children: dict[int, _Child] = {}
    try:
        while waiting or children:
            while waiting and len(children) < jobs:
                # As many as there are jobs share what is left when it is little.
                share = max(1, min(per_child, -(-len(waiting) // (jobs - len(children)))))
                batch = [waiting.popleft() for _ in range(min(share, len(waiting)))]
                child = _start(batch, work, others=[other.pipe for other in children.values()])
                children[child.pipe] = child
            for pipe in select.select(list(children), [], [])[0]:
                if not _read(children[pipe], on_result):
                    waiting.extendleft(reversed(_bury(children.pop(pipe), on_result)))
    finally:
        for child in children.values():
            os.kill(child.pid, signal.SIGTERM)
            os.waitpid(child.pid, 0)
            os.close(child.pipe)


def _start(batch: list[str], work: Callable[[str], dict[str, Any]], *, others: list[int]) -> _Child:
    _leave_database()
    reading, writing = os.pipe()
    parent = os.getpid()
    pid = os.fork()
    if pid:
        os.close(writing)
        return _Child(pid=pid, pipe=reading, waiting=deque(batch))
    code = 1
    try:
        for pipe in (reading, *others):
            os.close(pipe)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for key in batch:
            # Whoever asked is gone: what was not begun waits for the next run.
            if os.getppid() != parent:
                break
            answer = json.dumps([key, work(key)], ensure_ascii=False, default=str)
            os.write(writing, answer.encode() + b"\n")
        code = 0
    finally:
        os._exit(code)


def _leave_database() -> None:
    threads = {thread.native_id for thread in threading.enumerate()}
    connections.close_all()
    connection.close_pool()
    await_end(threads - {thread.native_id for thread in threading.enumerate()})


def await_end(threads: Collection[int | None]) -> None:
    """Wait until the system has ended these threads (native ids), for a moment at most.

    A thread that Python counts no more may be in its last steps still, with a lock of OpenSSL: forked then, a child
    would never get that lock, nor a connection.
    """
    deadline = time.monotonic() + ENDING_SECONDS
    while any(TASKS.joinpath(str(thread)).exists() for thread in threads) and time.monotonic() < deadline:
        time.sleep(0.001)


def _read(child: _Child, on_result: Callable[[str, dict[str, Any]], None]) -> bool:
    """Take what the child wrote; False when it ended."""
    piece = os.read(child.pipe, 65536)
    *lines, child.rest = (child.rest + piece).split(b"\n")
    for line in lines:
        key, answer = json.loads(line)
        child.waiting.remove(key)
        on_result(key, answer)
    return bool(piece)


def _bury(child: _Child, on_result: Callable[[str, dict[str, Any]], None]) -> list[str]:
    """Name the key at which a child died; returns the keys that it did not begin."""
    os.close(child.pipe)
    _, status = os.waitpid(child.pid, 0)
    if not child.waiting:
        return []
    ended = os.waitstatus_to_exitcode(status)
    reason = f"signal {-ended}" if ended < 0 else f"code {ended}"
    on_result(child.waiting.popleft(), {"error": f"The child process ended by {reason}.", "died": True})
    return list(child.waiting)
