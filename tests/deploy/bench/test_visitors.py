"""Visitors of the measurements, before a server whose every answer is written down."""

from __future__ import annotations

import contextlib
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from itertools import count, repeat
from pathlib import Path
from time import sleep

import pytest

from deploy.bench import visitors
from deploy.bench.results import NotMeasured
from deploy.bench.visitors import Connect, Crowd, Reply, Visitor, to_port, to_socket, visit

Answer = Callable[[str, int, socket.socket], bool]
"""Takes a path, how many questions there were before on this connection, where to write; whether it stays open."""

QUESTIONS = [("first", "/0/"), ("second", "/1/"), ("third", "/2/")]


def whole(path: str, body: bytes = b"", *, lines: str = "") -> bytes:
    """An answer that tells the path."""
    body = body or path.encode()
    return f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n{lines}\r\n".encode() + body


class Server:
    """Answers each connection in a thread of its own; keeps what it was asked."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._folder = tempfile.TemporaryDirectory(prefix="gs-")
        self._place = Path(self._folder.name) / "server.sock"
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self._place))
        self._listener.listen(16)
        self._threads: list[threading.Thread] = []
        self.connections = 0
        self.asked: list[str] = []
        self.ends = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def connect(self) -> Connect:
        return to_socket(self._place)

    def close(self) -> None:
        self.ends.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(10)
        self._folder.cleanup()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                made, _ = self._listener.accept()
                self.connections += 1
                thread = threading.Thread(target=self._serve, args=(made,))
                self._threads.append(thread)
                thread.start()

    def _serve(self, made: socket.socket) -> None:
        with made, contextlib.suppress(ConnectionError):
            for number in count():
                received = b""
                while not received.endswith(b"\r\n\r\n"):
                    more = made.recv(4096)
                    if not more:
                        return
                    received += more
                path = received.split(b" ")[1].decode()
                self.asked.append(path)
                if not self._answer(path, number, made):
                    return


@pytest.fixture
def serve() -> Iterator[Callable[[Answer], Server]]:
    """``serve(answer)`` starts a server that is gone after the test."""
    with contextlib.ExitStack() as opened:

        def start(answer: Answer) -> Server:
            server = Server(answer)
            opened.callback(server.close)
            return server

        yield start


def in_turn(number: int) -> Iterator[int]:
    """The questions one after the other, each visitor beginning with another."""
    return ((number + step) % len(QUESTIONS) for step in count())


def crowd_at(connect: Connect, *, seconds: float = 0.2, guests: int = 3) -> tuple[Crowd, list[tuple[int, Reply]]]:
    """A crowd with every reply that its judge saw."""
    seen: list[tuple[int, Reply]] = []

    def judge(index: int, reply: Reply, asked: float) -> str:
        seen.append((index, reply))
        return "" if reply.status == 200 else str(reply.status)

    return visit(connect, QUESTIONS, in_turn, visitors=guests, seconds=seconds, judge=judge), seen


def whole_answers(path: str, number: int, out: socket.socket) -> bool:
    out.sendall(whole(path))
    return True


Serve = Callable[[Answer], Server]


def test_every_visitor_asks_in_its_order_on_one_kept_connection(serve: Serve) -> None:
    server = serve(whole_answers)
    crowd, seen = crowd_at(server.connect)

    assert crowd.answers == len(seen) == len(server.asked) > 30
    assert server.connections == 3
    assert all(reply.body == QUESTIONS[index][1].encode() for index, reply in seen)
    assert crowd.faults == []
    assert 0.2 <= crowd.seconds < 5
    assert crowd.rate == crowd.answers / crowd.seconds


def test_the_next_question_waits_for_the_whole_answer_before(serve: Serve) -> None:
    at_a_time: list[int] = []

    def answer(path: str, number: int, out: socket.socket) -> bool:
        at_a_time.append(1)
        assert sum(at_a_time) == 1
        sleep(0.01)
        at_a_time.append(-1)
        out.sendall(whole(path))
        return True

    crowd, _seen = crowd_at(serve(answer).connect, guests=1)
    assert crowd.answers > 3


def test_answers_come_together_from_pieces(serve: Serve) -> None:
    body = b"0123456789" * 60_000

    def answer(path: str, number: int, out: socket.socket) -> bool:
        text = whole(path, body)
        for piece in (text[:7], text[7:30], text[30:-100], text[-100:]):
            out.sendall(piece)
            sleep(0.002)
        return True

    server = serve(answer)
    crowd, seen = crowd_at(server.connect, guests=2)
    assert crowd.answers > 3
    assert {reply.body for _index, reply in seen} == {body}
    single = Visitor(server.connect)
    assert single.get("first", "/0/").body == body
    single.close()


def test_a_server_that_says_it_closes_is_connected_to_anew(serve: Serve) -> None:
    def answer(path: str, number: int, out: socket.socket) -> bool:
        is_last = number == 4
        out.sendall(whole(path, lines="Connection: close\r\n" if is_last else ""))
        return not is_last

    server = serve(answer)
    crowd, _seen = crowd_at(server.connect)
    assert crowd.answers == len(server.asked) > 30
    assert crowd.answers / 5 <= server.connections <= crowd.answers / 5 + 3
    single = Visitor(server.connect)
    for _ in range(7):
        assert single.get("first", "/0/").body == b"/0/"
    single.close()


def test_a_question_that_a_closing_connection_swallowed_is_asked_once_more(serve: Serve) -> None:
    def answer(path: str, number: int, out: socket.socket) -> bool:
        if number == 4:
            out.sendall(whole(path)[:30])
            return False
        return whole_answers(path, number, out)

    server = serve(answer)
    crowd, seen = crowd_at(server.connect)
    assert crowd.answers > 30
    # The fifth question on each connection that was used up was asked again elsewhere.
    assert len(server.asked) - crowd.answers == server.connections - 3
    assert all(reply.body == QUESTIONS[index][1].encode() for index, reply in seen)
    single = Visitor(server.connect)
    for _ in range(7):
        assert single.get("first", "/0/").body == b"/0/"
    single.close()


def test_a_server_that_closes_on_the_second_attempt_too_is_told(serve: Serve) -> None:
    server = serve(lambda path, number, out: False)
    with pytest.raises(ConnectionError):
        crowd_at(server.connect, guests=1)
    assert server.asked == ["/0/", "/0/"]
    with pytest.raises(ConnectionError):
        Visitor(server.connect).get("first", "/0/")
    assert len(server.asked) == 4


def test_nobody_there_is_told() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(ConnectionRefusedError):
        crowd_at(to_port(port))
    with pytest.raises(ConnectionRefusedError):
        Visitor(to_port(port)).get("first", "/0/")


def test_an_answer_that_does_not_say_its_length_is_no_measurement(serve: Serve) -> None:
    def answer(path: str, number: int, out: socket.socket) -> bool:
        out.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        return True

    server = serve(answer)
    with pytest.raises(NotMeasured, match="Content-Length"):
        crowd_at(server.connect)
    single = Visitor(server.connect)
    with pytest.raises(NotMeasured, match="Content-Length"):
        single.get("first", "/0/")
    single.close()


@pytest.mark.parametrize("status", [204, 304])
@pytest.mark.parametrize("lines", ["", "Content-Length: 500\r\n"])
def test_an_answer_without_content_ends_with_its_head(serve: Serve, status: int, lines: str) -> None:
    def answer(path: str, number: int, out: socket.socket) -> bool:
        out.sendall(f"HTTP/1.1 {status} No\r\n{lines}\r\n".encode())
        return True

    server = serve(answer)
    crowd, seen = crowd_at(server.connect)
    assert crowd.answers > 30
    assert {(reply.status, reply.body) for _index, reply in seen} == {(status, b"")}
    assert crowd.faults == [str(status)] * crowd.answers
    single = Visitor(server.connect)
    assert single.get("first", "/0/").status == status
    single.close()


def test_a_server_that_hangs_is_told(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitors, "SECONDS", 0.3)

    def answer(path: str, number: int, out: socket.socket) -> bool:
        if path == "/2/":
            server.ends.wait(10)
            return False
        return whole_answers(path, number, out)

    server = serve(answer)
    with pytest.raises(TimeoutError):
        crowd_at(server.connect)
    single = Visitor(server.connect)
    with pytest.raises(TimeoutError):
        single.get("third", "/2/")
    single.close()


def test_what_is_asked_when_the_time_is_over_is_waited_for(serve: Serve) -> None:
    def answer(path: str, number: int, out: socket.socket) -> bool:
        sleep(0.4)
        return whole_answers(path, number, out)

    server = serve(answer)
    crowd = visit(
        server.connect, QUESTIONS, lambda number: repeat(0), visitors=2, seconds=0.1, judge=lambda *_: "a fault"
    )
    assert (crowd.answers, crowd.faults, server.asked) == (2, ["a fault"] * 2, ["/0/"] * 2)
    assert crowd.seconds >= 0.4


def test_header_lines_are_read_from_the_head() -> None:
    reply = Reply(200, b"HTTP/1.1 200 OK\r\nETag: one\r\nX-Page-Cache: HIT", b"")
    assert (reply.header(b"ETag"), reply.header(b"X-Page-Cache"), reply.header(b"Page-Cache")) == (b"one", b"HIT", b"")
