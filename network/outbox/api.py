"""The door of the outbox."""

from network.outbox.actions import drain, drop_work, enqueue, enqueue_many, outbox_backlog, retry_dead
from network.outbox.heartbeats import beat, heartbeats
from network.outbox.loops import run_loop
from network.outbox.wakeups import WakeupListener, send_wakeup

__all__ = [
    "WakeupListener",
    "beat",
    "drain",
    "drop_work",
    "enqueue",
    "enqueue_many",
    "heartbeats",
    "outbox_backlog",
    "retry_dead",
    "run_loop",
    "send_wakeup",
]
