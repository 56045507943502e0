"""The running demo's control socket."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

from deploy.checking.steps import Failure

SECONDS = 300
"""A restart of every part on a machine under load."""


class DemoGone(Failure):
    """No demo runs here any more, so nothing further can be asked of it."""


def ask(path: Path, request: dict[str, Any]) -> dict[str, Any]:
    """Send one request. Raises DemoGone when nobody answers, Failure when the demo refuses."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(SECONDS)
            connection.connect(str(path.resolve()))
            connection.sendall(json.dumps(request).encode() + b"\n")
            line = connection.makefile("rb").readline()
    except OSError as error:
        reason = error.strerror or error
        raise DemoGone(f"没有运行中的演示应答 {path}（{reason}）。请先运行 deploy/run demo。") from error
    if not line:
        raise DemoGone(f"演示没有应答就停止了（{path}）。请查看它的终端输出。")
    answer = json.loads(line)
    if not answer.get("ok"):
        raise Failure(f"演示拒绝了请求 {request}：{answer.get('error', '没有说明')}")
    return dict(answer)
