"""The application's own processes, asked past the front server, with the memory that they hold."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import connection

from deploy.bench.network import REQUEST_SECONDS, host_of
from deploy.bench.results import NotMeasured
from deploy.launcher.paths import StateDirectory
from deploy.launcher.processes import read_pid_file
from deploy.launcher.web_probe import UnixConnection

PARTS = ("web", "worker", "indexer", "provisioner")
KILOBYTES = 1024
BATCH = 1_000

Question = tuple[str, str]
"""Slug of a site, path."""
Judge = Callable[[str, str, int, bytes], None]
"""Takes slug, path, status, body."""


class Application:
    """Requests to the application server itself: its cache is not the front server's."""

    def __init__(self) -> None:
        self._state = StateDirectory(Path(settings.STATE_DIR))
        self._local = threading.local()

    def get(self, slug: str, path: str) -> tuple[int, bytes]:
        """Status and body of one GET; one kept connection per thread."""
        for is_second in (False, True):
            client = self._client(renew=is_second)
            try:
                client.request("GET", path, headers={"Host": host_of(slug)})
                answer = client.getresponse()
                return answer.status, answer.read()
            except (http.client.HTTPException, ConnectionError):
                if is_second:
                    raise
        raise AssertionError("The second attempt returns or raises.")

    def _client(self, *, renew: bool) -> http.client.HTTPConnection:
        held: http.client.HTTPConnection | None = getattr(self._local, "client", None)
        if held is None or renew:
            socket = self._state.web_socket
            held = (
                UnixConnection(socket, timeout=REQUEST_SECONDS)
                if socket.exists()
                else http.client.HTTPConnection("127.0.0.1", settings.PUBLIC_PORT, timeout=REQUEST_SECONDS)
            )
            self._local.client = held
        return held

    def ask_all(self, questions: Iterable[Question], *, threads: int, judge: Judge) -> None:
        """Ask from several threads; ``judge`` sees every answer, from any of them."""

        def ask(question: Question) -> None:
            judge(*question, *self.get(*question))

        waiting = iter(questions)
        with ThreadPoolExecutor(threads) as visitors:
            while batch := list(islice(waiting, BATCH)):
                for _ in visitors.map(ask, batch):
                    pass

    def processes(self) -> dict[str, list[int]]:
        """Part to its process ids, those of its children included. Raises NotMeasured where none is found."""
        found = {}
        for part in PARTS:
            mark = read_pid_file(self._state.pids / f"{part}.json")
            if mark is None:
                raise NotMeasured(f"没有找到进程 {part}。请用本机启动的演示测量。")
            found[part] = [mark.pid, *_children(mark.pid)]
        return found


def _children(pid: int) -> list[int]:
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def private_megabytes(pid: int) -> float:
    """Memory that only this process holds; 0 when it ended. Raises NotMeasured where nobody may read it."""
    for name, fields in (("smaps_rollup", ("Private_Clean", "Private_Dirty")), ("status", ("RssAnon",))):
        try:
            lines = Path(f"/proc/{pid}/{name}").read_text().splitlines()
        except ProcessLookupError:
            return 0.0
        except PermissionError:
            continue
        except OSError:
            return 0.0
        held = dict(line.split(":", 1) for line in lines if ":" in line)
        return sum(int(held[field].split()[0]) for field in fields if field in held) / KILOBYTES
    raise NotMeasured(f"无权读取进程 {pid} 的内存。请以启动演示的用户测量。")


def backends() -> list[int]:
    """Process ids of the server's backends that work for this database, ours left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT pid FROM pg_stat_activity WHERE datname = current_database()
               AND backend_type = 'client backend' AND pid <> pg_backend_pid()"""
        )
        return [row[0] for row in cursor.fetchall()]
