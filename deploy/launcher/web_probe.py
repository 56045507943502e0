"""Requests that tell whether the demo serves."""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Callable
from pathlib import Path

HUB = "hub.localhost"


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a unix socket."""

    def __init__(self, path: Path, *, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._socket_path = path

    def connect(self) -> None:
        """Connect to the socket instead of a host."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._socket_path))


def status_of(connect: Callable[[], http.client.HTTPConnection], path: str, *, host: str) -> int:
    """Return the status of one GET; 0 when nobody answers."""
    connection = connect()
    try:
        connection.request("GET", path, headers={"Host": host})
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
    return answer.status


def wait_for(
    connect: Callable[[], http.client.HTTPConnection],
    path: str,
    *,
    host: str,
    seconds: float,
    is_alive: Callable[[], bool],
) -> int:
    """Ask until the answer is 200; return the last status when the time is over or the process ended."""
    deadline = time.monotonic() + seconds
    while True:
        status = status_of(connect, path, host=host)
        if status == 200 or time.monotonic() > deadline or not is_alive():
            return status
        time.sleep(0.2)
