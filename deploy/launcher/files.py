"""Files that a crash must not leave half-written, file locks, and hashes of sources."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO

from deploy.launcher.errors import LauncherError


def write_private(path: Path, text: str, *, mode: int = 0o600) -> None:
    """Replace a file in one step; only its owner may read it unless told otherwise."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
    os.replace(temporary, path)


def write_json(path: Path, value: Any) -> None:
    """Replace a JSON file in one step, readable by its owner only."""
    write_private(path, json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def read_json(path: Path, *, default: Any) -> Any:
    """Read a JSON file; a missing or damaged one gives the default."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return default


@contextlib.contextmanager
def locked(path: Path, *, refusal: str = "") -> Iterator[TextIO]:
    """Hold a file lock. With a refusal, raise it as LauncherError when another process holds the lock."""
    path.parent.mkdir(parents=True, exist_ok=True)
    stream = path.open("a+")
    try:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | (fcntl.LOCK_NB if refusal else 0))
        except BlockingIOError as error:
            raise LauncherError(refusal) from error
        yield stream
    finally:
        stream.close()


def is_locked(path: Path) -> bool:
    """Tell whether another process holds a file lock."""
    try:
        with locked(path, refusal="held"):
            return False
    except LauncherError:
        return True


def hash_of(sources: Iterable[Path], *, words: Iterable[str] = (), suffixes: tuple[str, ...] = ()) -> str:
    """Hash the content of files and folders, with some words; compiled Python and hidden files are left out."""
    digest = hashlib.sha256("\0".join(words).encode())
    for source in sources:
        found = sorted(source.rglob("*")) if source.is_dir() else [source]
        for path in found:
            if not path.is_file() or "__pycache__" in path.parts or path.name.startswith("."):
                continue
            if suffixes and path.suffix not in suffixes:
                continue
            digest.update(str(path).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
