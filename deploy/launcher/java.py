"""Search for a Java that runs Elasticsearch."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

OLDEST = 17


def _candidates() -> Iterator[Path]:
    home = os.environ.get("JAVA_HOME")
    if home:
        yield Path(home) / "bin" / "java"
    on_path = shutil.which("java")
    if on_path:
        yield Path(on_path)
    for folder in (Path("/usr/lib/jvm"), Path("/Library/Java/JavaVirtualMachines")):
        if folder.is_dir():
            for home_folder in sorted(folder.iterdir()):
                yield home_folder / "bin" / "java"
                yield home_folder / "Contents" / "Home" / "bin" / "java"


def java_version(java: Path) -> int:
    """Return the major version that a Java says it is; 0 when it does not run."""
    try:
        answer = subprocess.run([java, "-version"], check=False, capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.search(r'version "(\d+)(?:\.(\d+))?', answer.stderr + answer.stdout)
    if not found or answer.returncode != 0:
        return 0
    major, minor = int(found[1]), int(found[2] or 0)
    return minor if major == 1 else major


@cache
def _first_usable(candidates: tuple[Path, ...]) -> Path | None:
    for candidate in candidates:
        if candidate.is_file() and java_version(candidate) >= OLDEST:
            return candidate.resolve()
    return None


def find_java() -> Path | None:
    """Return a Java of at least version 17: from JAVA_HOME, PATH, then the usual folders."""
    return _first_usable(tuple(_candidates()))


def java_home(java: Path) -> Path:
    """Return the home directory that holds bin/java."""
    return java.parent.parent
