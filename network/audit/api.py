"""The door of the audit log."""

from network.audit.actions import OPERATOR, SYSTEM, client_address, record
from network.audit.covering import audited_urls
from network.audit.sealing import Sealer, seal

__all__ = ["OPERATOR", "SYSTEM", "Sealer", "audited_urls", "client_address", "record", "seal"]
