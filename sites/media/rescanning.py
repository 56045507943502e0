"""Looking again at files of which the scanner said nothing, or said it long ago."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction

from network.audit.api import record
from sites.media.blobs import forget_blob
from sites.media.clamd import ScannerError
from sites.media.models import SiteDocument, SiteImage
from sites.media.scanning import ScanState, Verdict, look_at, scanner

logger = logging.getLogger(__name__)

SECONDS = 20.0
"""Of one run, which is one transaction of the worker; what is left waits for the next."""

PERIOD_SECONDS = 900


@dataclass
class Rescan:
    """What one run did. ``reason`` says why the scanner said nothing of those that are ``unscanned``."""

    clean: int = 0
    infected: int = 0
    unscanned: int = 0
    reason: str = ""


def rescan(*, again: bool = False, seconds: float = SECONDS) -> Rescan:
    """Look at the unscanned files of the entered site, with ``again`` at the clean ones too, the longest unseen first.

    A second run finds what the first left; two at once write the same.
    """
    done = Rescan()
    states = [ScanState.UNSCANNED, *([ScanState.CLEAN] if again else [])]
    rows = [media for model in (SiteImage, SiteDocument) for media in model.objects.filter(scan_state__in=states)]
    if not rows:
        return done
    try:
        held = scanner()
        if held is None:
            raise ScannerError("GOVSITES_SCANNER")
        held.engine()
    except ScannerError as error:
        done.unscanned, done.reason = len(rows), str(error)
        return done
    until = time.monotonic() + seconds
    rows.sort(key=lambda media: (media.scanned_at is not None, media.scanned_at or 0, media.pk))
    for number, media in enumerate(rows):
        if time.monotonic() > until:
            done.unscanned += len(rows) - number
            break
        _rescan(media, done)
    return done


def _rescan(media: SiteImage | SiteDocument, done: Rescan) -> None:
    try:
        with default_storage.open(media.file.name, "rb") as file:
            found = look_at(file)
    except (ScannerError, OSError) as error:
        logger.warning("The file '%s' could not be scanned: %s", media.file.name, error)
        done.unscanned += 1
        done.reason = done.reason or str(error)
        return
    with transaction.atomic():
        _note(media, found)
    if found.state == ScanState.INFECTED:
        done.infected += 1
    else:
        done.clean += 1


def _note(media: SiteImage | SiteDocument, found: Verdict) -> None:
    values: dict[str, Any] = {"scan_state": found.state, "scanned_at": found.at, "scan_engine": found.engine}
    for model in (SiteImage, SiteDocument):
        model.objects.filter(sha256=media.sha256).update(**values)
    if found.state == ScanState.INFECTED:
        transaction.on_commit(lambda: forget_blob(media.sha256))
        record(
            "upload.quarantine",
            object_kind="file",
            object_id=media.sha256,
            object_title=media.file.name.rsplit("/", 1)[-1],
            detail={"title": media.title, "signature": found.signature, "engine": found.engine},
        )
