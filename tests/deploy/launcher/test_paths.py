"""Tests of the state directory and of what decides whether a step is repeated."""

from __future__ import annotations

from pathlib import Path

from deploy.launcher.files import hash_of, read_json, write_json
from deploy.launcher.paths import SOCKET_PATH_LIMIT, StateDirectory
from deploy.launcher.servers import given_environment


def test_sockets_lie_in_the_state_directory_when_its_path_is_short(state: StateDirectory) -> None:
    assert state.control_socket == state.path.resolve() / "run" / "control.sock"


def test_sockets_of_a_long_path_lie_elsewhere_and_are_removed_with_it(tmp_path: Path) -> None:
    state = StateDirectory(tmp_path / ("x" * 100))
    state.prepare()
    first = state.control_socket
    state.prepare()

    assert len(str(first)) <= SOCKET_PATH_LIMIT
    assert state.control_socket == first
    assert (state.path / "run").is_symlink()
    assert set(state.remove()) == {first.parent, state.path}
    assert not first.parent.exists()


def test_a_lost_socket_directory_is_made_again(tmp_path: Path) -> None:
    state = StateDirectory(tmp_path / ("x" * 100))
    state.prepare()
    state.run.rmdir()

    state.prepare()

    assert state.run.is_dir()
    state.remove()


def test_a_hash_follows_content_and_words_but_not_compiled_files(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("1")
    first = hash_of([tmp_path])
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").write_text("x")

    assert hash_of([tmp_path]) == first
    assert hash_of([tmp_path], words=["--all"]) != first
    (tmp_path / "a.py").write_text("2")
    assert hash_of([tmp_path]) != first


def test_a_damaged_json_file_gives_the_default(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"名": 1})
    assert read_json(tmp_path / "a.json", default={}) == {"名": 1}

    (tmp_path / "a.json").write_text("{")

    assert read_json(tmp_path / "a.json", default={}) == {}
    assert read_json(tmp_path / "missing.json", default=[]) == []


def test_what_the_launcher_decides_is_not_taken_from_the_caller() -> None:
    kept = given_environment(
        {
            "PATH": "/bin",
            "DATABASE_URL": "x",
            "GOVSITES_SABOTAGE": "gate_off",
            "DJANGO_SETTINGS_MODULE": "y",
            "SECRET_KEY": "z",
        }
    )

    assert kept == {"PATH": "/bin"}
