"""Places on disk that the launcher uses."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ROOT / ".local"
CACHE = LOCAL / "cache"
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements.txt"
NGINX_TEMPLATES = ROOT / "deploy" / "nginx"

SOCKET_PATH_LIMIT = 100
"""A unix socket's path holds 108 bytes on Linux and 104 on macOS; some room is left for temporary names."""

LONGEST_SOCKET_NAME = "control.sock"


def clone_hash() -> str:
    """Name of this clone for directories outside of it."""
    return hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class StateDirectory:
    """One demo's or the tests' own directory: data, logs, secrets, sockets."""

    path: Path

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def pids(self) -> Path:
        return self.path / "pids"

    @property
    def run(self) -> Path:
        """Directory of the unix sockets, resolved: it may lie elsewhere when this one's path is too long."""
        return (self.path / "run").resolve()

    @property
    def control_socket(self) -> Path:
        return self.run / "control.sock"

    @property
    def web_socket(self) -> Path:
        return self.run / "web.sock"

    @property
    def logins(self) -> Path:
        return self.path / "logins.json"

    @property
    def environment(self) -> Path:
        """The environment of the running demo's processes, for operator commands; readable by the owner only."""
        return self.path / "environment.json"

    def prepare(self) -> None:
        """Create the directories. The sockets' one becomes a link into the temporary directory when needed."""
        for directory in (self.path, self.logs, self.pids, self.path / "media"):
            directory.mkdir(parents=True, exist_ok=True)
        run = self.path / "run"
        if run.is_symlink() and not run.exists():
            run.unlink()
        if run.exists():
            return
        if len(os.fsencode(self.path / "run" / LONGEST_SOCKET_NAME)) <= SOCKET_PATH_LIMIT:
            run.mkdir(mode=0o711)
            return
        short = Path(tempfile.mkdtemp(prefix="govsites-", dir="/tmp" if Path("/tmp").is_dir() else None))
        short.chmod(0o711)
        run.symlink_to(short)

    def remove(self) -> list[Path]:
        """Delete the directory and what lies outside of it; return what was deleted."""
        deleted = []
        run = self.path / "run"
        if run.is_symlink() and run.exists():
            target = run.resolve()
            shutil.rmtree(target, ignore_errors=True)
            deleted.append(target)
        if self.path.exists():
            shutil.rmtree(self.path)
            deleted.append(self.path)
        return deleted


def demo_state(port: int) -> StateDirectory:
    """State of the demo on one port."""
    return StateDirectory(LOCAL / f"demo-{port}")


def tests_state(number: int = 1) -> StateDirectory:
    """State of the servers that one test run uses; a second run at the same time has the next number."""
    return StateDirectory(LOCAL / ("test" if number == 1 else f"test-{number}"))


def bench_state() -> StateDirectory:
    """State of the network that the measurements use when no demo is named."""
    return StateDirectory(LOCAL / "bench")


def log_folder() -> Path:
    """Where output goes that belongs to no single demo."""
    CACHE.mkdir(parents=True, exist_ok=True)
    return CACHE
