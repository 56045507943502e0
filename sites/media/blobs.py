"""The group's store of published bytes: one file per SHA-256, read-only for sites."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage

from network.errors import InvalidValue
from sites.media.models import states_of
from sites.media.scanning import may_be_public


def blob_path(sha256: str) -> Path:
    """Where the bytes with this hash lie."""
    return Path(settings.MEDIA_ROOT) / "blobs" / sha256[:2] / sha256


def hold_scanned(names: Mapping[str, str]) -> None:
    """Refuse bytes of this site (SHA-256 to name) that the public may not have. Raises InvalidValue."""
    states = states_of(names)
    for sha256, name in names.items():
        if not may_be_public(states[sha256]):
            raise InvalidValue(
                f"文件“{name}”没有通过病毒扫描，不能下发。请等扫描完成，或在稿件中改用其他文件。", file=name
            )


def forget_blob(sha256: str) -> None:
    """Take bytes out of the store; who kept them loses them."""
    blob_path(sha256).unlink(missing_ok=True)


def keep_blobs(files: Iterable[dict[str, Any]]) -> None:
    """Copy a site's files into the store before anything refers to them there.

    Written beside, synced, then renamed: no row may name bytes that are not whole on disk.
    Raises InvalidValue when a file is missing at the site, or may not leave it as the scanner left it.
    """
    entries = list(files)
    hold_scanned({entry["sha256"]: entry["name"] for entry in entries})
    for entry in entries:
        target = blob_path(entry["sha256"])
        if target.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            source = default_storage.open(entry["stored_as"], "rb")
        except FileNotFoundError as error:
            raise InvalidValue(
                f"文件“{entry['name']}”在本站已丢失，请重新上传后再下发。", file=entry["name"]
            ) from error
        with source, tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as copy:
            shutil.copyfileobj(source, copy)
            copy.flush()
            os.fsync(copy.fileno())
        Path(copy.name).chmod(settings.FILE_UPLOAD_PERMISSIONS)
        Path(copy.name).rename(target)
