"""The state of the code that renders pages: a new version must not answer with pages of the one before."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

import django
import wagtail
from django.conf import settings

FOLDERS = ("network", "sites", "search", "themes", "deploy")
SUFFIXES = frozenset({".css", ".html", ".js", ".mo", ".py", ".svg", ".toml", ".xml"})


@lru_cache(maxsize=1)
def code_state() -> str:
    """Digest of the project's files with the settings that pages depend on; the same on every host of an install."""
    digest = hashlib.blake2b(digest_size=16)
    facts = [
        django.__version__,
        wagtail.__version__,
        settings.PROFILE,
        settings.DEMO_HOSTS,
        settings.PUBLIC_PORT,
        settings.SABOTAGE,
    ]
    digest.update(repr(facts).encode())
    root = Path(settings.BASE_DIR)
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in SUFFIXES and path.is_file():
                digest.update(str(path.relative_to(root)).encode())
                digest.update(path.read_bytes())
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if manifest.is_file():
        digest.update(manifest.read_bytes())
    return digest.hexdigest()
