"""Upgrades with one of three releases: the operator's command in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from tests.databases import database_url
from tests.network.tenancy.upgrade_forks import CODE_SUFFIX

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


@dataclass
class Upgrade:
    """One upgrade: a fork that leads a process group of its own, so that a test can kill it with its children."""

    pid: int
    out: Path
    said: Path

    @property
    def returncode(self) -> int | None:
        """The exit code, negative for the signal that ended it; None while it runs."""
        path = Path(f"{self.out}{CODE_SUFFIX}")
        return int(path.read_text()) if path.exists() else None


_forkers: dict[tuple[str, str], subprocess.Popen[str]] = {}
_started: list[Upgrade] = []


def end_all() -> None:
    """End what a failing test left running."""
    while _started:
        process = _started.pop()
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            wait_for(lambda: process.returncode is not None)  # noqa: B023  called at once


def end_forkers() -> None:
    """End the programs that the upgrades were forks of."""
    while _forkers:
        _forkers.popitem()[1].communicate()


def start_upgrade(release: str, *arguments: str) -> Upgrade:
    """Begin an upgrade, as a fork of a program that has loaded the release already."""
    variables = environment(release)
    key = (release, variables["DATABASE_URL"])
    if key not in _forkers:
        _forkers[key] = subprocess.Popen(
            [sys.executable, "-m", "tests.network.tenancy.upgrade_forks"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=variables,
        )
    forker = _forkers[key]
    folder = Path(tempfile.mkdtemp(prefix="upgrade-"))
    out, said = folder / "out", folder / "said"
    assert forker.stdin is not None and forker.stdout is not None
    print(json.dumps({"arguments": arguments, "out": str(out), "said": str(said)}), file=forker.stdin, flush=True)
    process = Upgrade(int(forker.stdout.readline()), out, said)
    _started.append(process)
    return process


def finish_upgrade(process: Upgrade) -> tuple[int, dict[str, Any], str]:
    """Exit code, report, what was said on standard error."""
    wait_for(lambda: process.returncode is not None, seconds=300)
    _started.remove(process)
    code = process.returncode
    assert code is not None
    out, said = process.out.read_text(encoding="utf-8"), process.said.read_text(encoding="utf-8")
    shutil.rmtree(process.out.parent)
    return code, json.loads(out) if out.strip() else {}, said


def run_upgrade(release: str, *arguments: str) -> tuple[int, dict[str, Any], str]:
    """Run an upgrade to its end as the operator does: ``manage.py`` from its first line."""
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate_network", "--json", *arguments],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        env=environment(release),
    )
    return done.returncode, json.loads(done.stdout) if done.stdout.strip() else {}, done.stderr


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
