"""Fixtures of the launcher's tests: real processes, real sockets, a state directory of their own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.launcher import processes
from deploy.launcher.console import Console
from deploy.launcher.paths import StateDirectory
from deploy.launcher.supervisor import Part, Supervisor
from tests.deploy.launcher.proxied import running

SLEEPER = "import time; time.sleep(120)"


@pytest.fixture
def state() -> Iterator[StateDirectory]:
    """A state directory with a path short enough for sockets, which pytest's own are not always."""
    folder = Path(tempfile.mkdtemp(prefix="gs-"))
    state = StateDirectory(folder)
    state.prepare()
    yield state
    shutil.rmtree(folder)


@pytest.fixture
def proxy(state: StateDirectory) -> Iterator[int]:
    """The port of a real nginx before a small application."""
    with running(state) as port:
        yield port


@pytest.fixture
def supervisor(state: StateDirectory) -> Iterator[Supervisor]:
    """A supervisor whose children are stopped at the end."""
    supervisor = Supervisor(state=state, console=Console())
    yield supervisor
    supervisor.stop_all()


@pytest.fixture
def sleeper() -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts processes in groups of their own that wait for a signal."""
    started: list[subprocess.Popen[bytes]] = []

    def start(program: str = SLEEPER) -> subprocess.Popen[bytes]:
        child = subprocess.Popen([sys.executable, "-c", program, "sleeper-mark"], process_group=0)
        started.append(child)
        while not processes.command_line(child.pid):  # for a moment after the start the system shows none
            assert child.poll() is None
        return child

    yield start
    for child in started:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def python_part(name: str, program: str = SLEEPER, *, stage: int = 1, patience: float = 5) -> Part:
    """A part that runs a few words of Python."""
    return Part(
        name=name,
        command=[sys.executable, "-c", program, name],
        environment=lambda: dict(os.environ),
        needle=name,
        stage=stage,
        patience=patience,
    )
