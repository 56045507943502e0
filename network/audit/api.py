"""The door of the audit log."""

from network.audit.actions import record

__all__ = ["record"]
