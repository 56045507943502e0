"""Tests of starting, restarting and stopping parts."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from deploy.launcher import processes
from deploy.launcher.console import Console
from deploy.launcher.paths import StateDirectory
from deploy.launcher.supervisor import Supervisor, end_leftovers
from tests.deploy.launcher.conftest import python_part


def test_a_started_part_is_on_and_recorded(supervisor: Supervisor) -> None:
    supervisor.add(python_part("worker"))

    supervisor.start("worker")

    status = supervisor.status()["worker"]
    mark = processes.read_pid_file(supervisor.pid_file_of("worker"))
    assert status["state"] == "on"
    assert mark is not None
    assert mark.pid == status["pid"]


def test_a_stopped_part_is_off_and_stays_off(supervisor: Supervisor) -> None:
    supervisor.add(python_part("worker"))
    supervisor.start("worker")

    supervisor.stop("worker")
    supervisor.tick()

    assert supervisor.status()["worker"]["state"] == "off"
    assert not supervisor.pid_file_of("worker").exists()


def test_a_crashed_part_is_shown_and_started_again(supervisor: Supervisor, capsys: pytest.CaptureFixture[str]) -> None:
    supervisor.add(python_part("worker"))
    supervisor.start("worker")
    first = int(str(supervisor.status()["worker"]["pid"]))
    os.kill(first, signal.SIGKILL)
    deadline = time.monotonic() + 5
    while supervisor.status()["worker"]["state"] != "crashed" and time.monotonic() < deadline:
        supervisor.tick()
        time.sleep(0.02)
    assert supervisor.status()["worker"]["state"] == "crashed"
    assert "worker 意外退出（代码 -9）" in capsys.readouterr().out

    while not supervisor.is_on("worker") and time.monotonic() < deadline:
        supervisor.tick()
        time.sleep(0.02)

    status = supervisor.status()["worker"]
    assert (status["state"], status["restarts"]) == ("on", 1)
    assert status["pid"] != first


def test_later_stages_are_stopped_first(supervisor: Supervisor, tmp_path: Path) -> None:
    order = tmp_path / "order"
    program = (
        "import pathlib, signal, sys, time\n"
        "def end(number, frame):\n"
        f"    pathlib.Path({str(order)!r}).open('a').write(sys.argv[1] + ' ')\n"
        "    sys.exit()\n"
        "signal.signal(signal.SIGTERM, end)\n"
        f"pathlib.Path({str(tmp_path)!r}, sys.argv[1]).touch()\n"
        "time.sleep(120)"
    )
    for name, stage in (("database", 0), ("web", 2), ("proxy", 3)):
        supervisor.add(python_part(name, program, stage=stage))
        supervisor.start(name)
        while not (tmp_path / name).exists():
            time.sleep(0.02)

    supervisor.stop_all()

    assert order.read_text().split() == ["proxy", "web", "database"]


def test_a_part_that_ignores_the_signal_is_ended_when_its_patience_is_over(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    ready = tmp_path / "ready"
    program = (
        "import pathlib, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        f"pathlib.Path({str(ready)!r}).touch(); time.sleep(120)"
    )
    supervisor.add(python_part("stubborn", program, patience=0.5))
    supervisor.start("stubborn")
    while not ready.exists():
        time.sleep(0.02)
    mark = processes.read_pid_file(supervisor.pid_file_of("stubborn"))
    assert mark is not None

    began = time.monotonic()
    supervisor.stop("stubborn")

    assert time.monotonic() - began < 4
    assert not processes.is_alive(mark)


def test_what_a_killed_launcher_left_is_ended(
    supervisor: Supervisor, state: StateDirectory, capsys: pytest.CaptureFixture[str]
) -> None:
    supervisor.add(python_part("worker"))
    supervisor.start("worker")
    mark = processes.read_pid_file(supervisor.pid_file_of("worker"))
    assert mark is not None

    end_leftovers(state, console=Console(), stop_signals={})

    assert not processes.is_alive(mark)
    assert "已清理上次遗留的进程：worker" in capsys.readouterr().out


def test_an_absent_part_tells_why(supervisor: Supervisor) -> None:
    supervisor.absent["redis"] = "没有 redis-server"

    assert supervisor.status() == {"redis": {"state": "off", "why": "没有 redis-server"}}
