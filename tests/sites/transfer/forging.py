"""Archives changed by somebody: with the manifest made anew, signed by whom you like, or not at all."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings

from network.signing import sign
from network.transfer.archive import MANIFEST, SIGNATURE

Entries = dict[str, bytes]
OWN, STRANGER, NOBODY = "own", "stranger", "nobody"


def read(path: Path) -> Entries:
    with zipfile.ZipFile(path) as held:
        return {name: held.read(name) for name in held.namelist()}


def write(entries: Entries, target: Path) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in entries.items():
            made.writestr(name, data)
    return target


def lines(data: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in data.splitlines()]


def packed(records: list[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(record, ensure_ascii=False, sort_keys=True).encode() + b"\n" for record in records)


def change_records(kind: str, change: Callable[[list[dict[str, Any]]], Any]) -> Callable[[Entries], None]:
    """A change of one kind's records in place."""

    def apply(entries: Entries) -> None:
        name = f"content/{kind}.jsonl"
        records = lines(entries[name])
        change(records)
        entries[name] = packed(records)

    return apply


def seal(entries: Entries, *, by: str, tmp_path: Path, monkeypatch: Any, **facts: Any) -> None:
    """Manifest and signature that fit what the entries hold now."""
    manifest = {**json.loads(entries[MANIFEST]), **facts}
    manifest["files"] = [
        {
            "path": name,
            "sha256": hashlib.sha256(data).hexdigest(),
            "size": len(data),
            "lines": data.count(b"\n") if name.startswith("content/") else 0,
        }
        for name, data in sorted(entries.items())
        if name not in (MANIFEST, SIGNATURE)
    ]
    entries[MANIFEST] = json.dumps(manifest, ensure_ascii=False, sort_keys=True).encode()
    entries.pop(SIGNATURE, None)
    if by == NOBODY:
        return
    with monkeypatch.context() as patch:
        if by == STRANGER:
            patch.setattr(settings, "KEYS_DIR", tmp_path / "stranger")
        entries[SIGNATURE] = json.dumps(asdict(sign(entries[MANIFEST]))).encode()
