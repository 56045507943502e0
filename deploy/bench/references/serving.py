"""Servers of the references: gunicorn as the demo runs it, nginx over a folder."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from deploy.bench.results import NotMeasured
from deploy.bench.visitors import Connect, Visitor, to_port, to_socket
from deploy.launcher import processes
from deploy.launcher.distro import NGINX
from deploy.launcher.ports import free_port

START_SECONDS = 60
FILES_CONFIGURATION = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr warn; {user}
events {{ worker_connections 512; }}
http {{
    types {{ text/html html; }}
    charset utf-8; server_tokens off; access_log off; sendfile on;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server {{ listen 127.0.0.1:{port}; root {root}; }}
}}
"""


@contextlib.contextmanager
def gunicorn(application: str, *, directory: Path, environment: Mapping[str, str], host: str) -> Iterator[Connect]:
    """An application server with the demo's options, on a socket of its own."""
    with tempfile.TemporaryDirectory(prefix="gs-bench-") as folder:
        place = Path(folder) / "web.sock"
        command = [sys.executable, "-m", "gunicorn", application, "--worker-class", "gthread", "--workers", "2"]
        command += ["--threads", "4", "--timeout", "90", "--graceful-timeout", "5", "--no-control-socket"]
        command += ["--bind", f"unix:{place}", "--forwarded-allow-ips", "*", "--log-level", "error"]
        with _running(command, directory=directory, environment=environment, connect=to_socket(place), host=host):
            yield to_socket(place)


@contextlib.contextmanager
def files_on_disk(root: Path) -> Iterator[Connect]:
    """nginx over a folder, one worker process as the demo's has."""
    program = NGINX.path()
    if program is None:
        raise NotMeasured("没有安装 nginx，无法比较")
    with tempfile.TemporaryDirectory(prefix="gs-bench-") as folder:
        port = free_port()
        configuration = Path(folder) / "nginx.conf"
        user = "user root;" if os.geteuid() == 0 else ""
        configuration.write_text(FILES_CONFIGURATION.format(folder=folder, port=port, root=root, user=user))
        command = [str(program), "-e", "stderr", "-p", folder, "-c", str(configuration)]
        with _running(command, directory=Path(folder), environment={}, connect=to_port(port), host="files"):
            yield to_port(port)


@contextlib.contextmanager
def _running(
    command: list[str], *, directory: Path, environment: Mapping[str, str], connect: Connect, host: str
) -> Iterator[None]:
    child = subprocess.Popen(
        command,
        cwd=directory,
        env=dict(environment),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not _answers(connect, host):
            if child.poll() is not None or time.monotonic() > deadline:
                raise NotMeasured(f"参照物没有启动：{' '.join(command[:4])}")
            time.sleep(0.1)
        yield
    finally:
        processes.stop(child, patience=8)


def _answers(connect: Connect, host: str) -> bool:
    visitor = Visitor(connect)
    try:
        visitor.get(host, "/")
    except OSError:
        return False
    finally:
        visitor.close()
    return True
