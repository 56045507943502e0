"""PDFs of the tests, written by the library or by hand."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

SCRIPT = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"


def written(change: Callable[[PdfWriter], object] = lambda writer: None) -> bytes:
    """One empty page, changed before it is written."""
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    change(writer)
    data = io.BytesIO()
    writer.write(data)
    return data.getvalue()


def opening(kind: str, **facts: str) -> Callable[[PdfWriter], object]:
    """The document does this when it is opened."""

    def change(writer: PdfWriter) -> None:
        action = {NameObject("/S"): NameObject(kind)}
        action |= {NameObject(f"/{name}"): TextStringObject(value) for name, value in facts.items()}
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(action)

    return change


def script(writer: PdfWriter) -> None:
    opening("/JavaScript", JS="app.alert(1)")(writer)


def with_a_file(writer: PdfWriter) -> None:
    writer.add_attachment("program.exe", b"MZ")


def locked(writer: PdfWriter) -> None:
    script(writer)
    writer.encrypt("a password that nobody has")


def readable_but_encrypted(writer: PdfWriter) -> None:
    script(writer)
    writer.encrypt("", "only the owner changes it")


def packed_script() -> bytes:
    """A script within a compressed stream of objects: its name stands nowhere in the bytes."""
    head = b"3 0 "
    packed = zlib.compress(head + SCRIPT)
    parts = {
        1: b"<</Type/Catalog/Pages 2 0 R/OpenAction 3 0 R>>",
        2: b"<</Type/Pages/Kids[]/Count 0>>",
        4: b"<</Type/ObjStm/N 1/First %d/Filter/FlateDecode/Length %d>>\nstream\n%b\nendstream"
        % (len(head), len(packed), packed),
    }
    data, places = b"%PDF-1.5\n", {}
    for number, body in parts.items():
        places[number] = len(data)
        data += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = [(0, 0, 65535), (1, places[1], 0), (1, places[2], 0), (2, 4, 0), (1, places[4], 0), (1, len(data), 0)]
    rows = zlib.compress(b"".join(struct.pack(">BIH", *row) for row in table))
    return data + (
        b"5 0 obj\n<</Type/XRef/Size 6/W[1 4 2]/Root 1 0 R/Filter/FlateDecode/Length %d>>\n"
        b"stream\n%b\nendstream\nendobj\n"
        b"startxref\n%d\n%%%%EOF" % (len(rows), rows, len(data))
    )
