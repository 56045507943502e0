"""What the scanner says of a file, and what follows from it in this profile.

A file that is infected is refused whatever the profile. One of which the scanner says nothing is refused too, unless
``UNSCANNED_ALLOWED`` is set (the demo): then it is kept, marked, looked at again by ``rescan_files``.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import IO, Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from network.audit.api import record
from network.errors import InvalidValue
from sites.media.clamd import Clamd, Engine, ScannerError

PIECE = 1024 * 1024
MOST_AGE = datetime.timedelta(hours=48)
"""Of signatures: ClamAV brings out new ones every day; older ones are said to be stale."""


class ScanState(models.TextChoices):
    UNSCANNED = "unscanned", gettext_lazy("未扫描")
    CLEAN = "clean", gettext_lazy("已扫描")
    INFECTED = "infected", gettext_lazy("含病毒，已扣留")


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What is written down of a file: when which engine, with which signatures, called it what."""

    state: ScanState = ScanState.UNSCANNED
    at: datetime.datetime | None = None
    engine: str = ""
    signature: str = ""


class Infected(InvalidValue):
    """The scanner found something in the file."""

    code = "media.infected"


class NotScanned(InvalidValue):
    """The scanner did not look at the file, and this profile takes none unscanned."""

    code = "media.not_scanned"


def scanner() -> Clamd | None:
    """The scanner that the settings name; None without one."""
    return Clamd(settings.SCANNER, settings.SCANNER_SECONDS) if settings.SCANNER else None


def scanner_status() -> dict[str, Any]:
    """Whether the scanner answers, what scans, how old its signatures are: ``none``, ``down``, ``stale`` or ``on``."""
    held = scanner()
    if held is None:
        return {"state": "none"}
    try:
        engine = held.engine()
    except ScannerError as error:
        return {"state": "down", "reason": str(error)}
    if engine.made_at is None:
        return {"state": "on", "engine": str(engine)}
    age = timezone.now() - engine.made_at
    state = "stale" if age > MOST_AGE else "on"
    return {"state": state, "engine": str(engine), "signatures_age_hours": int(age.total_seconds() // 3600)}


def look_at(source: IO[bytes]) -> Verdict:
    """What the scanner says of a file, read from its beginning and left there. Raises ScannerError."""
    held = scanner()
    if held is None:
        raise ScannerError(_("没有设置扫描服务（GOVSITES_SCANNER）"))
    engine: Engine = held.engine()
    source.seek(0)
    signature = held.find(source)
    source.seek(0)
    state = ScanState.INFECTED if signature else ScanState.CLEAN
    return Verdict(state=state, at=timezone.now(), engine=str(engine), signature=signature)


def verdict_on(source: IO[bytes], *, name: str) -> Verdict:
    """The verdict with which a file may be kept. Raises Infected, NotScanned; both leave an audit entry."""
    try:
        found = look_at(source)
    except ScannerError as error:
        if settings.UNSCANNED_ALLOWED:
            source.seek(0)
            return Verdict()
        _tell(source, name, reason=str(error))
        sentence = _("“%(name)s”没有经过病毒扫描，未收下：%(reason)s。请稍后再传；仍不行请告知运维人员。")
        raise NotScanned(sentence % {"name": name, "reason": error}, name=name) from error
    if found.state == ScanState.INFECTED:
        _tell(source, name, signature=found.signature, engine=found.engine)
        sentence = _("“%(name)s”含有病毒（%(signature)s），未收下。请清除病毒或向来源重新索取后再传。")
        raise Infected(sentence % {"name": name, "signature": found.signature}, name=name, signature=found.signature)
    return found


def _tell(source: IO[bytes], name: str, *, reason: str = "", signature: str = "", engine: str = "") -> None:
    record(
        "upload.refuse",
        object_kind="file",
        object_id=hash_of(source),
        object_title=name,
        detail={"reason": reason, "signature": signature, "engine": engine},
        is_refused=True,
    )


def hash_of(source: IO[bytes]) -> str:
    """SHA-256 of a stream, read from its beginning and left there."""
    digest = hashlib.sha256()
    source.seek(0)
    while piece := source.read(PIECE):
        digest.update(piece)
    source.seek(0)
    return digest.hexdigest()


def may_be_public(states: Iterable[str]) -> bool:
    """Whether the bytes of rows in these states may leave the site.

    Rows of one hash hold the same bytes: one clean look is enough, one find is too much.
    """
    held = set(states)
    if not held or ScanState.INFECTED in held:
        return False
    return ScanState.CLEAN in held or bool(settings.UNSCANNED_ALLOWED)
