"""Documentation keeps up with settings, commands, files."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.conf import global_settings
from django.core.management import get_commands

from deploy.launcher import cli

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
SETTINGS_PAGE = (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
COMMANDS_PAGE = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
OTHERS_SETTINGS = (
    "SHARED_APPS",
    "TENANT_",
    "SHOW_PUBLIC_",
    "MULTITENANT_",
    "WAGTAIL",
    "MODELSEARCH_",
    "TAGGIT_",
    "TASKS",
    "OTP_",
    "AXES_",
    "ROOT_URLCONF",
)
"""How the names of settings begin that Django's relatives read."""

OUR_FOLDERS = ("network", "sites", "search", "themes", "deploy")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
FORBIDDEN = (
    r"pypi\.(org|python)",
    r"registry\.npmjs",
    r"repo1?\.maven",
    r"proxy\.golang",
    r"docker\.io",
    r"/work/",
    r"/home/\w",
    r"/root/",
    r"/tmp/",
    r"C:\\\\",
)


def documented_first_cells(page: str) -> set[str]:
    """Names in code marks that stand in the first cell of a table row."""
    return {
        name
        for row in re.findall(r"^\| ([^|]*`[^|]*) \|", page, re.MULTILINE)
        for name in re.findall(r"`([^`]+)`", row)
    }


def read_variables() -> set[str]:
    """Environment variables that the settings read: first arguments of calls on ``env``, names of database URLs."""
    tree = ast.parse((ROOT / "deploy" / "settings" / "env.py").read_text(encoding="utf-8"))
    names = {
        call.args[0].value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.func, ast.Attribute)
        and getattr(call.func.value, "id", "") == "env"
    }
    urls = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"DATABASE_\w*URL", node.value)
    }
    return {str(name) for name in names} | urls


def our_settings() -> set[str]:
    """Settings of the base profile that neither Django nor its relatives define."""
    tree = ast.parse((ROOT / "deploy" / "settings" / "base.py").read_text(encoding="utf-8"))
    targets = [
        target
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    ]
    names = {target.id for target in targets if isinstance(target, ast.Name) and target.id.isupper()}
    return {name for name in names if not hasattr(global_settings, name) and not name.startswith(OTHERS_SETTINGS)}


def our_commands() -> set[str]:
    return {name for name, app in get_commands().items() if app.split(".")[0] in OUR_FOLDERS}


def anchors(page: Path) -> set[str]:
    """Anchors of a page's headings, formed the way that forges form them."""
    headings = HEADING.findall(page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


def relative_links() -> list[tuple[Path, str]]:
    return [
        (page, target)
        for page in PAGES
        for target in LINK.findall(page.read_text(encoding="utf-8"))
        if not re.match(r"[a-z]+:", target)
    ]


def test_every_environment_variable_is_documented() -> None:
    variables = read_variables()
    assert {"DATABASE_URL", "DATABASE_ADMIN_URL", "SECRET_KEY", "GOVSITES_STATE_DIR"} <= variables
    assert variables - documented_first_cells(SETTINGS_PAGE) == set()


def test_no_variable_is_documented_that_nothing_reads() -> None:
    documented = {name for name in documented_first_cells(SETTINGS_PAGE) if name.startswith("GOVSITES_")}
    assert documented - read_variables() == set()


def test_every_setting_of_ours_is_documented() -> None:
    settings = our_settings()
    assert {"PROFILE", "DATABASE_ROLE", "SEARCH_INDEX_NAME", "SABOTAGE"} <= settings
    assert settings - documented_first_cells(SETTINGS_PAGE) == set()


def test_every_command_is_documented() -> None:
    commands = our_commands()
    assert {"migrate_network", "provision_site", "run_worker", "rebuild_search"} <= commands
    documented = set(re.findall(r"^### (\w+)$", COMMANDS_PAGE, re.MULTILINE))
    assert documented == commands


def test_every_option_of_our_commands_is_named_somewhere() -> None:
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    sources = [path for folder in OUR_FOLDERS for path in (ROOT / folder).rglob("management/commands/*.py")]
    options = {
        (path.stem, option)
        for path in sources
        for option in re.findall(r'add_argument\(\s*"(--[\w-]+)"', path.read_text(encoding="utf-8"))
    }
    assert options
    assert sorted((command, option) for command, option in options if option not in text) == []


@pytest.mark.parametrize("readme", ["README.md", "README.en.md"])
def test_readme_begins_with_the_two_commands(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    first_block = re.search(r"```console\n(.*?)```", text, re.DOTALL)
    assert first_block is not None
    assert first_block[1].split("\n")[:-1] == ["deploy/run demo", "deploy/run test"]


def test_the_launcher_knows_every_command_that_pages_name() -> None:
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    named = set(re.findall(r"deploy/run ([a-z]+)\b", text))
    assert {"demo", "test", "check"} <= named
    known = set(cli.PASSED_ON) | set(cli.parser()._subparsers._group_actions[0].choices)  # type: ignore[union-attr, arg-type]
    assert named - known == set()


@pytest.mark.parametrize(
    ("document", "target"), relative_links(), ids=lambda value: value.name if isinstance(value, Path) else value
)
def test_relative_links_resolve(document: Path, target: str) -> None:
    name, _, anchor = target.partition("#")
    file = (document.parent / name).resolve() if name else document
    assert file.exists(), f"{document.relative_to(ROOT)} links to '{target}', which does not exist."
    if anchor:
        assert anchor in anchors(file), (
            f"{document.relative_to(ROOT)} links to '{target}', a heading that is not there."
        )


def test_every_page_is_linked_from_another() -> None:
    linked = {(page.parent / target.partition("#")[0]).resolve() for page, target in relative_links()}
    assert [
        page.name
        for page in (ROOT / "docs").rglob("*.md")
        if page not in linked | {ROOT / "docs" / "index.md"} and page.parent.name != "decisions"
    ] == []


@pytest.mark.parametrize("document", PAGES, ids=lambda document: document.name)
def test_pages_name_no_registry_host_or_machine_path(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    assert [pattern for pattern in FORBIDDEN if re.search(pattern, text)] == []
