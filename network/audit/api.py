"""The door of the audit log."""

from network.audit.actions import record
from network.audit.sealing import Sealer, seal

__all__ = ["Sealer", "record", "seal"]
