"""The scanner of the demo as the launcher writes it down."""

from __future__ import annotations

from pathlib import Path

from deploy.launcher.clamd import SIGNATURES, Clamd
from tests.factories import uploads


def test_the_scanner_listens_on_this_machine_alone_and_knows_the_test_file(tmp_path: Path) -> None:
    server = Clamd(program=Path("/usr/sbin/clamd"), directory=tmp_path / "clamd", port=3311, user=None)
    server.configure()
    server.configure()
    lines = (tmp_path / "clamd" / "clamd.conf").read_text().splitlines()
    assert {"TCPAddr 127.0.0.1", "TCPSocket 3311", "Foreground yes", "AlertExceedsMax yes"} <= set(lines)
    assert (tmp_path / "clamd" / "signatures" / "test.hdb").read_text() == SIGNATURES
    assert SIGNATURES.split(":")[1] == str(len(uploads.eicar()))
    assert (tmp_path / "clamd").stat().st_mode & 0o077 == 0
    assert server.address == "tcp://127.0.0.1:3311"


def test_nobody_there_does_not_answer(tmp_path: Path) -> None:
    assert not Clamd(program=Path("/usr/sbin/clamd"), directory=tmp_path, port=9, user=None).answers()
