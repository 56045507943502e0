"""The door of received items."""

from sites.inbox.queries import link_addresses

__all__ = ["link_addresses"]
