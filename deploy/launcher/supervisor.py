"""Keeps the parts of a demo running: start, restart with back-off, stop in order."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from deploy.launcher import processes
from deploy.launcher.console import Console
from deploy.launcher.paths import ROOT, StateDirectory

SECONDS_TO_STOP = 18.0
LONGEST_BACK_OFF = 30.0
STEADY_AFTER = 60.0
"""A part that ran this long starts again with the shortest wait."""


@dataclass(frozen=True)
class Part:
    """How one process is started, told apart and stopped."""

    name: str
    command: Sequence[str]
    environment: Callable[[], Mapping[str, str]]
    needle: str
    stage: int
    """Parts of a higher stage are stopped first."""
    wait_ready: Callable[[subprocess.Popen[bytes]], None] = lambda child: None
    before: Callable[[], None] = lambda: None
    user: str | None = None
    stop_signal: int = signal.SIGTERM
    patience: float = 8.0
    directory: Path = ROOT


@dataclass
class _Running:
    child: subprocess.Popen[bytes]
    since: float
    restarts: int = 0
    again_at: float | None = None
    """When a crashed part is started again."""


@dataclass
class Supervisor:
    """Owns the children of one demo. Only the main thread may use it (see processes.spawn)."""

    state: StateDirectory
    console: Console
    parts: dict[str, Part] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)
    """Parts that are not run here, with the reason."""
    _running: dict[str, _Running] = field(default_factory=dict)

    def add(self, part: Part) -> None:
        """Make a part known; it is not started."""
        self.parts[part.name] = part
        self.absent.pop(part.name, None)

    def log_of(self, name: str) -> Path:
        """Where a part's output goes."""
        return self.state.logs / f"{name}.log"

    def pid_file_of(self, name: str) -> Path:
        """Where a part's process is recorded for the next launcher."""
        return self.state.pids / f"{name}.json"

    def launch(self, name: str) -> subprocess.Popen[bytes]:
        """Start a part without waiting for it."""
        part = self.parts[name]
        part.before()
        child = processes.spawn(
            part.command,
            log=self.log_of(name),
            environment=part.environment(),
            directory=part.directory,
            user=part.user,
            death_signal=part.stop_signal,
        )
        processes.write_pid_file(self.pid_file_of(name), processes.fingerprint(child.pid, needle=part.needle))
        earlier = self._running.get(name)
        self._running[name] = _Running(child, time.monotonic(), restarts=earlier.restarts if earlier else 0)
        return child

    def wait_ready(self, name: str) -> None:
        """Wait until a started part does its work. Raises LauncherError when it does not."""
        self.parts[name].wait_ready(self._running[name].child)

    def start(self, name: str) -> None:
        """Start a part and wait until it does its work; nothing happens when it runs."""
        if not self.is_on(name):
            self.launch(name)
            self.wait_ready(name)

    def stop(self, *names: str, within: float | None = None) -> None:
        """Stop parts, all at the same time, and wait for them."""
        running = [(self.parts[name], self._running.pop(name)) for name in names if name in self._running]
        for part, entry in running:
            if entry.child.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(entry.child.pid, part.stop_signal)
        began = time.monotonic()
        for part, entry in running:
            patience = part.patience if within is None else min(part.patience, within)
            left = patience - (time.monotonic() - began)
            with contextlib.suppress(subprocess.TimeoutExpired):
                entry.child.wait(timeout=max(left, 0.1))
            processes.stop(entry.child, stop_signal=part.stop_signal, patience=0)
            self.pid_file_of(part.name).unlink(missing_ok=True)

    def stop_all(self) -> None:
        """Stop everything, later stages first, within the time that is promised."""
        deadline = time.monotonic() + SECONDS_TO_STOP
        for stage in sorted({part.stage for part in self.parts.values()}, reverse=True):
            names = [part.name for part in self.parts.values() if part.stage == stage]
            self.stop(*names, within=max(deadline - time.monotonic(), 1.0))

    def is_on(self, name: str) -> bool:
        """Tell whether a part's process runs."""
        entry = self._running.get(name)
        return entry is not None and entry.child.poll() is None

    def tick(self) -> None:
        """Look after the children: note what ended by itself, start it again after a wait that grows."""
        for name, entry in list(self._running.items()):
            now = time.monotonic()
            if entry.again_at is None:
                code = entry.child.poll()
                if code is None:
                    continue
                processes.stop(entry.child, patience=0)
                if now - entry.since > STEADY_AFTER:
                    entry.restarts = 0
                wait = min(2.0**entry.restarts, LONGEST_BACK_OFF)
                entry.restarts += 1
                entry.again_at = now + wait
                self.console.step(f"{name} 意外退出（代码 {code}），{wait:.0f} 秒后重新启动。日志：{self.log_of(name)}")
            elif now >= entry.again_at:
                self.launch(name)
                self.console.step(f"{name} 已重新启动")

    def status(self) -> dict[str, dict[str, object]]:
        """Each part: on, off or crashed, with process number, restarts and reason."""
        answer: dict[str, dict[str, object]] = {}
        for name in self.parts:
            entry = self._running.get(name)
            if entry is None:
                answer[name] = {"state": "off", "why": "已按要求停止"}
            elif entry.again_at is not None:
                answer[name] = {"state": "crashed", "restarts": entry.restarts, "why": f"详见 {self.log_of(name)}"}
            else:
                answer[name] = {"state": "on", "pid": entry.child.pid, "restarts": entry.restarts, "why": ""}
        for name, why in self.absent.items():
            answer[name] = {"state": "off", "why": why}
        return answer


def end_leftovers(state: StateDirectory, *, console: Console, stop_signals: Mapping[str, int]) -> None:
    """End what a launcher that was killed left running."""
    files = sorted(state.pids.glob("*.json"), key=lambda path: path.stem == "postgres") if state.pids.is_dir() else []
    for path in files:
        if path.stem == "launcher":
            continue
        outcome = processes.end_leftover(path, stop_signal=stop_signals.get(path.stem, signal.SIGTERM))
        if outcome == "ended":
            console.step(f"已清理上次遗留的进程：{path.stem}")
