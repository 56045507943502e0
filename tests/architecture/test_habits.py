"""House rules that a machine can hold."""

from __future__ import annotations

import ast
import io
import re
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.architecture.sources import FOLDERS, ROOT, python_files

REFERENCE = ROOT / "docs" / "reference"
VAGUE = {"utils.py", "helpers.py", "common.py", "misc.py"}
# The launcher starts programs before settings exist; the two entry points only name the settings module.
READS_ENVIRONMENT = {"deploy/settings/env.py", "deploy/wsgi.py", "manage.py"}
LONGEST_FILE = 500


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def reference_text() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(REFERENCE.glob("*.md")))


def test_no_file_has_a_vague_name() -> None:
    assert [relative(path) for path in python_files(*FOLDERS, "tests") if path.name in VAGUE] == []


def test_no_file_is_too_long() -> None:
    long = {}
    for path in python_files(*FOLDERS, "tests"):
        count = len(path.read_text(encoding="utf-8").splitlines())
        if count > LONGEST_FILE and "migrations" not in path.parts:
            long[relative(path)] = count
    assert long == {}


def test_every_module_says_in_its_first_line_what_lives_there() -> None:
    without = []
    for path in python_files(*FOLDERS):
        if path.name == "__init__.py" or re.fullmatch(r"\d{4}_.*", path.stem):
            continue
        words = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
        if not words:
            without.append(relative(path))
    assert without == []


def test_only_one_module_reads_the_environment() -> None:
    readers = set()
    for path in [*python_files(*FOLDERS), ROOT / "manage.py"]:
        if relative(path).startswith("deploy/launcher/"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_os = isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "os"
            if is_os and node.attr in {"environ", "getenv", "environb", "putenv"}:
                readers.add(relative(path))
            if isinstance(node, ast.Import) and any(alias.name == "environ" for alias in node.names):
                readers.add(relative(path))
    assert readers == READS_ENVIRONMENT


def variables() -> list[str]:
    """Names that the environment reader asks for."""
    text = (ROOT / "deploy" / "settings" / "env.py").read_text(encoding="utf-8")
    return sorted(set(re.findall(r'"([A-Z][A-Z_]{4,})"', text)))


def own_settings() -> list[str]:
    """Settings of this project: named in the base settings, read in its folders, unknown to the libraries."""
    from django.conf import global_settings

    tree = ast.parse((ROOT / "deploy" / "settings" / "base.py").read_text(encoding="utf-8"))
    named = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }
    source = "\n".join(path.read_text(encoding="utf-8") for path in python_files(*FOLDERS))
    read = set(re.findall(r"\bsettings\.([A-Z][A-Z_]+)\b", source))
    own = {name for name in named & read if not hasattr(global_settings, name)}
    return sorted(own - {"SHARED_APPS", "TENANT_APPS"})  # django-tenants' own


def commands() -> list[str]:
    """Management commands of this project."""
    return sorted(
        path.stem
        for path in python_files("network", "sites", "search", "deploy")
        if path.parent.name == "commands" and path.name != "__init__.py"
    )


@pytest.mark.parametrize("name", variables())
def test_every_variable_is_documented(name: str) -> None:
    assert f"`{name}`" in reference_text()


@pytest.mark.parametrize("name", own_settings())
def test_every_setting_is_documented(name: str) -> None:
    assert f"`{name}`" in reference_text()


@pytest.mark.parametrize("name", commands())
def test_every_command_is_documented(name: str) -> None:
    assert re.search(rf"`[^`]*\b{name}\b[^`]*`", reference_text())


@pytest.mark.django_db
def test_models_and_migrations_agree() -> None:
    said = io.StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=said)
    assert said.getvalue() == "No changes detected\n"


def test_the_system_checks_pass() -> None:
    call_command("check", fail_level="WARNING", stdout=io.StringIO())
