"""Bytes of old pages as text: what they say of themselves is often wrong.

Order: byte-order mark, strict UTF-8, the declared encoding, GB 18030 (which GBK, GB 2312 are parts of), Big5, then
the best guess. Nothing is replaced: bytes that fit none of them are refused.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from charset_normalizer import from_bytes

from network.errors import InvalidValue

MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""")
LOOKED_AT = 4096
"""Bytes at the beginning in which a page says its encoding (the HTML standard asks for the first 1024)."""

GUESSED_FROM = 64 * 1024
PIECE = 256 * 1024
"""Characters."""

GB = "gb18030"
SAME_AS_GB = {"gb2312", "gbk", "x-gbk", "gb_2312-80", "hz-gb-2312", "cp936"}
TAKES_ANYTHING = {"iso8859-1", "cp1252", "ascii"}
"""What tools of the West write into every page: it holds no Chinese."""

PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def decode(data: bytes, *, name: str) -> tuple[str, str]:
    """``(text, encoding)`` of a file. Raises InvalidValue with the first byte that does not fit."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _strict(data, encoding, name).removeprefix("\ufeff"), encoding
    found = DECLARED.search(data[:LOOKED_AT])
    declared = _known(found.group(1).decode("ascii").lower()) if found else ""
    for encoding in dict.fromkeys(["utf-8", declared, GB, "big5"]):
        text = _read(data, encoding) if encoding else None
        if text is not None:
            return text, encoding
    best = from_bytes(data[:GUESSED_FROM]).best()
    text = _read(data, best.encoding) if best is not None else None
    if best is not None and text is not None and "\x00" not in text:
        return text, best.encoding
    return _strict(data, declared or GB, name), declared or GB


def transcode(source: Path, target: Path, *, name: str) -> str:
    """Write a file's text as UTF-8, piece by piece; the encoding it had. Raises InvalidValue as ``decode`` does."""
    with source.open("rb") as file:
        head = file.read(GUESSED_FROM)
    marked = next((encoding for mark, encoding in MARKS if head.startswith(mark)), "")
    best = from_bytes(head).best() if not marked else None
    candidates = [marked] if marked else ["utf-8", GB, "big5", *([best.encoding] if best is not None else [])]
    for encoding in candidates:
        try:
            _copy(source, target, encoding)
        except UnicodeDecodeError as error:
            if encoding == candidates[-1]:
                raise _unfit(error, encoding, name) from error
        else:
            return encoding
    raise LookupError("There is always a candidate.")


def _copy(source: Path, target: Path, encoding: str) -> None:
    with (
        source.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="") as read,
        target.open("w", encoding="utf-8", newline="") as written,
    ):
        while piece := read.read(PIECE):
            written.write(piece)


def _known(name: str) -> str:
    if name in SAME_AS_GB:
        return GB
    try:
        found = codecs.lookup(name)
    except LookupError:
        return ""
    return found.name if found._is_text_encoding and found.name not in TAKES_ANYTHING else ""


def _read(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _unfit(error, encoding, name) from error


def _unfit(error: UnicodeDecodeError, encoding: str, name: str) -> InvalidValue:
    return InvalidValue(
        f"“{name}”中的字节 0x{error.object[error.start]:02X} 不是 {encoding} 文字，文件的编码已损坏。"
        "请从原系统重新导出，或用 UTF-8 另存后再试。",
        name=name,
    )
