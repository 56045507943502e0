"""The Redis that carries wake-up messages and keeps pages; it writes nothing to disk."""

from __future__ import annotations

import signal
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from deploy.launcher.accounts import give_to, private_directory
from deploy.launcher.files import write_private
from deploy.launcher.processes import wait_for_answer

SECONDS_TO_START = 20
STOP_SIGNAL = signal.SIGTERM

CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
daemonize no
save ""
appendonly no
dir {directory}
maxmemory 64mb
# Only what has a life span makes room: pages go, wake-up messages stay.
maxmemory-policy volatile-lru
"""


@dataclass(frozen=True)
class Redis:
    """One server; nothing is started by making this object."""

    program: Path
    directory: Path
    port: int
    user: str | None
    password: str

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def command(self) -> list[str]:
        """The server in the foreground."""
        return [str(self.program), str(self.directory / "redis.conf")]

    def configure(self) -> None:
        """Write the configuration for this start."""
        private_directory(self.directory, user=self.user)
        path = self.directory / "redis.conf"
        write_private(path, CONFIGURATION.format(port=self.port, password=self.password, directory=self.directory))
        give_to(path, user=self.user)

    def answers(self) -> bool:
        """Tell whether the server takes commands."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                connection.settimeout(2)
                answer = b""
                while b"PONG" not in answer:
                    received = connection.recv(64)
                    if not received or b"-ERR" in answer + received:
                        return False
                    answer += received
                return True
        except OSError:
            return False

    def wait_ready(self, child: subprocess.Popen[bytes], *, log: Path) -> None:
        """Wait until the server takes commands."""
        refusal = f"Redis 没有启动。请查看日志 {log};也可以设置 REDIS_URL= (空)不用它。"
        wait_for_answer(child, self.answers, seconds=SECONDS_TO_START, pause=0.05, refusal=refusal)
