"""Stop a demo from another terminal, delete its data."""

from __future__ import annotations

import os
import shutil
import signal
import time
from pathlib import Path

from deploy.launcher import processes
from deploy.launcher.console import Console
from deploy.launcher.errors import LauncherError
from deploy.launcher.files import is_locked, locked, read_json
from deploy.launcher.paths import LOCAL, StateDirectory
from deploy.launcher.servers import STOP_SIGNALS
from deploy.launcher.supervisor import end_leftovers

SECONDS_TO_STOP = 25


def stop_demo(state: StateDirectory, *, console: Console) -> None:
    """Stop a demo and what it left. Raises LauncherError when it does not end."""
    if not state.path.exists():
        console.step(f"没有演示数据：{state.path}")
        return
    mark = processes.read_pid_file(state.pids / "launcher.json")
    lock = state.path / "launcher.lock"
    if mark is not None and processes.is_alive(mark):
        os.kill(mark.pid, signal.SIGTERM)
        deadline = time.monotonic() + SECONDS_TO_STOP
        while is_locked(lock):
            if time.monotonic() > deadline:
                raise LauncherError(
                    f"演示进程 {mark.pid} 在 {SECONDS_TO_STOP} 秒内没有结束。请执行 kill -9 {mark.pid} 后再试。"
                )
            time.sleep(0.1)
        console.step(f"演示已停止：{state.path.name}")
    with locked(lock, refusal=f"{state.path.name} 正在启动。请稍后再试。"):
        end_leftovers(state, console=console, stop_signals=STOP_SIGNALS)
        (state.pids / "launcher.json").unlink(missing_ok=True)


def reset_demo(state: StateDirectory, *, console: Console) -> None:
    """Stop a demo and delete its state, and its servers' data where that lies elsewhere."""
    stop_demo(state, console=console)
    data = str(read_json(state.path / "servers.json", default={}).get("data", ""))
    deleted = state.remove()
    # Only a directory of the launcher's own naming is deleted, whatever the file says.
    if data.startswith("/var/lib/govsites-") and not data.startswith(str(LOCAL)) and os.path.isdir(data):
        shutil.rmtree(data)
        deleted.append(Path(data))
    for path in deleted:
        console.step(f"已删除 {path}")
    if not deleted:
        console.step("没有可删除的内容")
