"""System checks of what can be configured wrongly."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import register as register_check

_INDEX_NAME = re.compile(r"[a-z0-9][a-z0-9_\-]{0,99}")


def check_search_settings(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    messages: list[CheckMessage] = []
    name = getattr(settings, "SEARCH_INDEX_NAME", None)
    if not isinstance(name, str) or not _INDEX_NAME.fullmatch(name):
        messages.append(
            Error(
                f"SEARCH_INDEX_NAME '{name}' is no name for an Elasticsearch alias.",
                hint="Use small letters, digits, '-' or '_', for example 'govsites'.",
                id="search.E001",
            )
        )
    url = getattr(settings, "ELASTICSEARCH_URL", None)
    parts = urlsplit(url) if isinstance(url, str) else None
    if parts is None or (url and (parts.scheme not in ("http", "https") or not parts.hostname or not _has_port(url))):
        messages.append(
            Error(
                f"ELASTICSEARCH_URL '{_without_password(url)}' is no address of a server.",
                hint="Set it to e.g. 'http://127.0.0.1:9200', or to '' to search with PostgreSQL.",
                id="search.E002",
            )
        )
    return messages


def register() -> None:
    """Called once, when the application is ready."""
    register_check(check_search_settings)


def _has_port(url: str) -> bool:
    # The client refuses an address without a port, instead of assuming one.
    try:
        return urlsplit(url).port is not None
    except ValueError:
        return False


def _without_password(url: Any) -> str:
    return re.sub(r"//[^@/]*@", "//…@", str(url))
