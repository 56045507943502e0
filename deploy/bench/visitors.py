"""Visitors who ask one page after the other on kept connections, as cheaply as Python can."""

from __future__ import annotations

import contextlib
import select
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from deploy.bench.results import NotMeasured

SECONDS = 30
CHUNK = 262_144
HEAD_END = b"\r\n\r\n"
WITHOUT_BODY = (204, 304)

Connect = Callable[[], socket.socket]


@dataclass(slots=True)
class Reply:
    """One answer; ``head`` are its lines as they came, ``received`` is the whole of it."""

    status: int
    head: bytes
    received: bytes = b""

    def header(self, name: bytes) -> bytes:
        """The value of a line, its name spelt as servers spell it; empty where there is none."""
        _before, found, rest = self.head.partition(b"\r\n" + name + b": ")
        return rest.partition(b"\r\n")[0] if found else b""

    @property
    def body(self) -> bytes:
        """What stands behind the head. A copy: most judges look at the head alone."""
        return self.received[len(self.head) + len(HEAD_END) :]


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


def question(host: str, path: str) -> bytes:
    """A GET without encodings, as it is sent."""
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()


class Visitor:
    """One connection, opened again when the server closed it, with the question that is open on it."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._socket: socket.socket | None = None
        self._question = self._received = b""
        self._is_repeated = False
        self._reply: Reply | None = None
        self._length = 0

    def get(self, host: str, path: str) -> Reply:
        """One question with its reply. Raises OSError when nobody answers."""
        self.ask(question(host, path))
        while (reply := self.hear()) is None:
            pass
        return reply

    def ask(self, asked: bytes) -> None:
        """Send a question; ``hear`` until its reply is whole."""
        self._question, self._is_repeated = asked, False
        try:
            self._send()
        except ConnectionError as error:
            self._repeat(error)

    def hear(self) -> Reply | None:
        """Take what arrived; returns the reply once it is whole.

        A server may close a kept connection at any time: the question is then asked once more. Raises OSError when
        nobody answers that either, NotMeasured when the reply does not say how long it is.
        """
        try:
            reply = self._take(self._opened().recv(CHUNK))
        except ConnectionError as error:
            self._repeat(error)
            return None
        if reply is not None and reply.header(b"Connection") == b"close":
            self.close()
        return reply

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _opened(self) -> socket.socket:
        if self._socket is None:
            self._socket = self._connect()
        return self._socket

    def _send(self) -> None:
        self._received, self._reply = b"", None
        self._opened().sendall(self._question)

    def _repeat(self, error: ConnectionError) -> None:
        self.close()
        if self._is_repeated:
            raise error
        self._is_repeated = True
        self._send()

    def _take(self, more: bytes) -> Reply | None:
        if not more:
            raise ConnectionResetError("closed before the end of the answer")
        received = self._received = self._received + more if self._received else more
        reply = self._reply
        if reply is None:
            end = received.find(HEAD_END)
            if end < 0:
                return None
            reply = self._reply = Reply(int(received[9:12]), received[:end])
            self._length = end + len(HEAD_END) + length_of(reply)
        if len(received) < self._length:
            return None
        reply.received = received
        return reply


def length_of(reply: Reply) -> int:
    """How many bytes stand behind the head. Raises NotMeasured when it does not say."""
    if reply.status in WITHOUT_BODY:
        return 0
    length = reply.header(b"Content-Length")
    if not length:
        raise NotMeasured("应答没有 Content-Length，无法计时")
    return int(length)


@dataclass
class Crowd:
    """What several visitors got in a block of time."""

    answers: int = 0
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return self.answers / self.seconds


@dataclass(slots=True)
class Guest:
    """A visitor of a crowd: the order of its questions, the open one, when it was asked (monotonic)."""

    visitor: Visitor
    order: Iterator[int]
    index: int = 0
    asked: float = 0.0

    def ask_next(self, questions: list[bytes]) -> None:
        self.index = next(self.order)
        self.asked = time.monotonic()
        self.visitor.ask(questions[self.index])


Judge = Callable[[int, Reply, float], str]
"""Takes which question it was, the reply, when it was asked (monotonic); returns a fault or nothing."""


def visit(
    connect: Connect,
    questions: list[tuple[str, str]],
    order: Callable[[int], Iterator[int]],
    *,
    visitors: int,
    seconds: float,
    judge: Judge,
) -> Crowd:
    """Ask in a closed loop for a time: every visitor sends the next question when it has the answer before.

    One thread looks after all of them: threads would pass the interpreter around, which takes longer than the servers
    that are measured. ``order(number)`` gives the visitor of this number the endless order of its questions.
    """
    crowd = Crowd()
    sent = [question(host, path) for host, path in questions]
    with contextlib.ExitStack() as opened:
        arrivals = opened.enter_context(contextlib.closing(select.epoll()))
        by_number: dict[int, Guest] = {}
        guests = [_guest(connect, order(number), arrivals, by_number) for number in range(visitors)]
        for guest in guests:
            opened.callback(guest.visitor.close)
        began = time.monotonic()
        for guest in guests:
            guest.ask_next(sent)
        while guests:
            ready = arrivals.poll(SECONDS)
            if not ready:
                raise TimeoutError(f"No answer for {SECONDS} seconds.")
            for number, _event in ready:
                guest = by_number[number]
                reply = guest.visitor.hear()
                if reply is None:
                    continue
                crowd.answers += 1
                fault = judge(guest.index, reply, guest.asked)
                if fault:
                    crowd.faults.append(fault)
                if time.monotonic() - began <= seconds:
                    guest.ask_next(sent)
                else:
                    guest.visitor.close()
                    guests.remove(guest)
        crowd.seconds = time.monotonic() - began
    return crowd


def _guest(connect: Connect, order: Iterator[int], arrivals: select.epoll, by_number: dict[int, Guest]) -> Guest:
    """A guest whose connection is watched, each time it is opened; it leaves the watch when it is closed."""

    def watched() -> socket.socket:
        made = connect()
        made.setblocking(False)
        arrivals.register(made, select.EPOLLIN)
        by_number[made.fileno()] = guest
        return made

    guest = Guest(Visitor(watched), order)
    return guest
