"""Upgrades as the operator runs them: the real command in a process of its own, with one of three releases."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from tests.databases import database_url

ROOT = Path(__file__).resolve().parents[3]


def environment(release: str) -> dict[str, str]:
    """Variables of an owner's process on this test's database with a release of the sample app."""
    database = str(connection.settings_dict["NAME"])
    return {
        **os.environ,
        "DATABASE_URL": database_url("app", database),
        "DATABASE_ADMIN_URL": database_url("owner", database),
        "GOVSITES_DATABASE_ROLE": "owner",
        "GOVSITES_STATE_DIR": str(settings.STATE_DIR),
        "DJANGO_SETTINGS_MODULE": f"deploy.bench.releases.settings_{release}" if release else "deploy.settings.test",
        "REDIS_URL": "",
    }


_started: list[subprocess.Popen[str]] = []


def end_all() -> None:
    """End what a failing test left running."""
    while _started:
        process = _started.pop()
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def start_upgrade(release: str, *arguments: str) -> subprocess.Popen[str]:
    """Begin an upgrade; the process leads a group of its own, so that a test can kill it with its children."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "migrate_network", "--json", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(release),
        start_new_session=True,
    )
    _started.append(process)
    return process


def finish_upgrade(process: subprocess.Popen[str]) -> tuple[int, dict[str, Any], str]:
    """Exit code, report, what was said on standard error."""
    out, said = process.communicate(timeout=300)
    _started.remove(process)
    return process.returncode, json.loads(out) if out.strip() else {}, said


def upgrade(release: str, *arguments: str) -> tuple[int, dict[str, Any], str]:
    """Run an upgrade to its end."""
    return finish_upgrade(start_upgrade(release, *arguments))


def run_code(release: str, code: str) -> None:
    """Run a few lines as the owner with a release installed."""
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", f"import django; django.setup()\n{code}"],
        cwd=ROOT,
        check=True,
        env=environment(release),
    )


def wait_for(condition: Callable[[], bool], *, seconds: float = 120) -> None:
    """Poll until true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "nothing happened in time"
        time.sleep(0.05)
