"""Tests of the control socket and of what its requests do."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.launcher.control import ControlServer, ask
from deploy.launcher.controls import Controls
from deploy.launcher.demo_parts import Application
from deploy.launcher.errors import LauncherError
from deploy.launcher.paths import StateDirectory
from deploy.launcher.supervisor import Supervisor
from tests.deploy.launcher.conftest import python_part


@pytest.fixture
def echo(state: StateDirectory) -> Iterator[Path]:
    """A control server that answers with what it was asked."""

    def handle(request: dict[str, Any]) -> dict[str, Any]:
        if request.get("do") == "fail":
            raise LauncherError("做不到。")
        return {"ok": True, "asked": request}

    server = ControlServer(state.control_socket, handler=handle)
    finished = threading.Event()

    def serve() -> None:
        while not finished.is_set():
            server.serve(seconds=0.02)

    thread = threading.Thread(target=serve)
    thread.start()
    yield state.control_socket
    finished.set()
    thread.join()
    server.close()


def test_a_request_is_answered(echo: Path) -> None:
    assert ask(echo, {"do": "status"}) == {"ok": True, "asked": {"do": "status"}}


def test_only_the_owner_may_use_the_socket(echo: Path) -> None:
    assert echo.stat().st_mode & 0o777 == 0o600


def test_a_refused_request_names_the_reason(echo: Path) -> None:
    assert ask(echo, {"do": "fail"}) == {"ok": False, "error": "做不到。"}


@pytest.mark.parametrize("line", [b"nonsense\n", b"[1]\n", b"\xff\xfe\n"])
def test_a_malformed_request_is_answered_and_the_server_lives_on(echo: Path, line: bytes) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.connect(str(echo))
        connection.sendall(line)
        answer = json.loads(connection.makefile("rb").readline())

    assert answer["ok"] is False
    assert ask(echo, {"do": "status"})["ok"] is True


def test_two_requests_on_one_connection_are_both_answered(echo: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.connect(str(echo))
        connection.sendall(b'{"do": "a"}\n{"do"')
        connection.sendall(b': "b"}\n')
        stream = connection.makefile("rb")
        answers = [json.loads(stream.readline()) for _ in range(2)]

    assert [answer["asked"]["do"] for answer in answers] == ["a", "b"]


def test_asking_where_no_demo_runs_says_so(state: StateDirectory) -> None:
    with pytest.raises(LauncherError, match="请先运行 deploy/run demo"):
        ask(state.control_socket, {"do": "status"})


@pytest.fixture
def controls(supervisor: Supervisor, state: StateDirectory) -> tuple[Controls, list[tuple[str, str]]]:
    """Controls over parts that only wait, and the list of sabotage commands run."""
    application = Application(state=state, supervisor=supervisor, port=8000, environment={}, proxy=None, user=None)
    for name in ("web", "worker", "indexer", "provisioner"):
        supervisor.add(python_part(name))
        supervisor.start(name)
    commands: list[tuple[str, str]] = []

    def run(name: str, switch: str) -> None:
        commands.append((name, switch))
        if name == "unknown":
            raise LauncherError("没有这个破坏项。")

    return Controls(supervisor=supervisor, application=application, run_sabotage=run), commands


def states(controls: Controls) -> dict[str, str]:
    """Each part's state."""
    return {name: part["state"] for name, part in controls.handle({"do": "status"})["parts"].items()}


def test_a_sabotage_restarts_the_parts_and_is_undone(controls: tuple[Controls, list[tuple[str, str]]]) -> None:
    handler, commands = controls
    before = handler.handle({"do": "status"})["parts"]

    assert handler.handle({"do": "sabotage", "name": "gate_off"}) == {"ok": True, "sabotage": "gate_off"}
    during = handler.handle({"do": "status"})
    assert handler.handle({"do": "restore"}) == {"ok": True, "sabotage": ""}

    assert during["sabotage"] == "gate_off"
    assert all(
        before[name]["pid"] != during["parts"][name]["pid"] for name in ("web", "worker", "indexer", "provisioner")
    )
    assert commands == [("gate_off", "on"), ("gate_off", "off")]
    assert handler.handle({"do": "status"})["sabotage"] == ""


@pytest.mark.parametrize(("name", "part"), [("worker_dead", "worker"), ("indexer_dead", "indexer")])
def test_a_dead_part_is_not_started_until_restored(
    controls: tuple[Controls, list[tuple[str, str]]], name: str, part: str
) -> None:
    handler, commands = controls

    handler.handle({"do": "sabotage", "name": name})
    assert states(handler) == {**dict.fromkeys(("web", "worker", "indexer", "provisioner"), "on"), part: "off"}

    handler.handle({"do": "restore"})
    assert set(states(handler).values()) == {"on"}
    assert commands == []


def test_an_unknown_sabotage_leaves_everything_running(controls: tuple[Controls, list[tuple[str, str]]]) -> None:
    handler, _ = controls

    with pytest.raises(LauncherError, match="没有这个破坏项"):
        handler.handle({"do": "sabotage", "name": "unknown"})

    assert set(states(handler).values()) == {"on"}
    assert handler.handle({"do": "status"})["sabotage"] == ""


def test_a_sabotage_of_a_killed_demo_is_undone_at_the_next_start(
    controls: tuple[Controls, list[tuple[str, str]]], state: StateDirectory
) -> None:
    handler, commands = controls
    handler.handle({"do": "sabotage", "name": "gate_off"})

    handler.undo_recorded_sabotage()
    handler.undo_recorded_sabotage()

    assert commands == [("gate_off", "on"), ("gate_off", "off")]
    assert not (state.path / "sabotage.json").exists()


def test_a_part_is_stopped_and_started(controls: tuple[Controls, list[tuple[str, str]]]) -> None:
    handler, _ = controls

    assert handler.handle({"do": "stop_part", "name": "worker"}) == {"ok": True, "name": "worker", "state": "off"}
    assert states(handler)["worker"] == "off"
    assert handler.handle({"do": "start_part", "name": "worker"}) == {"ok": True, "name": "worker", "state": "on"}


@pytest.mark.parametrize(
    "request_object",
    [
        {"do": "delete_everything"},
        {},
        {"do": "stop_part", "name": "postgres"},
        {"do": "stop_part", "name": "redis"},
        {"do": "sabotage"},
        {"do": "sabotage", "name": "--settings=x"},
    ],
)
def test_a_wrong_request_is_refused_and_changes_nothing(
    controls: tuple[Controls, list[tuple[str, str]]], request_object: dict[str, Any]
) -> None:
    handler, commands = controls
    before = handler.handle({"do": "status"})["parts"]

    with pytest.raises(LauncherError):
        handler.handle(request_object)

    assert handler.handle({"do": "status"})["parts"] == before
    assert commands == []
