"""What the control socket's requests do to a running demo."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from typing import Any

from deploy.launcher.demo_parts import NOT_STARTED_BY, SABOTAGED_PARTS, Application
from deploy.launcher.errors import LauncherError
from deploy.launcher.files import read_json, write_json
from deploy.launcher.supervisor import Supervisor

STOPPABLE = ("elasticsearch", "redis", "clamd", "worker", "indexer", "web", "provisioner")
SECONDS_TO_SETTLE = 1.0
"""A background process that fails at once does so within this time."""


class Controls:
    """Handles requests: status, sabotage, restore, stop_part, start_part."""

    def __init__(
        self, *, supervisor: Supervisor, application: Application, run_sabotage: Callable[[str, str], None]
    ) -> None:
        self._supervisor = supervisor
        self._application = application
        self._run_sabotage = run_sabotage
        self._record = supervisor.state.path / "sabotage.json"

    def handle(self, request: dict[str, Any]) -> dict[str, Any]:
        """Carry out one request. Raises LauncherError when it cannot be done."""
        actions: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "status": self._status,
            "sabotage": self._sabotage,
            "restore": self._restore,
            "stop_part": self._stop_part,
            "start_part": self._start_part,
        }
        name = request.get("do")
        if name not in actions:
            raise LauncherError(f"不认识的请求 {name!r}。可用的请求：{'、'.join(actions)}。")
        return {"ok": True, **actions[name](request)}

    def undo_recorded_sabotage(self) -> None:
        """Undo in the database what a demo that was killed under sabotage left there."""
        name = read_json(self._record, default={}).get("name", "")
        if name:
            self._switch_off(name)

    def _status(self, request: dict[str, Any]) -> dict[str, Any]:
        return {
            "parts": self._supervisor.status(),
            "sabotage": self._application.sabotage,
            "port": self._application.port,
        }

    def _sabotage(self, request: dict[str, Any]) -> dict[str, Any]:
        name = request.get("name")
        if not isinstance(name, str) or not name.replace("_", "").isalnum():
            raise LauncherError(f'破坏项名称 {name!r} 无效。例如：{{"do": "sabotage", "name": "worker_dead"}}。')
        self._supervisor.stop(*SABOTAGED_PARTS)
        try:
            if self._application.sabotage:
                self._switch_off(self._application.sabotage)
            self._switch_on(name)
        except LauncherError:
            self._start_again()
            raise
        self._start_again()
        return {"sabotage": name}

    def _restore(self, request: dict[str, Any]) -> dict[str, Any]:
        self._supervisor.stop(*SABOTAGED_PARTS)
        try:
            if self._application.sabotage:
                self._switch_off(self._application.sabotage)
        except LauncherError:
            self._start_again()
            raise
        self._start_again()
        return {"sabotage": ""}

    def _switch_on(self, name: str) -> None:
        if name not in NOT_STARTED_BY:
            # Recorded first: a half-applied one must be undone too, after a crash by the next start.
            write_json(self._record, {"name": name})
            try:
                self._run_sabotage(name, "on")
            except LauncherError:
                with contextlib.suppress(LauncherError):
                    self._run_sabotage(name, "off")
                self._record.unlink(missing_ok=True)
                raise
        self._application.sabotage = name

    def _switch_off(self, name: str) -> None:
        self._application.sabotage = ""
        if name not in NOT_STARTED_BY:
            self._run_sabotage(name, "off")
            self._record.unlink(missing_ok=True)

    def _start_again(self) -> None:
        left_out = NOT_STARTED_BY.get(self._application.sabotage)
        names = [name for name in SABOTAGED_PARTS if name != left_out]
        for name in names:
            self._supervisor.launch(name)
        for name in names:
            self._supervisor.wait_ready(name)
        self._require_steady(*names)

    def _require_steady(self, *names: str) -> None:
        time.sleep(SECONDS_TO_SETTLE)
        for name in names:
            if not self._supervisor.is_on(name):
                raise LauncherError(f"{name} 启动后随即退出。请查看日志 {self._supervisor.log_of(name)}。")

    def _part_name(self, request: dict[str, Any]) -> str:
        name = request.get("name")
        if name not in STOPPABLE:
            raise LauncherError(f"不认识的部件 {name!r}。可停止和启动的部件：{'、'.join(STOPPABLE)}。")
        if name not in self._supervisor.parts:
            raise LauncherError(f"{name} 不由本程序管理：{self._supervisor.absent.get(name, '没有启动')}。")
        return str(name)

    def _stop_part(self, request: dict[str, Any]) -> dict[str, Any]:
        name = self._part_name(request)
        self._supervisor.stop(name)
        return {"name": name, "state": "off"}

    def _start_part(self, request: dict[str, Any]) -> dict[str, Any]:
        name = self._part_name(request)
        self._supervisor.start(name)
        self._require_steady(name)
        return {"name": name, "state": "on"}
