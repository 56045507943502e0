"""The container of a site archive: a zip with a signed manifest, written and read in pieces.

What the entries mean is docs/reference/site-archive.md. Nothing here knows a table.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, Self

from network.errors import InvalidValue
from network.signing import Signature, Trust, sign, verify

FORMAT = "govsites-site-archive"
VERSION = 1
MANIFEST, SIGNATURE, SITE = "manifest.json", "manifest.sig", "site.json"
ENTRY = re.compile(r"site\.json|content/[a-z][a-z_]{0,40}\.jsonl|files/[0-9a-f]{2}/[0-9a-f]{64}")
CONTENT = re.compile(r"content/([a-z_]+)\.jsonl")
PIECE = 1024 * 1024
# Bounds that stop a crafted file, far above what a real site holds (50,000 pages are about 1 GB).
MOST_ENTRIES = 400_000
MOST_BYTES = 64 * 1024**3
MOST_LINE_BYTES = 32 * 1024**2
MOST_MANIFEST_BYTES = 128 * 1024**2
MOST_RATIO = 250
RATIO_COUNTS_FROM = 8 * 1024**2
LONGEST_NAME = 255
# One date for every entry: the same content gives the same bytes.
FIXED_DATE = (1980, 1, 1, 0, 0, 0)


def canonical(value: Any) -> bytes:
    """JSON with sorted keys, no spaces, Chinese as it is."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One file of an archive. ``lines`` is 0 for what is not JSON Lines."""

    path: str
    sha256: str
    size: int
    lines: int = 0


class ArchiveWriter:
    """Writes an archive beside its place and puts it there when it is whole."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self._beside = target.with_name(f"{target.name}.part")
        self.entries: list[Entry] = []

    def __enter__(self) -> Self:
        self.target.parent.mkdir(parents=True, exist_ok=True)
        self._zip = zipfile.ZipFile(self._beside, "w", allowZip64=True)
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._zip.close()
        if kind is not None:
            self._beside.unlink(missing_ok=True)

    def _open(self, path: str, *, is_packed: bool) -> IO[bytes]:
        info = zipfile.ZipInfo(path, FIXED_DATE)
        info.external_attr = (stat.S_IFREG | 0o644) << 16
        info.compress_type = zipfile.ZIP_DEFLATED if is_packed else zipfile.ZIP_STORED
        return self._zip.open(info, "w", force_zip64=True)

    def write_lines(self, kind: str, records: Iterable[dict[str, Any]]) -> int:
        """Write one kind's records as JSON Lines; returns their number."""
        digest, size, count = hashlib.sha256(), 0, 0
        path = f"content/{kind}.jsonl"
        with self._open(path, is_packed=True) as file:
            for record in records:
                line = canonical(record) + b"\n"
                file.write(line)
                digest.update(line)
                size += len(line)
                count += 1
        self.entries.append(Entry(path=path, sha256=digest.hexdigest(), size=size, lines=count))
        return count

    def write_json(self, path: str, value: Any) -> None:
        data = json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"
        with self._open(path, is_packed=True) as file:
            file.write(data)
        self.entries.append(Entry(path=path, sha256=hashlib.sha256(data).hexdigest(), size=len(data)))

    def write_file(self, sha256: str, source: IO[bytes]) -> None:
        """Copy bytes under their hash. Raises InvalidValue when they are other bytes."""
        digest, size = hashlib.sha256(), 0
        path = f"files/{sha256[:2]}/{sha256}"
        with self._open(path, is_packed=False) as file:
            while piece := source.read(PIECE):
                file.write(piece)
                digest.update(piece)
                size += len(piece)
        if digest.hexdigest() != sha256:
            raise InvalidValue(f"文件的内容与登记的 SHA-256 不符（{sha256[:12]}…），请先恢复该文件再导出。")
        self.entries.append(Entry(path=path, sha256=sha256, size=size))

    def finish(self, facts: dict[str, Any]) -> Signature:
        """Write manifest with its signature, put the archive in its place."""
        manifest = {
            "format": FORMAT,
            "version": VERSION,
            **facts,
            "files": [asdict(entry) for entry in sorted(self.entries, key=lambda entry: entry.path)],
        }
        data = json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"
        signature = sign(data)
        with self._open(MANIFEST, is_packed=True) as file:
            file.write(data)
        with self._open(SIGNATURE, is_packed=True) as file:
            file.write(json.dumps(asdict(signature), sort_keys=True, indent=1).encode() + b"\n")
        self._zip.close()
        with self._beside.open("rb") as written:
            os.fsync(written.fileno())
        self._beside.rename(self.target)
        return signature


