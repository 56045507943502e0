"""The control socket: JSON lines in, JSON lines out."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from deploy.launcher.errors import LauncherError

LONGEST_REQUEST = 65536

Handler = Callable[[dict[str, Any]], dict[str, Any]]


class ControlServer:
    """Answers requests between two looks at the children, in the same thread."""

    def __init__(self, path: Path, *, handler: Handler) -> None:
        self._path = path
        self._handler = handler
        self._selector = selectors.DefaultSelector()
        self._buffers: dict[socket.socket, bytes] = {}
        path.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        before = os.umask(0o177)
        try:
            self._listener.bind(str(path))
        finally:
            os.umask(before)
        self._listener.listen(8)
        self._listener.setblocking(False)
        self._selector.register(self._listener, selectors.EVENT_READ)

    def serve(self, *, seconds: float) -> None:
        """Answer what arrives; come back after this time at the latest when nothing does."""
        for key, _ in self._selector.select(seconds):
            if key.fileobj is self._listener:
                client, _ = self._listener.accept()
                client.settimeout(5)
                self._buffers[client] = b""
                self._selector.register(client, selectors.EVENT_READ)
            elif isinstance(key.fileobj, socket.socket):
                self._read(key.fileobj)

    def close(self) -> None:
        """Close all connections and remove the socket."""
        for client in list(self._buffers):
            self._drop(client)
        self._selector.close()
        self._listener.close()
        self._path.unlink(missing_ok=True)

    def _drop(self, client: socket.socket) -> None:
        with contextlib.suppress(KeyError):
            self._selector.unregister(client)
        self._buffers.pop(client, None)
        client.close()

    def _read(self, client: socket.socket) -> None:
        try:
            received = client.recv(4096)
        except OSError:
            received = b""
        buffer = self._buffers[client] + received
        if not received or len(buffer) > LONGEST_REQUEST:
            self._drop(client)
            return
        *lines, self._buffers[client] = buffer.split(b"\n")
        for line in lines:
            answer = json.dumps(self._answer(line), ensure_ascii=False).encode() + b"\n"
            try:
                client.sendall(answer)
            except OSError:
                self._drop(client)
                return

    def _answer(self, line: bytes) -> dict[str, Any]:
        try:
            request = json.loads(line)
        except ValueError:
            request = None
        if not isinstance(request, dict):
            return {"ok": False, "error": '请求不是 JSON 对象。例如：{"do": "status"}'}
        try:
            return self._handler(request)
        except LauncherError as error:
            return {"ok": False, "error": str(error)}
        except (KeyError, TypeError, OSError) as error:
            return {"ok": False, "error": f"{type(error).__name__}: {error}"}


def ask(path: Path, request: dict[str, Any], *, seconds: float = 120) -> dict[str, Any]:
    """Send one request to a running demo. Raises LauncherError when none answers."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(seconds)
            connection.connect(str(path.resolve()))
            connection.sendall(json.dumps(request).encode() + b"\n")
            answer = connection.makefile("rb").readline()
    except OSError as error:
        raise LauncherError(
            f"没有运行中的演示应答 {path}({error.strerror or error})。请先运行 deploy/run demo。"
        ) from error
    if not answer:
        raise LauncherError(f"演示在应答前关闭了连接 {path}。请查看演示的终端输出。")
    value = json.loads(answer)
    if not isinstance(value, dict):
        raise LauncherError(f"演示的应答不是 JSON 对象：{value!r}。请重新启动演示。")
    return value
