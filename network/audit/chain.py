"""The arithmetic of the seal: a row in canonical form, the hash of a link.

``ALGORITHM`` names both; a change of either is a new name.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from cryptography.hazmat.primitives import hashes

ALGORITHM = "sm3-json-1"
COLUMNS = (
    "id::text",
    "to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
    "site",
    "person",
    "person_site",
    "address",
    "act",
    "object_kind",
    "object_id",
    "object_title",
    "detail::text",
    "before_hash",
    "after_hash",
    "result",
    "txid::text",
)
NAMES = (
    "id", "at", "site", "person", "person_site", "address", "act", "object_kind", "object_id", "object_title",
    "detail", "before_hash", "after_hash", "result", "txid",
)  # fmt: skip
SITE = NAMES.index("site")


def columns(alias: str) -> str:
    """The select list of a row's canonical values, all of them text, in order."""
    qualified = [
        column.replace("to_char(at", f"to_char({alias}.at") if column.startswith("to_char") else f"{alias}.{column}"
        for column in COLUMNS
    ]
    return ", ".join(qualified)


def canonical(values: Sequence[str]) -> bytes:
    """A row's values as the bytes that are hashed: a JSON array of strings, without spaces."""
    return json.dumps(list(values), ensure_ascii=False, separators=(",", ":")).encode()


def first_hash(site: str) -> str:
    """What a site's chain begins with."""
    return sm3(json.dumps(["govsites-audit", ALGORITHM, site], separators=(",", ":")).encode()).hex()


def next_hash(previous: str, values: Sequence[str]) -> str:
    """The hash of the link that seals a row behind ``previous``."""
    return sm3(bytes.fromhex(previous) + canonical(values)).hex()


def sm3(data: bytes) -> bytes:
    """The digest of GB/T 32905-2016."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()
