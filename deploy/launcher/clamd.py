"""The scanner of uploads in demo and tests: the real clamd, which knows the harmless EICAR test file and nothing else.

Signatures of real viruses have to be fetched from outside and take a gigabyte of memory: production has them.
"""

from __future__ import annotations

import signal
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from deploy.launcher.accounts import give_to, private_directory
from deploy.launcher.files import write_private
from deploy.launcher.processes import wait_for_answer

SECONDS_TO_START = 30
STOP_SIGNAL = signal.SIGTERM

SIGNATURES = "44d88612fea8a8f36de82e1278abb02f:68:Eicar-Test-Signature\n"
"""MD5, size, name: the test file that the makers of scanners agreed on (eicar.org)."""

CONFIGURATION = """\
Foreground yes
TCPSocket {port}
TCPAddr 127.0.0.1
DatabaseDirectory {directory}/signatures
TemporaryDirectory {directory}/temporary
MaxThreads 4
MaxQueue 20
IdleTimeout 30
ReadTimeout 30
StreamMaxLength 128M
MaxFileSize 128M
MaxScanSize 512M
AlertExceedsMax yes
"""


@dataclass(frozen=True)
class Clamd:
    """One server; nothing is started by making this object."""

    program: Path
    directory: Path
    port: int
    user: str | None

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    def command(self) -> list[str]:
        """The server in the foreground."""
        return [str(self.program), "--config-file", str(self.directory / "clamd.conf")]

    def configure(self) -> None:
        """Write configuration and signatures for this start."""
        for folder in (self.directory, self.directory / "signatures", self.directory / "temporary"):
            private_directory(folder, user=self.user)
        text = CONFIGURATION.format(port=self.port, directory=self.directory)
        for path, content in (
            (self.directory / "clamd.conf", text),
            (self.directory / "signatures" / "test.hdb", SIGNATURES),
        ):
            write_private(path, content)
            give_to(path, user=self.user)

    def answers(self) -> bool:
        """Tell whether the server takes commands."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection:
                connection.sendall(b"zPING\0")
                return connection.recv(64).startswith(b"PONG")
        except OSError:
            return False

    def wait_ready(self, child: subprocess.Popen[bytes], *, log: Path) -> None:
        """Wait until the server takes commands."""
        refusal = f"clamd 没有启动。请查看日志 {log}。"
        wait_for_answer(child, self.answers, seconds=SECONDS_TO_START, pause=0.05, refusal=refusal)
