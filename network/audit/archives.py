"""Files of rows that left the log: compressed JSON lines with a signed manifest beside them."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from network.audit.chain import ALGORITHM, NAMES, next_hash
from network.audit.keys import SealKey, is_signed

CHUNK = 1 << 20


@dataclass(frozen=True)
class Manifest:
    """What an archive holds; ``previous`` is the hash that its first row follows."""

    site: str
    first_position: int
    last_position: int
    previous: str
    last: str
    count: int
    first_at: str
    last_at: str
    file_sha256: str
    algorithm: str
    key_id: str
    signature: str = ""

    @property
    def signed_bytes(self) -> bytes:
        facts = {name: value for name, value in asdict(self).items() if name != "signature"}
        return json.dumps(["archive", facts], sort_keys=True, separators=(",", ":")).encode()


def manifest_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.manifest.json")


def write_archive(
    path: Path, rows: Iterable[tuple[int, str, list[str]]], *, site: str, previous: str, key: SealKey
) -> Manifest:
    """Write ``(position, hash, values)`` rows in order, then the manifest.

    What an unfinished rotation left under the name is replaced. Raises ValueError for a row that does not fit.
    """
    count, position, digest, first_at, last_at, first = 0, 0, previous, "", "", 0
    with path.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as file:
        for position, told, values in rows:
            digest = next_hash(digest, values)
            if digest != told:
                raise ValueError(f"第 {position} 位的记录 {values[0]} 与封存不符，没有轮换。请先运行 verify_audit。")
            file.write(
                json.dumps([position, digest, values], ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
            )
            last_at = values[NAMES.index("at")]
            first, first_at, count = first or position, first_at or last_at, count + 1
    manifest = Manifest(
        site=site,
        first_position=first,
        last_position=position,
        previous=previous,
        last=digest,
        count=count,
        first_at=first_at,
        last_at=last_at,
        file_sha256=_sha256(path),
        algorithm=ALGORITHM,
        key_id=key.key_id,
    )
    signed = Manifest(**{**asdict(manifest), "signature": key.sign(manifest.signed_bytes)})
    manifest_path(path).write_text(json.dumps(asdict(signed), ensure_ascii=False, indent=1), encoding="utf-8")
    return signed


def check_archive(path: Path, keys: dict[str, Ed25519PublicKey]) -> tuple[Manifest, str]:
    """The manifest, with the first thing that does not hold (empty when all does). Raises OSError, ValueError."""
    manifest = Manifest(**json.loads(manifest_path(path).read_text(encoding="utf-8")))
    if not is_signed(manifest.signed_bytes, manifest.signature, keys.get(manifest.key_id)):
        return manifest, f"清单的签名不符（密钥 {manifest.key_id}）"
    digest, expected = manifest.previous, manifest.first_position
    try:
        for position, told, values in _read(path):
            digest = next_hash(digest, values)
            if position != expected or told != digest:
                return manifest, f"第 {expected} 位，记录 {values[0]}：与封存不符"
            expected += 1
    except (OSError, EOFError, ValueError) as error:
        return manifest, f"第 {expected} 位以后读不出：{error}"
    if (expected - 1, digest) != (manifest.last_position, manifest.last):
        return manifest, f"第 {expected} 位：档案在此截断"
    return manifest, "" if _sha256(path) == manifest.file_sha256 else "文件的哈希与清单不同"


def _read(path: Path) -> Iterator[tuple[int, str, list[str]]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            position, told, values = json.loads(line)
            yield position, told, values


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
