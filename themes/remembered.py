"""Parts of pages that were rendered before from the same values.

A page is rendered anew when anything of its site changes; most of its parts show what they showed
before. Such a part is a function of the values that it is given: it sees nothing else of the page, so
a remembered one can be neither old nor another site's, and nothing has to be told of changes.
"""

from __future__ import annotations

import hashlib
import pickle
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, partial
from typing import Any

from django.conf import settings
from django.template import Context, Engine
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

MOST_BYTES = 16 * 1024 * 1024
"""What one process remembers at most, the oldest use goes first."""

OVERHEAD_BYTES = 200
"""What an entry takes beside its text."""

LARGE = 16 * 1024
"""Characters from which a text is kept compressed: the body of each site's home page, less than a tenth of it."""


class RememberedParts:
    """Texts by the digest of all that they were made from."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._texts: OrderedDict[bytes, SafeString | bytes] = OrderedDict()
        self._lock = threading.Lock()
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._texts)

    def get(self, key: bytes) -> SafeString | None:
        with self._lock:
            text = self._texts.get(key)
            if text is not None:
                self._texts.move_to_end(key)
        if isinstance(text, bytes):
            return mark_safe(zlib.decompress(text).decode())  # noqa: S308  as it was put
        return text

    def put(self, key: bytes, text: SafeString) -> None:
        kept = text if len(text) < LARGE else zlib.compress(text.encode(), 1)
        with self._lock:
            if key in self._texts:
                return
            self._texts[key] = kept
            self.bytes += _size(kept)
            while self.bytes > self._most_bytes:
                self.bytes -= _size(self._texts.popitem(last=False)[1])

    def forget(self) -> None:
        """For measurements and tests: as a process that just began."""
        with self._lock:
            self._texts.clear()
            self.bytes = 0


def _size(kept: str | bytes) -> int:
    # Chinese text takes two bytes a character in memory.
    return len(kept) * (1 if isinstance(kept, bytes) else 2) + OVERHEAD_BYTES


parts = RememberedParts()


class Kept(tuple[Any, ...]):  # noqa: SLOT001  the digest needs a place
    """Plain values that stand in several parts: named by their digest, which is made once."""

    @cached_property
    def digest(self) -> bytes:
        return hashlib.blake2b(pickle.dumps(tuple(self), protocol=5), digest_size=20).digest()

    def __reduce__(self) -> tuple[Any, ...]:
        return Kept, (self.digest,)


def digest_of(engine: Engine, name: str, values: Mapping[str, Any]) -> bytes:
    """Names what a part is made from. Values are plain data of any depth; what cannot be pickled raises."""
    return _digest((id(engine), name, get_language()), values)


def _digest(origin: tuple[Any, ...], values: Mapping[str, Any]) -> bytes:
    return hashlib.blake2b(pickle.dumps((*origin, sorted(values.items())), protocol=5), digest_size=20).digest()


def render_part(engine: Engine, name: str, values: Mapping[str, Any]) -> SafeString:
    """The template rendered with these values and nothing else, or the text that they gave before."""
    return _remembered(digest_of(engine, name, values), lambda: engine.get_template(name).render(Context(dict(values))))


def render_parts(engine: Engine, name: str, many: Iterable[Mapping[str, Any]]) -> SafeString:
    """The template rendered with each of these values, one after the other; each is remembered by itself."""
    origin, template = (id(engine), name, get_language()), engine.get_template(name)

    def write(values: Mapping[str, Any]) -> str:
        return template.render(Context(dict(values)))

    texts = [_remembered(_digest(origin, values), partial(write, values)) for values in many]
    return mark_safe("".join(texts))  # noqa: S308  a template's output


def remembered_text(name: str, values: Mapping[str, Any], make: Callable[[], str]) -> SafeString:
    """What ``make`` wrote, safe for the page, or what it wrote before from the same values under this name."""
    return _remembered(_digest((name, get_language()), values), make)


def _remembered(key: bytes, make: Callable[[], str]) -> SafeString:
    text = None if settings.DEBUG else parts.get(key)
    if text is None:
        text = mark_safe(make())  # noqa: S308  a template's output
        parts.put(key, text)
    return text
