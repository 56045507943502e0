"""A picture made for one run."""

from __future__ import annotations

import secrets
import struct
import zlib

from deploy.checking.browser import Upload

SIDE = 32


def new_picture(name: str) -> Upload:
    """A PNG of random colours, so that no other file of the network has its bytes."""
    rows = b"".join(b"\x00" + secrets.token_bytes(SIDE * 3) for _ in range(SIDE))
    return Upload(name=name, content_type="image/png", content=png(SIDE, rows))


def png(side: int, rows: bytes) -> bytes:
    """A square RGB PNG that says it has so many points a side, whatever rows it holds."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
