"""The door of the audit log."""

from network.audit.actions import client_address, record
from network.audit.sealing import Sealer, seal

__all__ = ["Sealer", "client_address", "record", "seal"]
