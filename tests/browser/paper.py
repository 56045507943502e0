"""The text of the PDF files that Chromium prints, page by page."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

OBJECT = re.compile(rb"(\d+) 0 obj\s*(.*?)endobj", re.DOTALL)
STREAM = re.compile(rb"stream\n(.*?)\nendstream", re.DOTALL)
CODES = re.compile(rb"<([0-9A-F]+)> <([0-9A-F]+)>(?: <([0-9A-F]+)>)?")
SHOWN = re.compile(
    rb"/ActualText <(?P<actual>[0-9A-F]+)>|/(?P<font>F\d+) [\d.]+ Tf|<(?P<glyphs>[0-9A-Fa-f]+)> Tj|(?P<end>EMC)"
)


@dataclass(frozen=True)
class Font:
    """Code of a glyph to its text; a code has one byte or two."""

    width: int
    letters: dict[int, str]

    def text(self, digits: str) -> str:
        step = 2 * self.width
        codes = [int(digits[start : start + step], 16) for start in range(0, len(digits), step)]
        return "".join(self.letters.get(code, "") for code in codes)


class Paper:
    """A printed file. Reads what Skia writes, nothing more."""

    def __init__(self, content: bytes) -> None:
        self._objects = {int(number): body for number, body in OBJECT.findall(content)}
        pages = [body for body in self._objects.values() if re.search(rb"/Type /Page\s", body)]
        self.pages = [self._text_of(page) for page in pages]

    @property
    def text(self) -> str:
        return "".join(self.pages)

    def _stream(self, number: int) -> bytes:
        body = self._objects[number]
        match = STREAM.search(body)
        if match is None:
            return b""
        return zlib.decompress(match[1]) if b"/FlateDecode" in body[: match.start()] else match[1]

    def _text_of(self, page: bytes) -> str:
        fonts = {name: self._font(int(number)) for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", page)}
        contents = re.search(rb"/Contents (\d+)", page)
        assert contents, "A page without contents."
        found, font, is_spelt_out = [], Font(1, {}), False
        for match in SHOWN.finditer(self._stream(int(contents[1]))):
            if match["actual"]:
                # Glyphs that stand for several letters: what they mean is written beside them.
                found.append(bytes.fromhex(match["actual"].decode()).decode("utf-16"))
                is_spelt_out = True
            elif match["font"]:
                font = fonts[match["font"]]
            elif match["end"]:
                is_spelt_out = False
            elif not is_spelt_out:
                found.append(font.text(match["glyphs"].decode()))
        return "".join(found)

    def _font(self, number: int) -> Font:
        reference = re.search(rb"/ToUnicode (\d+)", self._objects[number])
        if reference is None:
            return Font(1, {})
        table = self._stream(int(reference[1]))
        space, _, rest = table.partition(b"endcodespacerange")
        first = re.search(rb"begincodespacerange\s*<([0-9A-F]+)>", space)
        assert first, "A font without a range of codes."
        letters = {}
        for start, second, third in CODES.findall(rest):
            last, letter = (second, third) if third else (start, second)
            text = bytes.fromhex(letter.decode()).decode("utf-16-be")
            for step in range(int(last, 16) - int(start, 16) + 1):
                letters[int(start, 16) + step] = text[:-1] + chr(ord(text[-1]) + step)
        return Font(len(first[1]) // 2, letters)
