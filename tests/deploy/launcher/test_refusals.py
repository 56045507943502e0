"""Tests of what the launcher refuses, with the sentence it says."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.launcher.errors import LauncherError
from deploy.launcher.files import is_locked, locked
from deploy.launcher.ports import free_port, has_ipv6, is_free, require_free, reuse_or_pick
from deploy.launcher.replacement import given_servers
from deploy.launcher.secret_values import NAMES, load_or_create

RUN = Path(__file__).resolve().parents[3] / "deploy" / "run"


@pytest.fixture(scope="module")
def refusal() -> Callable[[tuple[int, ...]], str | None]:
    """The version check of deploy/run."""
    loader = importlib.machinery.SourceFileLoader("deploy_run", str(RUN))
    specification = importlib.util.spec_from_loader("deploy_run", loader)
    assert specification is not None
    module = importlib.util.module_from_spec(specification)
    loader.exec_module(module)
    function: Callable[[tuple[int, ...]], str | None] = module.refusal
    return function


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 6, 9), (3, 10, 14)])
def test_an_old_python_is_refused_by_version_and_remedy(
    refusal: Callable[[tuple[int, ...]], str | None], version: tuple[int, ...]
) -> None:
    sentence = refusal(version)

    assert sentence is not None
    assert ".".join(map(str, version)) in sentence
    assert "3.11 or newer" in sentence
    assert "python3.11 deploy/run demo" in sentence


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 14, 2), (4, 0, 0)])
def test_a_new_python_is_taken(refusal: Callable[[tuple[int, ...]], str | None], version: tuple[int, ...]) -> None:
    assert refusal(version) is None


def test_an_old_python_could_read_the_program() -> None:
    """The refusal must not be a syntax error, so the file is parsed by the oldest rules that the parser knows."""
    source = RUN.read_text(encoding="ascii")

    compile(source, str(RUN), "exec", dont_inherit=True)
    assert 'f"' not in source
    assert "->" not in source


def test_a_taken_port_is_named_with_a_remedy() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]

        with pytest.raises(LauncherError, match=f"端口 {port} 已被其他程序占用.*--port {port + 1}"):
            require_free(port)
        assert reuse_or_pick(port) != port


@pytest.mark.skipif(not has_ipv6(), reason="the machine has no IPv6 loopback address")
def test_a_port_taken_on_ipv6_only_is_refused() -> None:
    with socket.socket(socket.AF_INET6) as listener:
        listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind(("::1", 0))
        listener.listen()

        with pytest.raises(LauncherError):
            require_free(listener.getsockname()[1])


def test_a_free_port_is_taken_again() -> None:
    port = free_port()

    assert is_free(port)
    assert reuse_or_pick(port) == port
    require_free(port)


@pytest.mark.parametrize(
    ("present", "missing"), [("DATABASE_URL", "DATABASE_ADMIN_URL"), ("DATABASE_ADMIN_URL", "DATABASE_URL")]
)
def test_one_database_address_without_the_other_is_refused(present: str, missing: str) -> None:
    with pytest.raises(LauncherError, match=f"设置了 {present},但没有设置 {missing}"):
        given_servers({present: "postgres://a:b@127.0.0.1/c", missing: " "})


def test_servers_are_embedded_unless_the_environment_names_them() -> None:
    given = given_servers({})

    assert (given.database, given.database_admin, given.elasticsearch, given.redis) == (None, None, None, None)


def test_given_addresses_replace_and_empty_ones_switch_off() -> None:
    given = given_servers(
        {
            "DATABASE_URL": "postgres://app",
            "DATABASE_ADMIN_URL": "postgres://owner",
            "ELASTICSEARCH_URL": "",
            "REDIS_URL": "redis://r",
        }
    )

    assert given.database == "postgres://app"
    assert given.database_admin == "postgres://owner"
    assert given.elasticsearch == ""
    assert given.redis == "redis://r"


def test_a_held_lock_is_refused_and_free_again_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with locked(path):
        assert is_locked(path)
        with pytest.raises(LauncherError, match="正在运行"), locked(path, refusal="正在运行"):
            pytest.fail("The lock was given twice.")

    assert not is_locked(path)


def test_passwords_are_random_kept_and_private(tmp_path: Path) -> None:
    first = load_or_create(tmp_path / "a.json")

    assert set(first) == set(NAMES)
    assert len(set(first.values())) == len(NAMES)
    assert load_or_create(tmp_path / "a.json") == first
    assert load_or_create(tmp_path / "b.json") != first
    assert (tmp_path / "a.json").stat().st_mode & 0o777 == 0o600


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the program as a person does."""
    return subprocess.run(
        [sys.executable, str(RUN), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **variables},
    )


def test_the_program_names_a_missing_database_address() -> None:
    answer = run("demo", "--port", "8199", DATABASE_URL="postgres://a:b@127.0.0.1/c", DATABASE_ADMIN_URL="")

    assert answer.returncode == 1
    assert "DATABASE_ADMIN_URL" in answer.stderr
    assert "Traceback" not in answer.stderr


@pytest.mark.parametrize("port", ["0", "65536", "abc", "-1"])
def test_the_program_refuses_an_impossible_port(port: str) -> None:
    answer = run("demo", f"--port={port}")

    assert answer.returncode == 2
    assert repr(port) in answer.stderr


def test_an_operator_command_without_a_demo_says_what_to_do() -> None:
    answer = run("manage", "--port", "1", "network_status")

    assert answer.returncode == 1
    assert "端口 1 没有运行中的演示" in answer.stderr
