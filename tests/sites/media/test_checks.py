"""What the settings of the scanner must be."""

from __future__ import annotations

from typing import Any

import pytest

from sites.media.checks import check_scanner


@pytest.mark.parametrize(
    ("profile", "scanner", "is_allowed", "found"),
    [
        ("demo", "", True, []),
        ("demo", "tcp://127.0.0.1:3310", True, []),
        ("demo", "127.0.0.1", True, ["sites_media.E002"]),
        ("production", "unix:///run/clamav/clamd.ctl", False, []),
        ("production", "", False, ["sites_media.E001"]),
        ("production", "", True, ["sites_media.E001", "sites_media.E003"]),
        ("production", "tcp://127.0.0.1:3310", True, ["sites_media.E003"]),
    ],
)
def test_production_has_a_scanner(
    settings: Any, profile: str, scanner: str, is_allowed: bool, found: list[str]
) -> None:
    settings.PROFILE, settings.SCANNER, settings.UNSCANNED_ALLOWED = profile, scanner, is_allowed
    assert [message.id for message in check_scanner(None)] == found