@dataclass(kw_only=True)
class Archive:
    """An archive whose container, manifest, every hash were held; read its records from here."""

    path: Path
    manifest: dict[str, Any]
    trust: Trust
    key_id: str
    entries: dict[str, Entry]
    site: dict[str, Any]
    _zip: zipfile.ZipFile = field(repr=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._zip.close()

    @property
    def is_trusted(self) -> bool:
        return self.trust == Trust.TRUSTED

    @property
    def kinds(self) -> list[str]:
        return [match[1] for path in self.entries if (match := CONTENT.fullmatch(path))]

    def count(self, kind: str) -> int:
        entry = self.entries.get(f"content/{kind}.jsonl")
        return entry.lines if entry else 0

    def records(self, kind: str) -> Iterator[dict[str, Any]]:
        """The records of one kind in order; none when the archive lacks the kind."""
        path = f"content/{kind}.jsonl"
        if path not in self.entries:
            return
        with self._zip.open(path) as file:
            for line in file:
                yield json.loads(line)

    def has_file(self, sha256: str) -> bool:
        return f"files/{sha256[:2]}/{sha256}" in self.entries

    def open_file(self, sha256: str) -> IO[bytes]:
        return self._zip.open(f"files/{sha256[:2]}/{sha256}")


def open_archive(path: Path) -> Archive:
    """Open an archive and hold container, manifest, signature, every hash. Raises InvalidValue.

    Reads every byte once, in pieces; nothing is unpacked to disk.
    """
    try:
        held = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise InvalidValue("这不是整站档案：文件不是 zip 格式，或已损坏。请重新下载或重新导出。") from error
    try:
        return _read(path, held)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, zipfile.zlib.error, RuntimeError) as error:
        held.close()
        raise InvalidValue(f"整站档案已损坏：{error}。请重新下载或重新导出。") from error
    except Exception:
        held.close()
        raise


def _read(path: Path, held: zipfile.ZipFile) -> Archive:
    infos = _hold_container(held)
    data = _bytes_of(held, infos, MANIFEST)
    manifest = _hold_manifest(data)
    signature = _signature(_bytes_of(held, infos, SIGNATURE)) if SIGNATURE in infos else None
    trust = verify(data, signature)
    entries = _entries_of(manifest)
    listed, present = set(entries), set(infos) - {MANIFEST, SIGNATURE}
    if listed != present:
        name = min(listed ^ present)
        missing = "清单列出而档案中没有" if name in listed else "档案中有而清单没有列出"
        raise InvalidValue(f"整站档案不完整：“{name}”{missing}。请重新导出。", name=name)
    for entry in entries.values():
        _hold_hash(held, entry)
    site = _json(held.read(SITE), SITE) if SITE in entries else {}
    return Archive(
        path=path,
        manifest=manifest,
        trust=trust,
        key_id=signature.key_id if signature else "",
        entries=entries,
        site=site,
        _zip=held,
    )


