"""The application's own processes in the demo."""

from __future__ import annotations

import http.client
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.launcher import nginx, web_probe
from deploy.launcher.distro import Proxy
from deploy.launcher.errors import LauncherError
from deploy.launcher.paths import VENV_PYTHON, StateDirectory
from deploy.launcher.ports import has_ipv6
from deploy.launcher.supervisor import Part, Supervisor

STAGE_APPLICATION = 2
STAGE_PROXY = 3
SECONDS_FOR_WEB = 90

SABOTAGED_PARTS = ("web", "worker", "indexer", "provisioner")
"""The parts that read GOVSITES_SABOTAGE, restarted when it changes."""

NOT_STARTED_BY = {"worker_dead": "worker", "indexer_dead": "indexer"}
"""Sabotages that leave a part out."""


@dataclass
class Application:
    """Makes the parts of web, worker, indexer, provisioner and proxy."""

    state: StateDirectory
    supervisor: Supervisor
    port: int
    environment: Mapping[str, str]
    proxy: Proxy | None
    user: str | None
    sabotage: str = field(default="")

    def environment_for(self, *, role: str) -> dict[str, str]:
        """Variables of one process; only those under the owner role learn the owner's address."""
        values = dict(self.environment)
        values["GOVSITES_DATABASE_ROLE"] = role
        if role != "owner":
            values.pop("DATABASE_ADMIN_URL", None)
        if self.sabotage and self.sabotage not in NOT_STARTED_BY:
            values["GOVSITES_SABOTAGE"] = self.sabotage
        return values

    def add_parts(self) -> None:
        """Make the parts known to the supervisor."""
        self.supervisor.add(
            Part(
                name="web",
                command=self._gunicorn(),
                environment=lambda: self.environment_for(role="app"),
                needle="deploy.wsgi",
                stage=STAGE_APPLICATION,
                before=lambda: self.state.web_socket.unlink(missing_ok=True),
                wait_ready=self._wait_for_web,
                patience=7,
            )
        )
        for name, command, role in (
            ("worker", "run_worker", "app"),
            ("indexer", "run_indexer", "app"),
            ("provisioner", "run_provisioner", "owner"),
        ):
            self.supervisor.add(
                Part(
                    name=name,
                    command=[str(VENV_PYTHON), "manage.py", command],
                    environment=self._environment_source(role),
                    needle=command,
                    stage=STAGE_APPLICATION,
                    patience=7,
                )
            )
        self._add_proxy()

    def _environment_source(self, role: str) -> Callable[[], Mapping[str, str]]:
        return lambda: self.environment_for(role=role)

    def _gunicorn(self) -> list[str]:
        command = [str(VENV_PYTHON), "-m", "gunicorn", "deploy.wsgi:application"]
        command += ["--worker-class", "gthread", "--workers", "2", "--threads", "4"]
        command += ["--timeout", "90", "--graceful-timeout", "5", "--no-control-socket"]
        if self.proxy is not None:
            # The proxy has replaced what the client says about itself, and nobody else reaches the socket.
            return [*command, "--bind", f"unix:{self.state.web_socket}", "--forwarded-allow-ips", "*"]
        # No proxy in front: nobody's word about the address or scheme of a request is taken.
        command += ["--forwarded-allow-ips", "", "--bind", f"127.0.0.1:{self.port}"]
        return [*command, "--bind", f"[::1]:{self.port}"] if has_ipv6() else command

    def _add_proxy(self) -> None:
        if self.proxy is None:
            self.supervisor.absent["nginx"] = "没有安装 nginx 及其 Lua 模块,应用服务器直接对外"
            return
        proxy = nginx.Nginx(
            program=self.proxy.program,
            lua_module=self.proxy.lua_module,
            state=self.state,
            port=self.port,
            user=self.user,
            has_ipv6=has_ipv6(),
        )
        self.supervisor.add(
            Part(
                name="nginx",
                command=proxy.command(),
                environment=lambda: {"PATH": "/usr/sbin:/usr/bin:/bin"},
                needle=str(proxy.configuration),
                stage=STAGE_PROXY,
                before=proxy.configure,
                wait_ready=self._wait_for_proxy,
                patience=2,
                directory=Path("/"),
            )
        )

    def connect(self) -> http.client.HTTPConnection:
        """Connect to the public port."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def _connect_to_web(self) -> http.client.HTTPConnection:
        if self.proxy is None:
            return self.connect()
        return web_probe.UnixConnection(self.state.web_socket, timeout=30)

    def _wait_for_web(self, child: subprocess.Popen[bytes]) -> None:
        self._require(self._connect_to_web, "/healthz", child=child, part="web")

    def _wait_for_proxy(self, child: subprocess.Popen[bytes]) -> None:
        self._require(self.connect, "/healthz", child=child, part="nginx")

    def require_home(self) -> None:
        """Wait for the hub's home page through the public port."""
        self._require(self.connect, "/", child=None, part="web")

    def _require(
        self,
        connect: Callable[[], http.client.HTTPConnection],
        path: str,
        *,
        child: subprocess.Popen[bytes] | None,
        part: str,
    ) -> None:
        host = f"{web_probe.HUB}:{self.port}"
        status = web_probe.wait_for(
            connect,
            path,
            host=host,
            seconds=SECONDS_FOR_WEB,
            is_alive=lambda: child is None or child.poll() is None,
        )
        if status != 200:
            answer = f"状态码 {status}" if status else "没有应答"
            raise LauncherError(f"http://{host}{path} {answer}。请查看日志 {self.supervisor.log_of(part)}。")
