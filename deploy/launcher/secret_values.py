"""Random passwords of one install."""

from __future__ import annotations

import secrets
from pathlib import Path

from deploy.launcher.files import read_json, write_json

NAMES = ("postgres_password", "owner_password", "app_password", "redis_password", "secret_key")


def load_or_create(path: Path) -> dict[str, str]:
    """Read the passwords of this install, making those that are missing; the file is its owner's only."""
    known = {str(name): str(value) for name, value in read_json(path, default={}).items()}
    missing = [name for name in NAMES if not known.get(name)]
    if missing:
        known.update({name: secrets.token_hex(24) for name in missing})
        write_json(path, known)
    return known
