"""Zip files that strangers packed: bounds before a byte is unpacked, names as people wrote them."""

from __future__ import annotations

import io
import os
import stat
import zipfile
from pathlib import Path, PurePosixPath
from typing import IO

from network.errors import InvalidValue

# Bounds that stop a crafted file, far above what a real site's pages hold.
MOST_ENTRIES = 200_000
MOST_BYTES = 8 * 1024**3
MOST_ENTRY_BYTES = 256 * 1024**2
MOST_RATIO = 250
RATIO_COUNTS_FROM = 1024**2
LONGEST_NAME = 500
# Bounds of a file that is kept as it is and handed to readers, with whatever it holds inside other files.
MOST_KEPT_ENTRIES = 10_000
MOST_KEPT_BYTES = 1024**3
MOST_NESTED_BYTES = 64 * 1024**2
MOST_LEVELS = 3
NESTED_START = b"PK\x03\x04"
UTF8_FLAG, ENCRYPTED_FLAG = 0x800, 0x1
DAMAGED = (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError, zipfile.zlib.error, RuntimeError)


def open_zip(path: Path | IO[bytes], *, name: str) -> zipfile.ZipFile:
    """A zip whose entries were held against the bounds. Raises InvalidValue."""
    try:
        held = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise InvalidValue(f"“{name}”不是 zip 文件，或已损坏。请用 zip 格式重新打包后上传。", name=name) from error
    try:
        _hold(held, name)
    except BaseException:
        held.close()
        raise
    return held


def _hold(held: zipfile.ZipFile, name: str) -> None:
    infos = held.infolist()
    if len(infos) > MOST_ENTRIES:
        raise InvalidValue(f"“{name}”里有 {len(infos)} 个文件，超过上限 {MOST_ENTRIES} 个。请分成几包导入。")
    total = sum(info.file_size for info in infos)
    if total > MOST_BYTES:
        raise InvalidValue(f"“{name}”解开后有 {total} 字节，超过上限 {MOST_BYTES} 字节。请分成几包导入。")
    packed = sum(info.compress_size for info in infos)
    if packed > _size_of(held):
        raise InvalidValue(f"“{name}”里的文件互相重叠，疑为压缩炸弹，不予读取。请重新打包。", name=name)
    if total > RATIO_COUNTS_FROM and total > MOST_RATIO * max(packed, 1):
        raise InvalidValue(f"“{name}”的压缩比超过 {MOST_RATIO}，疑为压缩炸弹，不予读取。请重新打包。")
    for info in infos:
        if info.flag_bits & ENCRYPTED_FLAG:
            raise InvalidValue(f"“{name}”里的“{entry_name(info)}”加了密，不予读取。请去掉密码重新打包。")


def _size_of(held: zipfile.ZipFile) -> int:
    assert held.fp is not None
    place = held.fp.tell()
    size = held.fp.seek(0, os.SEEK_END)
    held.fp.seek(place)
    return size


def hold_kept(source: IO[bytes], name: str) -> list[str]:
    """Names of the entries of a zip that is kept, held with the zips inside it. Raises InvalidValue."""
    with open_zip(source, name=name) as held:
        _hold_level(held, name, level=1, entries=0, total=0)
        return [info.filename for info in held.infolist()]


