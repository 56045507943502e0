"""Sabotages: the check and the demo speak of the same ones, a verdict needs the right step."""

from __future__ import annotations

from pathlib import Path

import pytest

import deploy.checking.scenarios  # noqa: F401  registers the steps
from deploy.checking.mutants import BROKEN, KILLED, MUTANTS, SURVIVED, judge
from deploy.checking.plan import PLAN
from deploy.checking.steps import BLOCKED, FAILED, PASSED, Outcome
from deploy.demo.sabotage import LEFT_OUT, known_sabotages
from deploy.launcher.demo_parts import NOT_STARTED_BY

AT_LEAST = 10
PAGE = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "check-the-demo.md"


def test_check_and_demo_know_the_same_sabotages() -> None:
    assert set(MUTANTS) == set(known_sabotages())
    assert len(MUTANTS) >= AT_LEAST


def test_every_sabotage_is_documented() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert [name for name in MUTANTS if f"`{name}`" not in page] == []


def test_launcher_leaves_out_what_the_demo_says_it_does() -> None:
    assert set(NOT_STARTED_BY) == set(LEFT_OUT)


@pytest.mark.parametrize("name", MUTANTS)
def test_every_sabotage_is_noticed_by_steps_that_exist(name: str) -> None:
    closure = [step.key for step in PLAN.closure(MUTANTS[name])]

    assert set(MUTANTS[name]) <= set(closure)
    assert closure[0] == "logins"


@pytest.mark.parametrize("name", sorted(set(MUTANTS) - set(LEFT_OUT)))
def test_every_sabotage_does_something(name: str) -> None:
    found = known_sabotages()[name]

    assert found.patch is not None or found.damage is not None
    assert found.what


def _outcomes(**states: str) -> list[Outcome]:
    return [Outcome(step=PLAN.steps[key], state=state, detail="原因") for key, state in states.items()]


@pytest.mark.parametrize(
    ("states", "verdict"),
    [
        ({"logins": PASSED, "self_publish": FAILED, "gate_proof": PASSED}, KILLED),
        ({"logins": PASSED, "self_publish": BLOCKED, "gate_proof": FAILED}, KILLED),
        ({"logins": PASSED, "self_publish": PASSED, "gate_proof": PASSED}, SURVIVED),
        ({"logins": FAILED, "self_publish": BLOCKED, "gate_proof": BLOCKED}, BROKEN),
        ({"logins": PASSED, "write": FAILED, "self_publish": BLOCKED, "gate_proof": PASSED}, SURVIVED),
    ],
)
def test_only_the_steps_meant_for_it_notice_a_sabotage(states: dict[str, str], verdict: str) -> None:
    assert judge("gate_off", _outcomes(**states))[0] == verdict


def test_a_broken_demo_is_no_verdict() -> None:
    state, detail = judge("emblem_hidden", _outcomes(logins=PASSED, homes=FAILED, emblems=BLOCKED))

    assert state == BROKEN
    assert "首页" in detail
