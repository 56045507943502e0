"""Tests of process fingerprints, pid files and leftovers."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deploy.launcher import processes
from deploy.launcher.processes import Fingerprint

Sleeper = Callable[..., subprocess.Popen[bytes]]
linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="process groups are read from /proc")


def test_a_running_process_is_known_again_from_its_pid_file(tmp_path: Path, sleeper: Sleeper) -> None:
    child = sleeper()
    processes.write_pid_file(tmp_path / "part.json", processes.fingerprint(child.pid, needle="sleeper-mark"))

    mark = processes.read_pid_file(tmp_path / "part.json")

    assert mark is not None
    assert mark.pid == child.pid
    assert processes.is_alive(mark)


def test_a_pid_file_is_readable_by_its_owner_only(tmp_path: Path, sleeper: Sleeper) -> None:
    path = tmp_path / "part.json"
    processes.write_pid_file(path, processes.fingerprint(sleeper().pid, needle=""))

    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "change",
    [{"started": "1"}, {"boot": "another-boot"}, {"needle": "another-program"}],
    ids=["start", "boot", "words"],
)
def test_a_stranger_with_the_same_number_is_left_alone(
    tmp_path: Path, sleeper: Sleeper, change: dict[str, Any]
) -> None:
    child = sleeper()
    mark = dataclasses.replace(processes.fingerprint(child.pid, needle="sleeper-mark"), **change)
    path = tmp_path / "part.json"
    processes.write_pid_file(path, mark)

    outcome = processes.end_leftover(path, patience=1)

    assert outcome == "gone"
    assert child.poll() is None
    assert not path.exists()


def test_a_leftover_is_ended_with_its_pid_file(tmp_path: Path, sleeper: Sleeper) -> None:
    child = sleeper()
    path = tmp_path / "part.json"
    processes.write_pid_file(path, processes.fingerprint(child.pid, needle="sleeper-mark"))

    outcome = processes.end_leftover(path)

    assert outcome == "ended"
    assert child.wait(timeout=5) == -signal.SIGTERM
    assert not path.exists()


def test_a_leftover_that_ignores_the_signal_is_ended_all_the_same(tmp_path: Path, sleeper: Sleeper) -> None:
    ready = tmp_path / "ready"
    child = sleeper(
        f"import signal, time, pathlib; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        f"pathlib.Path({str(ready)!r}).touch(); time.sleep(120)"
    )
    while not ready.exists():
        time.sleep(0.02)
    path = tmp_path / "part.json"
    processes.write_pid_file(path, processes.fingerprint(child.pid, needle="sleeper-mark"))

    assert processes.end_leftover(path, patience=0.3) == "ended"
    assert child.wait(timeout=5) == -signal.SIGKILL


@linux_only
def test_members_of_a_group_whose_leader_is_gone_are_ended(tmp_path: Path, sleeper: Sleeper) -> None:
    member_file = tmp_path / "member"
    leader = sleeper(
        "import subprocess, sys, time, pathlib;"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(120)']);"
        f"pathlib.Path({str(member_file)!r}).write_text(str(child.pid)); time.sleep(120)"
    )
    while not member_file.exists() or not member_file.read_text():
        time.sleep(0.02)
    member = int(member_file.read_text())
    path = tmp_path / "part.json"
    processes.write_pid_file(path, processes.fingerprint(leader.pid, needle="sleeper-mark"))
    leader.kill()
    leader.wait()
    assert processes.start_time(member)

    assert processes.end_leftover(path) == "ended"

    deadline = time.monotonic() + 5
    while processes.start_time(member) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not processes.start_time(member)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": "x"}'])
def test_a_damaged_pid_file_names_no_process(tmp_path: Path, text: str) -> None:
    path = tmp_path / "part.json"
    path.write_text(text)

    assert processes.read_pid_file(path) is None
    assert processes.end_leftover(path) == "gone"
    assert not path.exists()


def test_an_ended_process_is_not_alive(sleeper: Sleeper) -> None:
    child = sleeper()
    mark = processes.fingerprint(child.pid, needle="sleeper-mark")
    child.kill()
    child.wait()

    assert not processes.is_alive(mark)
    assert not processes.is_alive(Fingerprint(pid=child.pid, started="", boot=mark.boot, needle=""))


@linux_only
def test_children_end_when_their_launcher_is_killed(tmp_path: Path) -> None:
    child_file = tmp_path / "child"
    launcher = subprocess.Popen(
        [
            sys.executable,
            "-c",
            (
                "import os, pathlib, sys, time\n"
                "from deploy.launcher.processes import spawn\n"
                "child = spawn([sys.executable, '-c', 'import time; time.sleep(120)'], log=None,\n"
                "    environment=dict(os.environ), directory=pathlib.Path('.'))\n"
                f"pathlib.Path({str(child_file)!r}).write_text(str(child.pid))\n"
                "time.sleep(120)\n"
            ),
        ],
        cwd=Path(__file__).resolve().parents[3],
    )
    while not child_file.exists() or not child_file.read_text():
        assert launcher.poll() is None
        time.sleep(0.02)
    child = int(child_file.read_text())
    os.kill(launcher.pid, signal.SIGKILL)
    launcher.wait()

    deadline = time.monotonic() + 5
    while processes.start_time(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not processes.start_time(child)
