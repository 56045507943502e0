"""Where the servers of a test run keep their data."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from deploy.launcher import memory_folder as module
from deploy.launcher.memory_folder import OWNER_FILE, memory_folder
from deploy.launcher.paths import StateDirectory


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StateDirectory:
    """A state directory on a machine with room in its memory."""
    facts = tmp_path / "meminfo"
    facts.write_text("MemTotal:       16000000 kB\nMemAvailable:   8000000 kB\n", encoding="ascii")
    monkeypatch.setattr(module, "MEMORY_FACTS", facts)
    monkeypatch.setattr(module, "LEAST_ROOM", 1)
    (tmp_path / "memory").mkdir()
    (tmp_path / "state").mkdir()
    return StateDirectory(tmp_path / "state")


def test_one_folder_for_one_set_of_secrets(state: StateDirectory, tmp_path: Path) -> None:
    first = memory_folder(state, secret="a", shared_memory=tmp_path / "memory")
    assert first is not None
    assert memory_folder(state, secret="a", shared_memory=tmp_path / "memory") == first
    assert memory_folder(state, secret="b", shared_memory=tmp_path / "memory") != first


def test_what_a_deleted_clone_left_is_swept(state: StateDirectory, tmp_path: Path) -> None:
    left = memory_folder(state, secret="a", shared_memory=tmp_path / "memory")
    other = tmp_path / "other"
    other.mkdir()
    kept = memory_folder(StateDirectory(other), secret="b", shared_memory=tmp_path / "memory")
    assert left is not None
    assert kept is not None
    foreign = tmp_path / "memory" / "somebody"
    foreign.mkdir()
    shutil.rmtree(state.path)
    memory_folder(StateDirectory(other), secret="b", shared_memory=tmp_path / "memory")
    assert (left.exists(), (kept / OWNER_FILE).exists(), foreign.exists()) == (False, True, True)


def test_short_memory_and_foreign_folders_are_left_alone(
    state: StateDirectory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared_memory = tmp_path / "memory"
    held = memory_folder(state, secret="a", shared_memory=shared_memory)
    assert held is not None
    shutil.rmtree(held)
    held.symlink_to(tmp_path)
    assert memory_folder(state, secret="a", shared_memory=shared_memory) is None
    held.unlink()
    assert memory_folder(state, secret="a", shared_memory=tmp_path / "missing") is None
    module.MEMORY_FACTS.write_text("MemAvailable:   100000 kB\n", encoding="ascii")
    assert memory_folder(state, secret="a", shared_memory=shared_memory) is None
    assert list(shared_memory.iterdir()) == []
