"""The scanner's protocol: with the real clamd, with a peer that misbehaves."""

from __future__ import annotations

import io
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sites.media.clamd import Clamd, ScannerError, ScannerTooSmall
from tests.factories import uploads

SOUND = {"text": "附件内容".encode(), "zip": uploads.packed({"a.txt": b"a"}), "pdf": uploads.pdf(b"text")}
HIDDEN = {
    "plain": uploads.eicar(),
    "zip": uploads.packed({"a.txt": uploads.eicar()}),
    "docx": uploads.docx(**{"media/a.bin": uploads.eicar()}),
    "zip in a zip": uploads.packed({"b.zip": uploads.packed({"a.txt": uploads.eicar()})}),
    "pdf": uploads.pdf(uploads.eicar()),
}


def read(line: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count and (piece := line.recv(count - len(data))):
        data += piece
    return data


def read_stream(line: socket.socket) -> bytes:
    """What a client streams after its command, by the protocol's lengths."""
    assert read(line, len(b"zINSTREAM\0")) == b"zINSTREAM\0"
    data = b""
    while length := struct.unpack("!L", read(line, 4))[0]:
        data += read(line, length)
    return data


Peer = Callable[[Callable[[socket.socket], None]], Clamd]


@pytest.fixture
def peer() -> Iterator[Peer]:
    """``peer(behave)``: a client of a server that behaves so towards its one connection."""
    servers, threads = [], []

    def make(behave: Callable[[socket.socket], None]) -> Clamd:
        server = socket.create_server(("127.0.0.1", 0))

        def serve() -> None:
            line, _address = server.accept()
            with line:
                behave(line)

        thread = threading.Thread(target=serve)
        thread.start()
        servers.append(server)
        threads.append(thread)
        return Clamd(f"tcp://127.0.0.1:{server.getsockname()[1]}", 0.5)

    yield make
    for thread in threads:
        thread.join()
    for server in servers:
        server.close()


@pytest.mark.parametrize("kind", SOUND)
def test_clamd_calls_a_sound_file_clean(clamd_address: str, kind: str) -> None:
    assert Clamd(clamd_address, 10).find(io.BytesIO(SOUND[kind])) == ""


@pytest.mark.parametrize("kind", HIDDEN)
def test_clamd_names_what_it_finds_wherever_it_hides(clamd_address: str, kind: str) -> None:
    assert "Eicar" in Clamd(clamd_address, 10).find(io.BytesIO(HIDDEN[kind]))


def test_clamd_says_what_it_is(clamd_address: str) -> None:
    engine = Clamd(clamd_address, 10).engine()
    assert engine.name.startswith("ClamAV 1.")


def test_a_daily_database_is_told_by_number_and_date(peer: Peer) -> None:
    held = peer(lambda line: line.sendall(b"ClamAV 1.4.6/27820/Wed Nov 25 08:31:05 2026\0")).engine()
    assert (str(held), held.made_at and held.made_at.isoformat()) == ("ClamAV 1.4.6/27820", "2026-11-25T08:31:05+00:00")


def test_a_stream_arrives_whole_in_the_pieces_of_the_protocol(peer: Peer) -> None:
    arrived: list[bytes] = []

    def behave(line: socket.socket) -> None:
        arrived.append(read_stream(line))
        line.sendall(b"stream: OK\0")

    data = bytes(range(256)) * 3000
    assert peer(behave).find(io.BytesIO(data)) == ""
    assert arrived == [data]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"stream: Can't allocate memory ERROR\0", "Can't allocate memory"),
        (b"UNKNOWN COMMAND\0", "UNKNOWN COMMAND"),
        (b"", "没有答完就断开"),
        (b"stream: OK", "没有答完就断开"),
        (b"x" * 5000, "没有答完就断开"),
    ],
)
def test_whatever_is_not_a_verdict_is_an_error(peer: Peer, answer: bytes, words: str) -> None:
    def behave(line: socket.socket) -> None:
        read_stream(line)
        line.sendall(answer)

    with pytest.raises(ScannerError, match=words):
        peer(behave).find(io.BytesIO(b"data"))


def test_a_file_above_the_scanners_limit_is_told_as_such(peer: Peer) -> None:
    def behave(line: socket.socket) -> None:
        line.recv(64)
        line.sendall(b"INSTREAM size limit exceeded. ERROR\0")
        line.shutdown(socket.SHUT_WR)
        while line.recv(65536):
            pass

    with pytest.raises(ScannerTooSmall, match="StreamMaxLength"):
        peer(behave).find(io.BytesIO(bytes(20_000_000)))


def test_a_scanner_that_hangs_up_or_hangs_is_an_error(peer: Peer) -> None:
    def hang_up(line: socket.socket) -> None:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with pytest.raises(ScannerError, match="断开"):
        peer(hang_up).find(io.BytesIO(bytes(20_000_000)))

    def hang(line: socket.socket) -> None:
        read_stream(line)
        line.recv(1)

    with pytest.raises(ScannerError, match="没有答复"):
        peer(hang).find(io.BytesIO(b"data"))


def test_nobody_there_is_an_error(tmp_path: Any) -> None:
    for address in ("tcp://127.0.0.1:9", f"unix://{tmp_path}/none.ctl"):
        with pytest.raises(ScannerError, match="连不上扫描服务"):
            Clamd(address, 1).find(io.BytesIO(b"data"))


def test_a_unix_socket_serves_as_well(tmp_path: Any) -> None:
    path = tmp_path / "clamd.ctl"
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as server:
        server.bind(str(path))
        server.listen()

        def serve() -> None:
            line, _address = server.accept()
            with line:
                read_stream(line)
                line.sendall(b"stream: Worm.Test FOUND\0")

        thread = threading.Thread(target=serve)
        thread.start()
        assert Clamd(f"unix://{path}", 5).find(io.BytesIO(b"data")) == "Worm.Test"
        thread.join()


@pytest.mark.parametrize("address", ["", "127.0.0.1:3310", "tcp://127.0.0.1", "http://a:1", "unix://run/clamd.ctl"])
def test_an_address_of_another_form_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="is neither"):
        Clamd(address, 1)
