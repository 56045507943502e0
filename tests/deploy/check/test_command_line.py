"""The check without a demo: it says what is missing, fails, invents nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.checking import cli
from deploy.checking.plan import PLAN

PORT = "59999"


@pytest.fixture(autouse=True)
def no_demo(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(cli, "state_of", lambda port: tmp_path)


def test_without_a_demo_every_step_fails(capsys: pytest.CaptureFixture[str]) -> None:
    code = cli.main(["--port", PORT])

    *lines, last = capsys.readouterr().out.splitlines()
    assert code == 1
    cleanups = [step.title for step in PLAN.steps.values() if step.is_cleanup]
    assert last == f"check: {len(cleanups)} passed, {len(PLAN.steps) - len(cleanups)} failed"
    assert f"请先运行 deploy/run demo --port {PORT}。" in lines[0]
    passed = [line for line in lines if line.startswith("ok ")]
    assert len(passed) == len(cleanups)
    assert all(any(title in line for title in cleanups) for line in passed)


def test_without_a_demo_nothing_is_sabotaged(capsys: pytest.CaptureFixture[str]) -> None:
    code = cli.main(["--port", PORT, "--mutants"])

    lines = capsys.readouterr().out.splitlines()
    assert code == 1
    assert "没有运行中的演示" in lines[0]
    assert lines[-1] == "check: 0 passed, 1 failed"


@pytest.mark.parametrize("arguments", [["--mutants", "nothing_such"], ["--only", "nothing_such"]])
def test_unknown_names_are_refused_with_the_known_ones(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refusal:
        cli.main(arguments)

    said = capsys.readouterr().err
    assert refusal.value.code == 2
    assert "nothing_such" in said and "可用：" in said
