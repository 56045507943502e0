"""The archive of one site: a folder with its dump, its rows in public, its files, a signed manifest."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from network.errors import InvalidValue
from network.signing import Signature, Trust, install_id, sign, verify

FORMAT = 1
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig.json"
DUMP, ROWS, FILES = "schema.sql.gz", "public.json.gz", "files"
CHUNK = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What an archive holds. ``parts`` and ``files`` name every byte of it by SHA-256.

    ``files`` entries are ``{"path", "sha256", "size"}``, the path relative to the site's media folder.
    """

    format: int
    install: str
    slug: str
    schema_name: str
    full_name: str
    created_at: str
    epoch: int
    versions: dict[str, str]
    migrations: list[list[str]]
    parts: dict[str, str]
    files: list[dict[str, Any]]


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def write_packed(path: Path, text: str) -> str:
    """Write text packed, synced; returns the hash of the file."""
    with path.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as packed:
        packed.write(text.encode())
    _sync(path)
    return file_hash(path)


def read_packed(path: Path) -> str:
    """Text of a packed part."""
    with gzip.open(path, "rb") as packed:
        return packed.read().decode()


def keep_file(source: Path, folder: Path) -> dict[str, Any] | None:
    """Copy a file into the archive under its hash; None when it went away meanwhile."""
    try:
        sha256 = file_hash(source)
        target = folder / FILES / sha256
        if not target.exists():
            target.parent.mkdir(exist_ok=True)
            shutil.copyfile(source, target)
            _sync(target)
            if file_hash(target) != sha256:
                raise InvalidValue(f"文件 {source.name} 在备份时被改动，请重新备份。", file=source.name)
        return {"sha256": sha256, "size": target.stat().st_size}
    except FileNotFoundError:
        return None


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write and sign the manifest: the last act, an archive without it is none."""
    data = json.dumps(asdict(manifest), ensure_ascii=False, indent=1, sort_keys=True).encode()
    (folder / MANIFEST).write_bytes(data)
    (folder / SIGNATURE).write_text(json.dumps(asdict(sign(data))), encoding="utf-8")
    for name in (MANIFEST, SIGNATURE):
        _sync(folder / name)


def open_archive(folder: Path) -> Manifest:
    """Read an archive and hold every byte of it against the manifest.

    Raises InvalidValue when it is no archive, unsigned, signed by another install, or damaged.
    """
    try:
        data = (folder / MANIFEST).read_bytes()
    except OSError as error:
        raise InvalidValue(f"“{folder}”不是备份：缺少 {MANIFEST}，备份可能没有完成。", archive=str(folder)) from error
    _hold_signature(folder, data)
    try:
        manifest = Manifest(**json.loads(data))
    except (TypeError, ValueError) as error:
        raise InvalidValue(f"备份“{folder}”的清单格式不认识，请用写下它的版本恢复。", archive=str(folder)) from error
    if manifest.format != FORMAT:
        raise InvalidValue(f"备份“{folder}”的格式是 {manifest.format}，本系统只认识 {FORMAT}。", archive=str(folder))
    expected = {folder / name: sha256 for name, sha256 in manifest.parts.items()}
    expected |= {folder / FILES / entry["sha256"]: entry["sha256"] for entry in manifest.files}
    for path, sha256 in expected.items():
        if not path.is_file() or file_hash(path) != sha256:
            raise InvalidValue(
                f"备份已损坏：{path.relative_to(folder)} 缺失或与清单不符，请换一份备份。", part=path.name
            )
    return manifest


def _hold_signature(folder: Path, data: bytes) -> None:
    try:
        signature = Signature(**json.loads((folder / SIGNATURE).read_text(encoding="utf-8")))
    except (OSError, TypeError, ValueError) as error:
        raise InvalidValue(f"备份“{folder}”没有签名，来历不明，不能恢复。", archive=str(folder)) from error
    if verify(data, signature) != Trust.TRUSTED or signature.key_id != install_id():
        raise InvalidValue(
            f"备份“{folder}”由另一套系统（{signature.key_id}）签名，不能直接恢复；内容迁移请用 import_site。",
            archive=str(folder),
        )


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
