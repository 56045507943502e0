"""What a PDF does by itself is read from its objects, however they are packed."""

from __future__ import annotations

import io

import pytest

from sites.media import active_pdf
from sites.media.active_pdf import active_parts
from tests.factories import pdfs


def parts(data: bytes) -> list[str]:
    return active_parts(io.BytesIO(data))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (pdfs.written(), []),
        (pdfs.written(pdfs.script), ["script"]),
        (pdfs.packed_script(), ["script"]),
        (pdfs.written(pdfs.opening("/Launch", F="cmd.exe")), ["launch"]),
        (pdfs.written(pdfs.opening("/SubmitForm", F="https://example.com/")), ["submit"]),
        (pdfs.written(pdfs.opening("/GoTo", D="first")), []),
        (pdfs.written(pdfs.with_a_file), ["files"]),
        (pdfs.written(pdfs.locked), ["unread"]),
        (pdfs.written(pdfs.readable_but_encrypted), ["script"]),
        (pdfs.packed_script()[:-60], ["unread"]),
        (b"%PDF-1.7\n" + bytes(range(256)), ["unread"]),
    ],
)
def test_what_is_active_is_named(data: bytes, expected: list[str]) -> None:
    assert parts(data) == expected


def test_the_bytes_alone_do_not_show_a_packed_script() -> None:
    assert b"JavaScript" not in pdfs.packed_script()


def test_the_stream_is_left_at_its_beginning() -> None:
    source = io.BytesIO(pdfs.written(pdfs.script))
    source.seek(7)
    active_parts(source)
    assert source.tell() == 0


def test_a_pdf_of_too_many_objects_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(active_pdf, "MOST_OBJECTS", 2)
    assert parts(pdfs.written()) == ["unread"]
