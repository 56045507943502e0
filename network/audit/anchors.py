"""Anchors as signed lines of files outside the database."""

from __future__ import annotations

import datetime
import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.db import connection

from network.audit.keys import SealKey, is_signed

TABLE = "public.network_audit_auditanchor"
PATTERN = "anchors-*.jsonl"
LONGEST_LINE = 1000
SELECT = f"""
SELECT id, site, position, hash, count, entry_id, txid, sealed_at, algorithm, key_id, signature FROM {TABLE}
"""


@dataclass(frozen=True)
class Anchor:
    """The signed end of one batch, as the table or the file says. ``sealed_at`` is ISO 8601 in UTC."""

    id: int
    site: str
    position: int
    hash: str
    count: int
    entry_id: int
    txid: int
    sealed_at: str
    algorithm: str
    key_id: str
    signature: str = ""

    @property
    def signed_bytes(self) -> bytes:
        """What the signature covers: everything but the row's number and the signature itself."""
        facts = [self.algorithm, self.site, self.position, self.hash, self.count, self.entry_id, self.txid]
        return json.dumps([*facts, self.sealed_at, self.key_id], separators=(",", ":")).encode()

    def sign(self, key: SealKey) -> str:
        return key.sign(self.signed_bytes)

    def is_genuine(self, keys: dict[str, Ed25519PublicKey]) -> bool:
        """Whether a known key signed exactly this."""
        return is_signed(self.signed_bytes, self.signature, keys.get(self.key_id))

    def line(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":")) + "\n"


def iso(moment: datetime.datetime) -> str:
    """A moment as anchors write it."""
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def anchor_of(row: tuple[object, ...]) -> Anchor:
    """An anchor from a row of ``SELECT``."""
    values = list(row)
    values[7] = iso(values[7])  # type: ignore[arg-type]
    return Anchor(*values)  # type: ignore[arg-type]


def anchor_folder() -> Path:
    """Where the files lie. Raises OSError when the folder cannot be made."""
    folder = Path(settings.ANCHOR_DIR)
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    return folder


def file_anchors(folder: Path) -> Iterator[Anchor]:
    """Every whole line of every file, in the order of the anchors' numbers; a broken line is no anchor."""
    for path in sorted(folder.glob(PATTERN)):
        with path.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                anchor = _parse(line)
                if anchor is not None:
                    yield anchor


def _parse(line: str) -> Anchor | None:
    try:
        return Anchor(**json.loads(line))
    except (ValueError, TypeError):
        return None


def append_missing(folder: Path | None = None) -> int:
    """Append the table's anchors behind the last one that the files hold; returns how many.

    A gap further back is left as it is, for the verification to find.
    """
    target = folder or anchor_folder()
    with _only_writer(target):
        last = _last_written(target)
        with connection.cursor() as cursor:
            cursor.execute(f"{SELECT} WHERE id > %s ORDER BY id", [last])
            anchors = [anchor_of(row) for row in cursor.fetchall()]
        for anchor in anchors:
            _append(target / f"anchors-{anchor.sealed_at[:10]}.jsonl", anchor.line())
    return len(anchors)


def _append(path: Path, line: str) -> None:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o640)
    with os.fdopen(handle, "rb+") as file:
        size = file.seek(0, os.SEEK_END)
        if size:
            file.seek(size - 1)
            if file.read(1) != b"\n":
                line = "\n" + line
        file.write(line.encode())
        file.flush()
        os.fsync(file.fileno())


def _last_written(folder: Path) -> int:
    """Number of the last anchor in the newest file that has one; 0 without."""
    for path in sorted(folder.glob(PATTERN), reverse=True):
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - 2 * LONGEST_LINE))
            tail = file.read().decode("utf-8", errors="replace").splitlines()
        found = [anchor for anchor in map(_parse, tail) if anchor is not None]
        if found:
            return found[-1].id
    return 0


@contextmanager
def _only_writer(folder: Path) -> Iterator[None]:
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