def _hold_level(held: zipfile.ZipFile, name: str, *, level: int, entries: int, total: int) -> tuple[int, int]:
    """Entries and bytes counted so far, those of this zip and of what it holds included."""
    infos = [info for info in held.infolist() if not info.is_dir()]
    entries, total = entries + len(infos), total + sum(info.file_size for info in infos)
    if entries > MOST_KEPT_ENTRIES:
        raise InvalidValue(f"“{name}”里有超过 {MOST_KEPT_ENTRIES} 个文件，不能上传。请分成几包。", name=name)
    if total > MOST_KEPT_BYTES:
        raise InvalidValue(f"“{name}”解开后超过 {MOST_KEPT_BYTES} 字节，不能上传。请分成几包。", name=name)
    for info in infos:
        fault = fault_of(info)
        if fault:
            raise InvalidValue(f"“{name}”：{fault}", name=name)
        if not _starts_as_zip(held, info):
            continue
        if level == MOST_LEVELS or info.file_size > MOST_NESTED_BYTES:
            raise InvalidValue(
                f"“{name}”里的压缩包“{entry_name(info)[:80]}”套了超过 {MOST_LEVELS} 层，"
                f"或大于 {MOST_NESTED_BYTES} 字节，不能上传。请解开后重新打包。",
                name=name,
            )
        try:
            inner = open_zip(io.BytesIO(read_entry(held, info)), name=entry_name(info)[:80])
        except InvalidValue as error:
            raise InvalidValue(f"“{name}”：{error.message}", name=name) from error
        with inner:
            entries, total = _hold_level(inner, name, level=level + 1, entries=entries, total=total)
    return entries, total


def _starts_as_zip(held: zipfile.ZipFile, info: zipfile.ZipInfo) -> bool:
    try:
        with held.open(info) as file:
            return file.read(len(NESTED_START)) == NESTED_START
    except DAMAGED as error:
        raise InvalidValue(f"“{entry_name(info)}”在压缩包中已损坏：{error}。请重新打包。") from error


def fault_of(info: zipfile.ZipInfo) -> str:
    """Why this entry is not read, as a sentence; empty when it may be."""
    shown = entry_name(info)[:80]
    mode = info.external_attr >> 16
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return f"“{shown}”不是普通文件（可能是符号链接），没有读取。请放入文件本身。"
    parts = PurePosixPath(entry_name(info)).parts
    if ".." in parts or entry_name(info).startswith("/") or len(entry_name(info)) > LONGEST_NAME:
        return f"文件名“{shown}”不是包内的相对路径，或超过 {LONGEST_NAME} 字，没有读取。请改名后重新打包。"
    if info.file_size > MOST_ENTRY_BYTES:
        return f"“{shown}”有 {info.file_size} 字节，超过上限 {MOST_ENTRY_BYTES} 字节，没有读取。"
    if info.file_size > RATIO_COUNTS_FROM and info.file_size > MOST_RATIO * max(info.compress_size, 1):
        return f"“{shown}”的压缩比超过 {MOST_RATIO}，疑为压缩炸弹，没有读取。"
    return ""


def entry_name(info: zipfile.ZipInfo) -> str:
    """The name in the encoding it was written in: packers on Chinese Windows write GBK without saying so."""
    if info.flag_bits & UTF8_FLAG:
        return info.filename.replace("\\", "/")
    try:
        raw = info.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename.replace("\\", "/")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding).replace("\\", "/")
        except UnicodeDecodeError:
            continue
    return info.filename.replace("\\", "/")


def read_entry(held: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """The bytes of an entry, no more than it says it has. Raises InvalidValue."""
    shown = entry_name(info)
    fault = fault_of(info)
    if fault:
        raise InvalidValue(fault, name=shown)
    try:
        with held.open(info) as file:
            data = file.read(info.file_size + 1)
    except DAMAGED as error:
        raise InvalidValue(f"“{shown}”在压缩包中已损坏：{error}。请重新打包。", name=shown) from error
    if len(data) > info.file_size:
        raise InvalidValue(f"“{shown}”解开后比登记的 {info.file_size} 字节大，不予读取。请重新打包。", name=shown)
    return data


def hold_xml(held: zipfile.ZipFile, name: str) -> None:
    """Refuse an office file with a document type: they have none, one would be there to make entities explode."""
    for info in held.infolist():
        if info.filename.endswith((".xml", ".rels")):
            try:
                with held.open(info) as file:
                    head = file.read(4096)
            except DAMAGED as error:
                raise InvalidValue(f"“{name}”里的“{info.filename}”已损坏：{error}。请另存后再上传。") from error
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                raise InvalidValue(f"“{name}”里的“{info.filename}”带有文档类型声明，不予读取。请另存后再上传。")
