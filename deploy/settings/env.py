"""The only reader of environment variables.

A required value that is missing stops the start and is named in the message.
"""

from __future__ import annotations

import secrets
from pathlib import Path

import environ

ROOT = Path(__file__).resolve().parents[2]

env = environ.Env()


def database(role: str) -> dict[str, object]:
    """Connection settings of one role, ``app`` or ``owner``, from its URL."""
    variable = "DATABASE_ADMIN_URL" if role == "owner" else "DATABASE_URL"
    return env.db_url(variable)


def child_environment(**changes: str) -> dict[str, str]:
    """Variables of this process with some changed, for a program that it starts."""
    return {**env.ENVIRON, **changes}


DATABASE_ROLE: str = env.str("GOVSITES_DATABASE_ROLE", default="app")
ELASTICSEARCH_URL: str = env.str("ELASTICSEARCH_URL", default="")
REDIS_URL: str = env.str("REDIS_URL", default="")
STATE_DIR = Path(env.str("GOVSITES_STATE_DIR", default=str(ROOT / ".local" / "state")))
KEYS_DIR = Path(env.str("GOVSITES_KEYS_DIR", default=str(STATE_DIR / "keys")))
ANCHOR_DIR = Path(env.str("GOVSITES_ANCHOR_DIR", default=str(STATE_DIR / "anchors")))
ARCHIVE_DIR = Path(env.str("GOVSITES_ARCHIVE_DIR", default=str(STATE_DIR / "archive")))
PORT: int = env.int("GOVSITES_PORT", default=8000)
SEARCH_INDEX: str = env.str("GOVSITES_SEARCH_INDEX", default="govsites")
SABOTAGE: list[str] = env.list("GOVSITES_SABOTAGE", default=[])
DATABASE_POOL_SIZE: int = env.int("GOVSITES_DATABASE_POOL_SIZE", default=4)
IMPORT_PRIVATE_HOSTS: list[str] = env.list("GOVSITES_IMPORT_PRIVATE_HOSTS", default=[])
SCANNER: str = env.str("GOVSITES_SCANNER", default="")
SCANNER_SECONDS: float = env.float("GOVSITES_SCANNER_SECONDS", default=60.0)
MEDIA_PROXY: bool = env.bool("GOVSITES_MEDIA_PROXY", default=False)
PG_DUMP: str = env.str("GOVSITES_PG_DUMP", default="")


def secret_key(*, required: bool) -> str:
    """The signing key; outside production a random one serves when none is given."""
    if required:
        return env.str("SECRET_KEY")
    return env.str("SECRET_KEY", default="") or secrets.token_urlsafe(50)
