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
        template = root / "home" / "templates" / "home" / "home_page.html"
        template.write_bytes(b"{% verbatim %}" + page + b"{% endverbatim %}")
        try:
            _database("CREATE DATABASE {}", before="DROP DATABASE IF EXISTS {} WITH (FORCE)")
            _run([sys.executable, "manage.py", "migrate", "-v", "0"], root)
            told = _run([sys.executable, "manage.py", "shell", "-v", "0", "-c", COUNT], root)
            statements = int(told.rpartition("statements ")[2])
            with gunicorn(f"{NAME}.wsgi:application", directory=root, environment=_environment(), host=HOST) as connect:
                yield StockProject(connect, statements)
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
