"""Client of clamd, the service of the ClamAV scanner: one command for each connection.

The protocol is clamd(8): a command between ``z`` and NUL; after ``INSTREAM`` pieces, each led by its length in four
bytes of network order, the last of length zero; one answer, ended by NUL. Above its ``StreamMaxLength`` clamd answers
early and hangs up.
"""

from __future__ import annotations

import datetime
import re
import select
import socket
import struct
import time
from dataclasses import dataclass
from typing import IO
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

CONNECT_SECONDS = 5.0
PIECE = 256 * 1024
LONGEST_ANSWER = 4096
TOO_LARGE = "INSTREAM size limit exceeded"
ANSWER = re.compile(r"stream: (?:(?P<signature>.+) FOUND|(?P<clean>OK)|(?P<error>.+) ERROR)")
VERSION = re.compile(r"(?P<engine>ClamAV [^/]+)(?:/(?P<signatures>\d+)(?:/(?P<moment>.+))?)?")
MOMENT = "%a %b %d %H:%M:%S %Y"


class ScannerError(Exception):
    """The scanner did not say of a file whether it is clean; why, as part of a sentence."""


class ScannerTooSmall(ScannerError):
    """The file is larger than the scanner takes."""


@dataclass(frozen=True, kw_only=True)
class Engine:
    """What scans: ``signatures`` is the number of the daily database, empty without one, ``made_at`` its date."""

    name: str
    signatures: str = ""
    made_at: datetime.datetime | None = None

    def __str__(self) -> str:
        return f"{self.name}/{self.signatures}" if self.signatures else self.name


@dataclass(frozen=True)
class Clamd:
    """The service at ``tcp://host:port`` or ``unix:///path``; a command may take so many seconds."""

    address: str
    seconds: float

    def __post_init__(self) -> None:
        """Raises ValueError for an address of another form."""
        parts = urlsplit(self.address)
        is_tcp = parts.scheme == "tcp" and parts.hostname and parts.port
        is_unix = parts.scheme == "unix" and not parts.netloc and parts.path
        if not is_tcp and not is_unix:
            raise ValueError(f"'{self.address}' is neither tcp://host:port nor unix:///path/of/clamd.ctl.")

    def engine(self) -> Engine:
        """Raises ScannerError."""
        said = self._ask(b"zVERSION\0")
        match = VERSION.fullmatch(said)
        if match is None:
            raise ScannerError(_("扫描服务的答复“%(answer)s”看不懂") % {"answer": said[:100]})
        return Engine(name=match["engine"], signatures=match["signatures"] or "", made_at=_moment(match["moment"]))

    def find(self, source: IO[bytes]) -> str:
        """The signature found in what is left of a stream, empty when it is clean. Raises ScannerError."""
        said = self._ask(b"zINSTREAM\0", source)
        if said.startswith(TOO_LARGE):
            raise ScannerTooSmall(_("文件大于扫描服务所收的上限（clamd 的 StreamMaxLength）"))
        match = ANSWER.fullmatch(said)
        if match is None or match["error"]:
            raise ScannerError(_("扫描服务的答复是“%(answer)s”") % {"answer": said[:100]})
        return match["signature"] or ""

    def _ask(self, command: bytes, source: IO[bytes] | None = None) -> str:
        until = time.monotonic() + self.seconds
        try:
            with self._connected() as line:
                line.sendall(command)
                if source is not None:
                    _send(line, source, until)
                return _answer(line, until)
        except TimeoutError as error:
            raise ScannerError(_("扫描服务在 %(seconds)s 秒内没有答复") % {"seconds": f"{self.seconds:g}"}) from error
        except (BrokenPipeError, ConnectionResetError) as error:
            raise ScannerError(_("扫描服务中途断开，文件可能大于它所收的上限（clamd 的 StreamMaxLength）")) from error
        except OSError as error:
            raise ScannerError(_("连不上扫描服务（%(reason)s）") % {"reason": type(error).__name__}) from error

    def _connected(self) -> socket.socket:
        parts = urlsplit(self.address)
        if parts.scheme == "tcp":
            return socket.create_connection((str(parts.hostname), parts.port or 0), timeout=CONNECT_SECONDS)
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(CONNECT_SECONDS)
        try:
            line.connect(parts.path)
        except BaseException:
            line.close()
            raise
        return line


def _send(line: socket.socket, source: IO[bytes], until: float) -> None:
    """Send a stream in pieces; stops where clamd answers or hangs up before the end."""
    while piece := source.read(PIECE):
        line.settimeout(_left(until))
        try:
            line.sendall(struct.pack("!L", len(piece)) + piece)
        except (BrokenPipeError, ConnectionResetError):
            return
        if select.select([line], [], [], 0)[0]:
            return
    line.sendall(struct.pack("!L", 0))


def _answer(line: socket.socket, until: float) -> str:
    said = b""
    while not said.endswith(b"\0"):
        line.settimeout(_left(until))
        piece = line.recv(LONGEST_ANSWER)
        said += piece
        if not piece or len(said) > LONGEST_ANSWER:
            raise ScannerError(_("扫描服务没有答完就断开了"))
    return said.rstrip(b"\0").decode("utf-8", "replace").strip()


def _left(until: float) -> float:
    seconds = until - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds


def _moment(text: str | None) -> datetime.datetime | None:
    try:
        return datetime.datetime.strptime(text or "", MOMENT).replace(tzinfo=datetime.UTC)
    except ValueError:
        return None
