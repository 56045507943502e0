"""Folders meet at their doors: ``api`` modules, contracts, the places on a home page, events, errors."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, imports_of, python_files

OPEN = re.compile(
    r"network\.((disclosure_)?contracts|compiled|home_places|events|errors|spreadsheets)|(network|sites)(\.\w+)?\.api|search\.api"
)
GUARDED = ("network", "sites", "search", "themes")


def foreign_imports(folder: str) -> list[str]:
    """Imports of another guarded folder that go past its doors."""
    found = []
    for path in python_files(folder):
        for module, line in imports_of(path):
            other = module.split(".")[0]
            if other in GUARDED and other != folder and not OPEN.fullmatch(module):
                found.append(f"{path.relative_to(ROOT)}:{line} {module}")
    return found


@pytest.mark.parametrize("folder", ["sites", "search", "themes"])
def test_other_folders_are_entered_by_their_doors(folder: str) -> None:
    assert foreign_imports(folder) == []


def test_network_knows_no_folder_above() -> None:
    for path in python_files("network"):
        for module, line in imports_of(path):
            assert module.split(".")[0] not in {"sites", "search", "themes", "deploy"}, f"{path}:{line}"


def test_the_layers_hold() -> None:
    finished = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports"))],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout
    assert "0 broken" in finished.stdout


def test_every_door_says_what_it_promises() -> None:
    for path in [path for path in python_files("network", "sites", "search") if path.name == "api.py"]:
        assert "__all__ = [" in path.read_text(encoding="utf-8"), path
