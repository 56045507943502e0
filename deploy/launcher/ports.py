"""Ports of the loopback interface."""

from __future__ import annotations

import socket

from deploy.launcher.errors import LauncherError


def is_free(port: int, *, host: str = "127.0.0.1") -> bool:
    """Tell whether a server could listen on this port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def has_ipv6() -> bool:
    """Tell whether the machine has the IPv6 loopback address."""
    return is_free(0, host="::1")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def reuse_or_pick(port: int | None) -> int:
    """Return the port of the last start when it is still free, else another."""
    return port if port and is_free(port) else free_port()


def require_free(port: int) -> None:
    """Raise LauncherError when the public port is taken."""
    taken = not is_free(port) or (has_ipv6() and not is_free(port, host="::1"))
    if taken:
        raise LauncherError(
            f"端口 {port} 已被其他程序占用。请换一个端口，例如 deploy/run demo --port {port + 1}；"
            f"或先停止占用它的程序（查看：ss -ltnp 'sport = :{port}'）。"
        )
