"""System checks: no production without a scanner of uploads."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags
from django.core.checks import register as register_check

from sites.media.scanning import scanner


def check_scanner(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Production scans what it stores; an address that leads nowhere is named before the first upload."""
    found: list[CheckMessage] = []
    try:
        is_set = scanner() is not None
    except ValueError as error:
        return [
            Error(
                f"GOVSITES_SCANNER: {error}",
                hint="Set it to unix:///run/clamav/clamd.ctl or tcp://127.0.0.1:3310.",
                id="sites_media.E002",
            )
        ]
    if settings.PROFILE == "production" and not is_set:
        found.append(
            Error(
                "Production has no virus scanner: every upload is refused.",
                hint="Install clamav-daemon, set GOVSITES_SCANNER; see docs/how-to/scan-uploads.md.",
                id="sites_media.E001",
            )
        )
    if settings.PROFILE == "production" and settings.UNSCANNED_ALLOWED:
        found.append(
            Error(
                "UNSCANNED_ALLOWED is set in production.",
                hint="Remove it: only the demo keeps files that nobody scanned.",
                id="sites_media.E003",
            )
        )
    return found


def register() -> None:
    """Called when the app is ready."""
    register_check(check_scanner, Tags.security)
