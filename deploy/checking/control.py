"""The running demo's control socket."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

from deploy.checking.steps import Failure

SECONDS = 300
"""A restart of every part on a machine under load."""


def ask(path: Path, request: dict[str, Any]) -> dict[str, Any]:
    """Send one request. Raises Failure when nobody answers or the demo refuses."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(SECONDS)
            connection.connect(str(path.resolve()))
            connection.sendall(json.dumps(request).encode() + b"\n")
            line = connection.makefile("rb").readline()
    except OSError as error:
        raise Failure(
            f"没有运行中的演示应答 {path}（{error.strerror or error}）。请先运行 deploy/run demo。"
        ) from error
    answer = json.loads(line) if line else {}
    if not answer.get("ok"):
        raise Failure(f"演示拒绝了请求 {request}：{answer.get('error', '没有应答')}")
    return dict(answer)
