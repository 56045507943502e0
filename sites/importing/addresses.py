"""Addresses of an old site in the one form that items, links and redirects are compared in."""

from __future__ import annotations

from urllib.parse import urlsplit

from wagtail.contrib.redirects.models import Redirect


def path_of(address: str) -> str:
    """The path of an address with its query, as redirects are looked up. Raises ValueError for a malformed one."""
    parts = urlsplit(address.strip())
    return str(Redirect.normalise_path(parts.path + (f"?{parts.query}" if parts.query else "")))


def key_of(address: str) -> str:
    """What names the item at an address: host, path, query. Raises ValueError for a malformed one."""
    parts = urlsplit(address)
    return f"{parts.netloc.lower()}{parts.path}{'?' + parts.query if parts.query else ''}"
