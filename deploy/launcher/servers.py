"""The database, search and message servers of one state directory."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.launcher import clamd, distro, elastic, postgres, redis
from deploy.launcher.accounts import server_root, service_user
from deploy.launcher.console import Console
from deploy.launcher.errors import LauncherError
from deploy.launcher.files import read_json, write_json
from deploy.launcher.memory_folder import memory_folder
from deploy.launcher.paths import StateDirectory
from deploy.launcher.ports import free_port, reuse_or_pick
from deploy.launcher.replacement import GivenServers
from deploy.launcher.secret_values import load_or_create
from deploy.launcher.supervisor import Part, Supervisor

STOP_SIGNALS = {"postgres": int(postgres.STOP_SIGNAL)}
MARKER_PREFIX = ".done-"
"""Files that record what a step of the start depended on when it last succeeded."""

STAGE = {"postgres": 0, "redis": 1, "elasticsearch": 1, "clamd": 1}


@dataclass
class Servers:
    """Makes parts of the embedded servers, leaving out those that the environment replaces."""

    state: StateDirectory
    supervisor: Supervisor
    console: Console
    given: GivenServers
    is_durable: bool
    heap_megabytes: int
    secrets: dict[str, str] = field(init=False)
    user: str | None = field(init=False)
    addresses: dict[str, str] = field(default_factory=dict)
    """DATABASE_URL, DATABASE_ADMIN_URL, ELASTICSEARCH_URL, REDIS_URL, GOVSITES_SCANNER as the processes get them."""

    data: Path = field(init=False)
    """Where servers keep data: the state directory, or outside of the clone when their user cannot enter it."""

    _postgres: postgres.Postgres | None = None

    def __post_init__(self) -> None:
        self.secrets = load_or_create(self.state.path / "secrets.json")
        self.user = service_user()
        self.data = data_directory(self.state, user=self.user)
        if not self.is_durable:
            self.data = memory_folder(self.state, secret=self.secrets["postgres_password"]) or self.data

    def add_parts(self) -> None:
        """Make the servers' parts known to the supervisor; a missing optional one is noted as absent."""
        write_json(self.state.path / "servers.json", {"data": str(self.data), "user": self.user})
        ports = read_json(self.state.path / "ports.json", default={})
        self._add_elasticsearch(ports)
        self._add_postgres(ports)
        self._add_redis(ports)
        self._add_clamd(ports)
        write_json(self.state.path / "ports.json", ports)

    def _add_postgres(self, ports: dict[str, int]) -> None:
        if self.given.database and self.given.database_admin:
            self.addresses["DATABASE_URL"] = self.given.database
            self.addresses["DATABASE_ADMIN_URL"] = self.given.database_admin
            self.supervisor.absent["postgres"] = "使用 DATABASE_URL 指定的服务器"
            return
        ports["postgres"] = reuse_or_pick(ports.get("postgres"))
        server = postgres.Postgres(
            binaries=postgres.find_binaries(self.user),
            data=self.data / "postgres" / "data",
            port=ports["postgres"],
            user=self.user,
            passwords=self.secrets,
            is_durable=self.is_durable,
        )
        self.addresses["DATABASE_URL"] = server.url(role=postgres.APPLICATION)
        self.addresses["DATABASE_ADMIN_URL"] = server.url(role=postgres.OWNER)

        def prepare() -> None:
            if server.initialise():
                # What was done to a database that is gone has to be done again.
                for marker in self.state.path.glob(f"{MARKER_PREFIX}*"):
                    marker.unlink()
            server.configure()

        log = self.supervisor.log_of("postgres")
        self.supervisor.add(
            Part(
                name="postgres",
                command=server.command(),
                environment=lambda: {"LC_ALL": "C", "PATH": os.environ.get("PATH", "")},
                needle=str(server.data),
                stage=STAGE["postgres"],
                before=prepare,
                wait_ready=lambda child: server.wait_ready(child, log=log),
                user=self.user,
                stop_signal=postgres.STOP_SIGNAL,
                patience=10,
                directory=Path("/"),
            )
        )
        self._postgres = server

    def _add_elasticsearch(self, ports: dict[str, int]) -> None:
        self.addresses["ELASTICSEARCH_URL"] = self.given.elasticsearch or ""
        if self.given.elasticsearch is not None:
            given = self.given.elasticsearch
            why = "使用 ELASTICSEARCH_URL 指定的集群" if given else "ELASTICSEARCH_URL 为空，检索用 PostgreSQL"
            self.supervisor.absent["elasticsearch"] = why
            return
        java = distro.JAVA.path()
        if java is None:
            why = f"没有 Java 17 或更新版本，检索用 PostgreSQL。{distro.install_hint(distro.JAVA)}"
            self.supervisor.absent["elasticsearch"] = why
            return
        try:
            distribution = elastic.find_distribution(self.user, console=self.console)
        except LauncherError as error:
            self.supervisor.absent["elasticsearch"] = f"{error} 检索暂用 PostgreSQL。"
            self.console.step(self.supervisor.absent["elasticsearch"])
            return
        ports["elasticsearch"] = reuse_or_pick(ports.get("elasticsearch"))
        server = elastic.Elastic(
            distribution=distribution,
            directory=self.data / "elasticsearch",
            java=java,
            port=ports["elasticsearch"],
            transport_port=free_port(),
            user=self.user,
            heap_megabytes=self.heap_megabytes,
        )
        self.addresses["ELASTICSEARCH_URL"] = server.url
        log = self.supervisor.log_of("elasticsearch")
        self.supervisor.add(
            Part(
                name="elasticsearch",
                command=server.command(),
                environment=server.environment,
                needle=str(distribution),
                stage=STAGE["elasticsearch"],
                before=server.configure,
                wait_ready=lambda child: server.wait_ready(child, log=log),
                user=self.user,
                stop_signal=elastic.STOP_SIGNAL,
                directory=Path("/"),
            )
        )

    def _add_redis(self, ports: dict[str, int]) -> None:
        self.addresses["REDIS_URL"] = self.given.redis or ""
        if self.given.redis is not None:
            given = self.given.redis
            why = "使用 REDIS_URL 指定的服务器" if given else "REDIS_URL 为空，后台进程定时轮询"
            self.supervisor.absent["redis"] = why
            return
        program = distro.REDIS.path()
        if program is None:
            why = f"没有 redis-server,后台进程定时轮询。{distro.install_hint(distro.REDIS)}"
            self.supervisor.absent["redis"] = why
            return
        ports["redis"] = reuse_or_pick(ports.get("redis"))
        server = redis.Redis(
            program=program,
            directory=self.data / "redis",
            port=ports["redis"],
            user=self.user,
            password=self.secrets["redis_password"],
        )
        self.addresses["REDIS_URL"] = server.url
        log = self.supervisor.log_of("redis")
        self.supervisor.add(
            Part(
                name="redis",
                command=server.command(),
                environment=lambda: {"PATH": os.environ.get("PATH", "")},
                needle="redis-server",
                stage=STAGE["redis"],
                before=server.configure,
                wait_ready=lambda child: server.wait_ready(child, log=log),
                user=self.user,
                stop_signal=redis.STOP_SIGNAL,
                patience=3,
                directory=Path("/"),
            )
        )

    def _add_clamd(self, ports: dict[str, int]) -> None:
        self.addresses["GOVSITES_SCANNER"] = ""
        if not self.is_durable:
            self.supervisor.absent["clamd"] = "测试自己启动需要的扫描服务"
            return
        program = distro.CLAMD.path()
        if program is None:
            self.supervisor.absent["clamd"] = f"没有 clamd,上传的文件标为“未扫描”。{distro.install_hint(distro.CLAMD)}"
            return
        ports["clamd"] = reuse_or_pick(ports.get("clamd"))
        server = clamd.Clamd(program=program, directory=self.data / "clamd", port=ports["clamd"], user=self.user)
        self.addresses["GOVSITES_SCANNER"] = server.address
        log = self.supervisor.log_of("clamd")
        self.supervisor.add(
            Part(
                name="clamd",
                command=server.command(),
                environment=lambda: {"PATH": os.environ.get("PATH", "")},
                needle=str(server.directory),
                stage=STAGE["clamd"],
                before=server.configure,
                wait_ready=lambda child: server.wait_ready(child, log=log),
                user=self.user,
                stop_signal=clamd.STOP_SIGNAL,
                patience=5,
                directory=Path("/"),
            )
        )

    def launch(self) -> None:
        """Start all, and wait for the database only: Elasticsearch needs the longest and is waited for later."""
        if "elasticsearch" in self.supervisor.parts:
            self.supervisor.launch("elasticsearch")
        for name in ("redis", "clamd"):
            if name in self.supervisor.parts:
                self.supervisor.launch(name)
        if "postgres" in self.supervisor.parts:
            self.console.step("启动 PostgreSQL")
            self.supervisor.start("postgres")
            assert self._postgres is not None
            self._postgres.create_roles_and_database()

    def wait(self) -> None:
        """Wait for the servers that were only launched; a failing optional one is switched off."""
        for name, variable in (
            ("redis", "REDIS_URL"),
            ("clamd", "GOVSITES_SCANNER"),
            ("elasticsearch", "ELASTICSEARCH_URL"),
        ):
            if name not in self.supervisor.parts:
                continue
            try:
                self.supervisor.wait_ready(name)
            except LauncherError as error:
                self.console.step(str(error))
                self.supervisor.stop(name)
                del self.supervisor.parts[name]
                self.supervisor.absent[name] = str(error)
                self.addresses[variable] = ""
            else:
                self.console.step(f"{name} 就绪")


def data_directory(state: StateDirectory, *, user: str | None) -> Path:
    """Where the servers of a state directory keep their data."""
    return server_root(user) / state.path.name


def given_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The caller's environment without the variables that the launcher decides on."""
    decided = ("DATABASE_", "ELASTICSEARCH_URL", "REDIS_URL", "GOVSITES_", "DJANGO_", "SECRET_KEY", "PYTHONHOME")
    return {name: value for name, value in environment.items() if not name.startswith(decided)}
