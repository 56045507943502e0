"""Files as editors upload them, sound, mislabelled and hostile."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

from PIL import Image

TEXT = "58354f2150254041505b345c505a58353428505e2937434329377d24"
NAME = "45494341522d5354414e444152442d414e544956495255532d544553542d46494c45"
TYPES = "[Content_Types].xml"


def eicar() -> bytes:
    """The harmless test file of the makers of scanners, put together here so that no source file is one."""
    return bytes.fromhex(TEXT + NAME + "2124482b482a")


def packed(files: Mapping[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these files, the same bytes whenever it is packed: workers name their tests by them."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as target:
        for name, content in files.items():
            target.writestr(zipfile.ZipInfo(name), content, method)
    return data.getvalue()


def docx(**extra: bytes) -> bytes:
    """What is a Word file by its parts; ``extra`` names entries under ``word/``."""
    return packed({TYPES: b"<Types/>", "word/document.xml": b"<w:document/>", **_under("word", extra)})


def xlsx(**extra: bytes) -> bytes:
    """What is a workbook by its parts."""
    return packed({TYPES: b"<Types/>", "xl/workbook.xml": b"<workbook/>", **_under("xl", extra)})


def ofd(**extra: bytes) -> bytes:
    """What is an OFD by its parts."""
    return packed({"OFD.xml": b"<ofd:OFD/>", **_under("Doc_0", extra)})


def _under(folder: str, extra: Mapping[str, bytes]) -> dict[str, bytes]:
    return {f"{folder}/{name}": content for name, content in extra.items()}


def pdf(attached: bytes = b"") -> bytes:
    """A PDF of one object, a stream with these bytes."""
    stream = zlib.compress(attached)
    facts = f"<< /Type /EmbeddedFile /Filter /FlateDecode /Length {len(stream)} >>".encode()
    body = b"1 0 obj\n" + facts + b"\nstream\n" + stream + b"\nendstream\nendobj\n"
    return b"%PDF-1.4\n" + body + b"trailer\n<< /Root 1 0 R >>\n%%EOF\n"


def picture(colour: str = "red", kind: str = "PNG", size: tuple[int, int] = (32, 24)) -> bytes:
    """A small picture."""
    data = io.BytesIO()
    Image.new("RGB", size, colour).save(data, kind)
    return data.getvalue()


def marked_picture() -> bytes:
    """A sound picture that the scanner of the tests takes for a virus: a picture cannot be the test file itself."""
    return picture("purple", "GIF")


def signature_of_marked_picture() -> str:
    """The line of a ``.hdb`` file: MD5, size, name."""
    data = marked_picture()
    return f"{hashlib.md5(data, usedforsecurity=False).hexdigest()}:{len(data)}:Marked-Picture\n"


def huge_picture(side: int) -> bytes:
    """A PNG of a few hundred bytes that says it has so many points a side."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack("!I", len(content)) + kind + content + struct.pack("!I", zlib.crc32(kind + content))

    head = struct.pack("!IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


def sha256(data: bytes) -> str:
    """The hash by which a file is known."""
    return hashlib.sha256(data).hexdigest()
