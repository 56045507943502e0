"""A project as ``wagtail start`` makes it, whose home page sends given bytes, on the same database server."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection
from psycopg import sql

from deploy.bench.references.serving import gunicorn
from deploy.bench.results import NotMeasured
from deploy.bench.visitors import Connect
from deploy.settings import env

DATABASE = "govsites_bench_stock"
NAME = "stock"
HOST = "localhost"
SETTINGS = """
from .base import *

DEBUG = False
SECRET_KEY = "a project of the measurements"
ALLOWED_HOSTS = ["*"]
DATABASES = {{"default": {{
    "ENGINE": "django.db.backends.postgresql", "NAME": {name!r}, "USER": {user!r}, "PASSWORD": {password!r},
    "HOST": {host!r}, "PORT": {port!r}, "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True,
    "OPTIONS": {{"pool": {{"min_size": 1, "max_size": 4}}}},
}}}}
"""
COUNT = """
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

for number in range(2):
    with CaptureQueriesContext(connection) as asked:
        answer = Client().get("/", HTTP_HOST="localhost")
assert answer.status_code == 200, answer.status_code
print("statements", len(asked))
"""


class StockProject:
    """One running project; ``connect`` reaches it, ``statements`` are what its home page costs."""

    def __init__(self, connect: Connect, statements: int) -> None:
        self.connect = connect
        self.statements = statements


@contextlib.contextmanager
def stock_project(page: bytes) -> Iterator[StockProject]:
    """Make, migrate, serve; everything of it is gone afterwards."""
    with _project() as root:
        template = root / "home" / "templates" / "home" / "home_page.html"
        template.write_bytes(b"{% verbatim %}" + page + b"{% endverbatim %}")
        _run([sys.executable, "manage.py", "migrate", "-v", "0"], root)
        told = _run([sys.executable, "manage.py", "shell", "-v", "0", "-c", COUNT], root)
        statements = int(told.rpartition("statements ")[2])
        with gunicorn(f"{NAME}.wsgi:application", directory=root, environment=_environment(), host=HOST) as connect:
            yield StockProject(connect, statements)


class StockProgram:
    """A program within the project that answers one line with one line."""

    def __init__(self, child: subprocess.Popen[str]) -> None:
        self._child = child

    def ask(self, line: str) -> str:
        """Raises NotMeasured when the program ended instead of answering."""
        if self._child.stdin is None or self._child.stdout is None:
            raise NotMeasured("参照项目的程序没有接上管道。")
        self._child.stdin.write(f"{line}\n")
        self._child.stdin.flush()
        answer = self._child.stdout.readline()
        if not answer:
            raise NotMeasured("参照项目的程序中途结束。")
        return answer.strip()


@contextlib.contextmanager
def stock_program(models: str, program: str) -> Iterator[StockProgram]:
    """A project with these models besides its own, in which a program runs."""
    with _project() as root:
        with (root / "home" / "models.py").open("a", encoding="utf-8") as held:
            held.write(models)
        for command in (["makemigrations", "home"], ["migrate"]):
            _run([sys.executable, "manage.py", *command, "-v", "0"], root)
        child = subprocess.Popen(
            [sys.executable, "manage.py", "shell", "-v", "0", "-c", program],
            cwd=root,
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            yield StockProgram(child)
        finally:
            child.kill()
            child.communicate()


@contextlib.contextmanager
def _project() -> Iterator[Path]:
    """The folder of a project with an empty database of its own."""
    facts = connection.settings_dict
    with tempfile.TemporaryDirectory(prefix="gs-bench-") as folder:
        root = Path(folder)
        _run([sys.executable, "-m", "wagtail.bin.wagtail", "start", NAME, str(root)], root)
        (root / NAME / "settings" / "bench.py").write_text(
            SETTINGS.format(
                name=DATABASE,
                user=facts["USER"],
                password=facts["PASSWORD"],
                host=facts["HOST"],
                port=facts["PORT"],
            )
        )
        try:
            _database("CREATE DATABASE {}", before="DROP DATABASE IF EXISTS {} WITH (FORCE)")
            yield root
        finally:
            _database("DROP DATABASE IF EXISTS {} WITH (FORCE)")


def _environment() -> dict[str, str]:
    """Nothing of ours but where programs are."""
    kept = {name: value for name, value in env.child_environment().items() if name in ("PATH", "HOME", "LANG")}
    return {**kept, "DJANGO_SETTINGS_MODULE": f"{NAME}.settings.bench"}


def _run(command: list[str], root: Path) -> str:
    environment = _environment() if (root / "manage.py").exists() else {"PATH": env.child_environment()["PATH"]}
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotMeasured(f"{' '.join(command[1:4])} 失败：{done.stderr.strip()[-500:]}")
    return done.stdout


def _database(statement: str, *, before: str = "") -> None:
    facts: dict[str, Any] = connection.settings_dict
    with psycopg.connect(
        host=facts["HOST"] or None,
        port=facts["PORT"] or None,
        user=facts["USER"] or None,
        password=facts["PASSWORD"] or None,
        dbname=facts["NAME"],
        autocommit=True,
    ) as server:
        for each in filter(None, (before, statement)):
            server.execute(sql.SQL(each).format(sql.Identifier(DATABASE)))
