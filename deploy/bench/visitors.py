"""Visitors who ask one page after the other on kept connections, as cheaply as Python can."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from deploy.bench.results import NotMeasured

SECONDS = 30
CHUNK = 262_144

Connect = Callable[[], socket.socket]


@dataclass(slots=True)
class Reply:
    """One answer; ``head`` are its lines as they came."""

    status: int
    head: bytes
    body: bytes

    def header(self, name: bytes) -> bytes:
        """The value of a line, its name spelt as servers spell it; empty where there is none."""
        _before, found, rest = self.head.partition(b"\r\n" + name + b": ")
        return rest.partition(b"\r\n")[0] if found else b""


def to_port(port: int) -> Connect:
    """Connects to a port of this machine."""

    def connect() -> socket.socket:
        made = socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made

    return connect


def to_socket(path: Path) -> Connect:
    """Connects to a unix socket."""

    def connect() -> socket.socket:
        made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        made.settimeout(SECONDS)
        made.connect(str(path))
        return made

    return connect


class Visitor:
    """One connection, opened again when the server closed it."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._socket: socket.socket | None = None

    def get(self, host: str, path: str) -> Reply:
        """One GET without encodings. Raises OSError when nobody answers."""
        for is_second in (False, True):
            try:
                if self._socket is None:
                    self._socket = self._connect()
                self._socket.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
                return self._read(self._socket)
            except (ConnectionError, BrokenPipeError):
                self.close()
                if is_second:
                    raise
        raise AssertionError("The second attempt returns or raises.")

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _read(self, connection: socket.socket) -> Reply:
        received = b""
        while (end := received.find(b"\r\n\r\n")) < 0:
            more = connection.recv(CHUNK)
            if not more:
                raise ConnectionResetError("closed before the answer")
            received += more
        head = received[:end]
        reply = Reply(int(head[9:12]), head, b"")
        length = reply.header(b"Content-Length")
        if not length and reply.status not in (204, 304):
            raise NotMeasured("应答没有 Content-Length，无法计时")
        missing = int(length or 0) - (len(received) - end - 4)
        parts = [received[end + 4 :]]
        while missing > 0:
            more = connection.recv(CHUNK)
            if not more:
                raise ConnectionResetError("closed within the answer")
            parts.append(more)
            missing -= len(more)
        if reply.header(b"Connection") == b"close":
            self.close()
        reply.body = b"".join(parts)
        return reply


@dataclass
class Crowd:
    """What several visitors got in a block of time."""

    answers: int = 0
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return self.answers / self.seconds


Judge = Callable[[int, Reply, float], str]
"""Takes which question it was, the reply, when it was asked (monotonic); returns a fault or nothing."""


def visit(
    connect: Connect,
    questions: list[tuple[str, str]],
    order: Callable[[int], Iterator[int]],
    *,
    threads: int,
    seconds: float,
    judge: Judge,
) -> Crowd:
    """Ask in a closed loop for a time: every visitor sends the next question when it has the answer before.

    ``order(number)`` gives the visitor of this number the endless order of its questions.
    """
    crowd = Crowd()
    lock = threading.Lock()
    errors: list[BaseException] = []
    began = time.monotonic()

    def one(number: int) -> None:
        visitor = Visitor(connect)
        count, faults = 0, []
        try:
            for index in order(number):
                asked = time.monotonic()
                if asked - began > seconds:
                    break
                fault = judge(index, visitor.get(*questions[index]), asked)
                count += 1
                if fault:
                    faults.append(fault)
        except Exception as error:  # noqa: BLE001  told by the caller's thread
            errors.append(error)
        finally:
            visitor.close()
        with lock:
            crowd.answers += count
            crowd.faults += faults

    visitors = [threading.Thread(target=one, args=(number,)) for number in range(threads)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    crowd.seconds = time.monotonic() - began
    if errors:
        raise errors[0]
    return crowd
