"""Child processes, their pid files, and what an earlier launcher left running."""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.launcher.errors import LauncherError
from deploy.launcher.files import read_json, write_json

PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Fingerprint:
    """What tells one process from a later one with the same number."""

    pid: int
    started: str
    boot: str
    needle: str
    """Words that the command line must contain, so that no stranger is ended."""


def _boot_id() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def _stat_fields(pid: int) -> list[str]:
    """Fields of /proc/PID/stat after the command name, which may hold spaces."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _ps(pid: int, column: str) -> str:
    return subprocess.run(
        ["ps", "-o", f"{column}=", "-p", str(pid)], check=False, capture_output=True, text=True
    ).stdout.strip()


def start_time(pid: int) -> str:
    """When the process began, in the system's own unit; empty when there is none or it is a zombie."""
    if sys.platform.startswith("linux"):
        try:
            fields = _stat_fields(pid)
        except (FileNotFoundError, ProcessLookupError):
            return ""
        return "" if fields[0] == "Z" else fields[19]
    return _ps(pid, "lstart")


def command_line(pid: int) -> str:
    """The process's command line with spaces between the words."""
    if sys.platform.startswith("linux"):
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            return ""
    return _ps(pid, "command")


def fingerprint(pid: int, *, needle: str) -> Fingerprint:
    """Describe a running process."""
    return Fingerprint(pid=pid, started=start_time(pid), boot=_boot_id(), needle=needle)


def is_alive(mark: Fingerprint) -> bool:
    """Tell whether this very process still runs, not another with its number."""
    began = start_time(mark.pid)
    return bool(began) and began == mark.started and mark.boot == _boot_id() and mark.needle in command_line(mark.pid)


def write_pid_file(path: Path, mark: Fingerprint) -> None:
    """Record a process for the next launcher."""
    write_json(path, {"pid": mark.pid, "started": mark.started, "boot": mark.boot, "needle": mark.needle})


def read_pid_file(path: Path) -> Fingerprint | None:
    """Read a recorded process; None when the file is missing or damaged."""
    value = read_json(path, default=None)
    try:
        return Fingerprint(int(value["pid"]), str(value["started"]), str(value["boot"]), str(value["needle"]))
    except (TypeError, KeyError, ValueError):
        return None


def group_members(mark: Fingerprint) -> list[int]:
    """Processes left in the process group that this process led, after its own end.

    A number is not given to a new process while a group still bears it, so a group whose leader is gone is ours; one
    whose leader lives but is not the recorded process belongs to a stranger.
    """
    if not sys.platform.startswith("linux") or mark.boot != _boot_id() or start_time(mark.pid):
        return []
    members = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError, IndexError):
            fields = _stat_fields(int(entry.name))
            if fields[0] != "Z" and int(fields[2]) == mark.pid and int(fields[19]) >= int(mark.started):
                members.append(int(entry.name))
    return members


def _wait_until(condition: Callable[[], bool], *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def wait_for_answer(
    child: subprocess.Popen[bytes], answers: Callable[[], bool], *, seconds: float, pause: float, refusal: str
) -> None:
    """Wait until a server answers. Raises LauncherError with the refusal when it ended, or took too long."""
    deadline = time.monotonic() + seconds
    while not answers():
        if child.poll() is not None or time.monotonic() > deadline:
            raise LauncherError(refusal)
        time.sleep(pause)


def end_leftover(path: Path, *, stop_signal: int = signal.SIGTERM, patience: float = 8.0) -> str:
    """End the process that a pid file names, if it is still that process. Returns what was done."""
    mark = read_pid_file(path)
    outcome = "gone"
    if mark is not None and is_alive(mark):
        outcome = "ended"
        os.kill(mark.pid, stop_signal)
        if not _wait_until(lambda: not is_alive(mark), seconds=patience):
            os.killpg(mark.pid, signal.SIGKILL)
            _wait_until(lambda: not is_alive(mark), seconds=3)
    if mark is not None:
        for member in group_members(mark):
            outcome = "ended"
            with contextlib.suppress(ProcessLookupError):
                os.kill(member, signal.SIGKILL)
    path.unlink(missing_ok=True)
    return outcome


def _child_setup(death_signal: int) -> Callable[[], None] | None:
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def ask_for_death_signal() -> None:
        # Runs after the change of user, which would clear the request. The parent may be gone already.
        libc.prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return ask_for_death_signal


def spawn(
    command: Sequence[str | Path],
    *,
    log: Path | None,
    environment: Mapping[str, str],
    directory: Path,
    user: str | None = None,
    death_signal: int = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a child in its own process group that ends when this launcher dies.

    Danger: the death signal follows the *thread* that starts the child, so only the main thread may call this.
    """
    identity: dict[str, Any] = {}
    if user is not None:
        entry = pwd.getpwnam(user)
        identity = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    output = log.open("ab") if log is not None else None
    try:
        return subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output is not None else None,
            cwd=directory,
            env=dict(environment),
            process_group=0,
            preexec_fn=_child_setup(death_signal),  # noqa: PLW1509 - the launcher has one thread
            **identity,
        )
    finally:
        if output is not None:
            output.close()


def stop(child: subprocess.Popen[bytes], *, stop_signal: int = signal.SIGTERM, patience: float = 8.0) -> None:
    """Ask a child to end, wait, then end its whole group."""
    if child.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child.pid, stop_signal)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(timeout=max(patience, 0.1))
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(timeout=3)


def run_once(
    command: Sequence[str | Path], *, environment: Mapping[str, str], directory: Path, log: Path | None = None
) -> int:
    """Run a command to its end; a stop request ends it too. Returns its exit code."""
    child = spawn(command, log=log, environment=environment, directory=directory)
    try:
        return child.wait()
    finally:
        stop(child, patience=5)