def _hold_container(held: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Names, kinds, sizes of the entries, before a byte of them is read."""
    infos = held.infolist()
    if len(infos) > MOST_ENTRIES:
        raise InvalidValue(f"整站档案有 {len(infos)} 个文件，超过上限 {MOST_ENTRIES} 个，不予读取。")
    seen: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        _hold_name(info)
        if info.filename in seen:
            raise InvalidValue(f"整站档案中“{info.filename}”出现两次，不予读取。", name=info.filename)
        seen[info.filename] = info
    total = sum(info.file_size for info in infos)
    if total > MOST_BYTES:
        raise InvalidValue(f"整站档案解开后有 {total} 字节，超过上限 {MOST_BYTES} 字节，不予读取。")
    for info in infos:
        is_large = info.file_size > RATIO_COUNTS_FROM
        if is_large and info.file_size > MOST_RATIO * max(info.compress_size, 1):
            raise InvalidValue(
                f"整站档案中“{info.filename}”的压缩比超过 {MOST_RATIO}，疑为压缩炸弹，不予读取。", name=info.filename
            )
    return seen


def _hold_name(info: zipfile.ZipInfo) -> None:
    name = info.orig_filename
    if len(name.encode()) > LONGEST_NAME:
        raise InvalidValue(f"整站档案中的文件名“{name[:40]}…”超过 {LONGEST_NAME} 字节，不予读取。")
    mode = info.external_attr >> 16
    if stat.S_ISLNK(mode) or (mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG)):
        raise InvalidValue(f"整站档案中“{name}”不是普通文件（可能是符号链接），不予读取。", name=name)
    if name not in (MANIFEST, SIGNATURE) and not ENTRY.fullmatch(name):
        raise InvalidValue(f"整站档案中的文件名“{name}”不在格式规定之内，不予读取。", name=name)
    if info.flag_bits & 0x1:
        raise InvalidValue(f"整站档案中“{name}”加了密，不予读取。请导出未加密的档案。", name=name)


def _bytes_of(held: zipfile.ZipFile, infos: dict[str, zipfile.ZipInfo], name: str) -> bytes:
    if name not in infos:
        raise InvalidValue(f"整站档案缺少“{name}”，无法核对内容。请重新导出。", name=name)
    if infos[name].file_size > MOST_MANIFEST_BYTES:
        raise InvalidValue(f"整站档案的“{name}”过大，不予读取。", name=name)
    return held.read(name)


def _json(data: bytes, name: str) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except ValueError as error:
        raise InvalidValue(f"整站档案的“{name}”不是 UTF-8 编码的 JSON。请重新导出。", name=name) from error
    if not isinstance(value, dict):
        raise InvalidValue(f"整站档案的“{name}”应为一个 JSON 对象。请重新导出。", name=name)
    return value


def _hold_manifest(data: bytes) -> dict[str, Any]:
    manifest = _json(data, MANIFEST)
    if manifest.get("format") != FORMAT:
        raise InvalidValue(f"清单写明的格式是“{manifest.get('format')}”，不是整站档案“{FORMAT}”。")
    if manifest.get("version") != VERSION:
        raise InvalidValue(
            f"整站档案的格式版本是“{manifest.get('version')}”，本系统只认版本 {VERSION}。请升级系统或用旧版格式导出。"
        )
    return manifest


def _signature(data: bytes) -> Signature:
    values = _json(data, SIGNATURE)
    try:
        return Signature(**{name: str(values[name]) for name in ("key_id", "public_key", "signature", "algorithm")})
    except KeyError as error:
        raise InvalidValue(f"签名文件缺少“{error.args[0]}”，请重新导出。") from error


def _entries_of(manifest: dict[str, Any]) -> dict[str, Entry]:
    try:
        entries = [Entry(**row) for row in manifest["files"]]
    except (KeyError, TypeError) as error:
        raise InvalidValue("清单的文件列表缺失或字段不符，请重新导出。") from error
    return {entry.path: entry for entry in entries}


def _hold_hash(held: zipfile.ZipFile, entry: Entry) -> None:
    """Compare hash, size, number of lines of one entry with what the manifest says."""
    digest, size, lines, open_line = hashlib.sha256(), 0, 0, 0
    with held.open(entry.path) as file:
        while piece := file.read(PIECE):
            digest.update(piece)
            size += len(piece)
            lines += piece.count(b"\n")
            last = piece.rfind(b"\n")
            open_line = open_line + len(piece) if last < 0 else len(piece) - last - 1
            if entry.lines and open_line > MOST_LINE_BYTES:
                raise InvalidValue(f"整站档案中“{entry.path}”有一行超过 {MOST_LINE_BYTES} 字节，不予读取。")
    is_lines = CONTENT.fullmatch(entry.path) is not None
    if digest.hexdigest() != entry.sha256 or size != entry.size or (is_lines and lines != entry.lines):
        raise InvalidValue(
            f"整站档案已损坏：“{entry.path}”与清单中的 SHA-256 或大小不符。请重新下载或重新导出。", name=entry.path
        )
    if entry.path.startswith("files/") and not entry.path.endswith(entry.sha256):
        raise InvalidValue(f"整站档案中“{entry.path}”的名称不是其内容的 SHA-256。请重新导出。", name=entry.path)
