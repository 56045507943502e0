"""What a PDF does by itself, or carries along, beside showing its pages.

Read by its objects, packed or not: a search through the bytes would miss what stands in a compressed stream.
Source: GB/T 23286.1-2009 (ISO 19005-1:2005) 6.6.1 (actions), 6.1.11 (files within).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NullObject

SCRIPT, LAUNCH, SUBMIT, FILES, UNREAD = "script", "launch", "submit", "files", "unread"
ACTIONS = {
    "/JavaScript": SCRIPT,
    "/Launch": LAUNCH,
    "/SubmitForm": SUBMIT,
    "/ImportData": SUBMIT,
    "/Rendition": SCRIPT,
}
MOST_OBJECTS = 50_000
DEEPEST = 40
BROKEN = (PyPdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, OSError, RecursionError, MemoryError)
"""What a damaged or crafted file makes the reader raise."""


def active_parts(source: IO[bytes]) -> list[str]:
    """Sorted names of what is active: script, launch, submit, files; ``unread`` where it cannot be read.

    The stream is read from its beginning and left there.
    """
    source.seek(0)
    try:
        reader = PdfReader(source, strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            return [UNREAD]
        return sorted(set(_found(reader)))
    except BROKEN:
        return [UNREAD]
    finally:
        source.seek(0)


def _found(reader: PdfReader) -> Iterator[str]:
    numbers = {number for held in reader.xref.values() for number in held} | set(reader.xref_objStm)
    if not numbers or len(numbers) > MOST_OBJECTS:
        yield UNREAD
        return
    yield from _within(reader.trailer.get("/Root"), 0)
    for number in sorted(numbers):
        generation = next((held for held, rows in reader.xref.items() if number in rows), 0)
        yield from _within(reader.get_object(IndirectObject(number, generation, reader)), 0)


def _within(held: Any, depth: int) -> Iterator[str]:
    """What one object says itself; objects that it refers to are looked at on their own."""
    if depth > DEEPEST:
        yield UNREAD
    elif isinstance(held, DictionaryObject):
        if "/JS" in held:
            yield SCRIPT
        action = ACTIONS.get(str(held.get("/S", "")))
        if action:
            yield action
        if "/JavaScript" in held and not isinstance(held.get("/JavaScript"), NullObject):
            yield SCRIPT
        if "/EmbeddedFiles" in held or "/EF" in held or held.get("/Type") == "/EmbeddedFile":
            yield FILES
        for value in held.values():
            if not isinstance(value, IndirectObject):
                yield from _within(value, depth + 1)
    elif isinstance(held, ArrayObject):
        for value in held:
            if not isinstance(value, IndirectObject):
                yield from _within(value, depth + 1)
