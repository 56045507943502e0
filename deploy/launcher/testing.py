"""The test run: servers of its own, then each check in turn."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.launcher import distro, processes, virtual_environment
from deploy.launcher.console import Console
from deploy.launcher.demo import signals_ignored, signals_interrupt
from deploy.launcher.errors import Interrupted, LauncherError
from deploy.launcher.files import locked
from deploy.launcher.paths import ROOT, VENV, VENV_PYTHON, StateDirectory, log_folder, tests_state
from deploy.launcher.replacement import given_servers
from deploy.launcher.servers import STOP_SIGNALS, Servers, given_environment
from deploy.launcher.supervisor import Supervisor, end_leftovers

HEAP_MEGABYTES = 512
MOST_RUNS = 4
PYTEST_PARALLEL = ("-n", "2", "--dist", "worksteal")
INTERRUPTED = 130


@dataclass(frozen=True)
class Step:
    """One check of the full run."""

    name: str
    command: Sequence[str]


def tool(name: str) -> str:
    """A program of the virtual environment."""
    return str(VENV / "bin" / name)


def steps() -> list[Step]:
    """The full run in order; pytest is the last so that its summary is the last line."""
    python = str(VENV_PYTHON)
    return [
        Step("ruff check", [tool("ruff"), "check", "."]),
        Step("ruff format", [tool("ruff"), "format", "--check", "."]),
        Step("mypy", [tool("mypy")]),
        Step("lint-imports", [tool("lint-imports")]),
        Step("djlint", [tool("djlint"), "--lint", "themes/templates"]),
        Step("manage.py check", [python, "manage.py", "check"]),
        Step("makemigrations --check", [python, "manage.py", "makemigrations", "--check", "--dry-run"]),
        Step("pytest", pytest_command(PYTEST_PARALLEL)),
    ]


def pytest_command(arguments: Sequence[str]) -> list[str]:
    """Command line of pytest."""
    return [str(VENV_PYTHON), "-m", "pytest", *arguments]


def run_tests(arguments: Sequence[str], *, console: Console) -> int:
    """Run everything, or pytest alone with the caller's arguments. Returns the exit code of what failed first."""
    given = given_servers(os.environ)
    with free_state(console=console) as state, signals_interrupt():
        supervisor = Supervisor(state=state, console=console)
        try:
            end_leftovers(state, console=console, stop_signals=STOP_SIGNALS)
            distro.provide(distro.FOR_TESTS, console=console, log=log_folder() / "apt.log")
            virtual_environment.prepare(console=console)
            servers = Servers(
                state=state,
                supervisor=supervisor,
                console=console,
                given=given,
                is_durable=False,
                heap_megabytes=HEAP_MEGABYTES,
            )
            # Indices of an earlier run would be found by this one.
            shutil.rmtree(servers.data / "elasticsearch", ignore_errors=True)
            servers.add_parts()
            servers.launch()
            servers.wait()
            environment = environment_for_tests(servers)
            if arguments:
                return processes.run_once(pytest_command(arguments), environment=environment, directory=ROOT)
            return _run_all(environment, console=console)
        except Interrupted:
            return INTERRUPTED
        finally:
            with signals_ignored():
                supervisor.stop_all()


def _run_all(environment: dict[str, str], *, console: Console) -> int:
    with _database_prepared_ahead(environment):
        for step in steps():
            console.step(step.name)
            code = processes.run_once(step.command, environment=environment, directory=ROOT)
            if code != 0:
                if step.name != "pytest":
                    console.step(f"{step.name} 未通过（代码 {code}），后面的步骤没有运行")
                return code
    return 0


@contextlib.contextmanager
def _database_prepared_ahead(environment: dict[str, str]) -> Iterator[None]:
    """Make the tests' database while the checks before them run on the other core.

    A worker of pytest waits for it; what goes wrong goes wrong there again, where it is told.
    """
    preparing = processes.spawn(
        [VENV_PYTHON, "-m", "tests.preparing"], log=log_folder() / "tests.log", environment=environment, directory=ROOT
    )
    try:
        yield
    finally:
        processes.stop(preparing, patience=5)


def environment_for_tests(servers: Servers) -> dict[str, str]:
    """Variables of the tests. They run under the owner role, since they create databases."""
    values = {
        **given_environment(os.environ),
        **servers.addresses,
        "DJANGO_SETTINGS_MODULE": "deploy.settings.test",
        "SECRET_KEY": servers.secrets["secret_key"],
        "GOVSITES_STATE_DIR": str(servers.state.path),
        "GOVSITES_DATABASE_ROLE": "owner",
        "PATH": os.pathsep.join([str(VENV / "bin"), os.environ.get("PATH", ""), "/usr/sbin", "/sbin"]),
        "PYTHONUNBUFFERED": "1",
    }
    browser = distro.chromium()
    if browser is not None:
        values["CHROMIUM"] = str(browser)
    return values


@contextlib.contextmanager
def free_state(*, console: Console) -> Iterator[StateDirectory]:
    """Hold a state directory that no other test run uses."""
    for number in range(1, MOST_RUNS + 1):
        state = tests_state(number)
        state.prepare()
        with contextlib.ExitStack() as stack:
            try:
                stack.enter_context(locked(Path(state.path / "launcher.lock"), refusal="used"))
            except LauncherError:
                continue
            yield state
            return
    raise LauncherError(f"已有 {MOST_RUNS} 个测试在运行。请等其中一个结束后再试。")
