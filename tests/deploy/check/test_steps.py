"""How steps depend on each other, how their outcome is told."""

from __future__ import annotations

from typing import Any

import pytest

from deploy.checking.cli import conclude, count
from deploy.checking.steps import (
    BLOCKED,
    FAILED,
    PASSED,
    SKIPPED,
    Failure,
    NotApplicable,
    Outcome,
    Plan,
    listing,
    run_steps,
    until,
)


def _plan() -> Plan:
    """One step of each kind: a passes, b fails, c needs b, d skips, e needs d, f breaks, g cleans up."""
    plan = Plan()

    def fail(world: Any) -> None:
        raise Failure("坏了。")

    def skip(world: Any) -> None:
        raise NotApplicable("没有语料")

    def crash(world: Any) -> None:
        raise KeyError("totals")

    plan.step("a", "甲")(lambda world: "三个")
    plan.step("b", "乙", needs=["a"])(fail)
    plan.step("c", "丙", needs=["b"])(lambda world: world.append("c"))
    plan.step("d", "丁")(skip)
    plan.step("e", "戊", needs=["d"])(lambda world: world.append("e"))
    plan.step("f", "己")(crash)
    plan.step("g", "庚", is_cleanup=True)(lambda world: world.append("g"))
    return plan


def _run(plan: Plan, world: list[str]) -> dict[str, Outcome]:
    outcomes = run_steps(plan.steps.values(), world, report=lambda outcome: None)
    return {outcome.step.key: outcome for outcome in outcomes}


def test_a_failure_blocks_what_needs_it_and_nothing_else() -> None:
    world: list[str] = []

    outcomes = _run(_plan(), world)

    states = {key: outcome.state for key, outcome in outcomes.items()}
    assert states == {"a": PASSED, "b": FAILED, "c": BLOCKED, "d": SKIPPED, "e": SKIPPED, "f": FAILED, "g": PASSED}
    assert world == ["g"]


def test_lines_name_step_reason_note() -> None:
    lines = {key: outcome.line() for key, outcome in _run(_plan(), []).items()}

    assert lines["a"].startswith("ok   ") and lines["a"].endswith(" s  甲（三个）")
    assert lines["b"].startswith("FAIL ") and lines["b"].endswith(" s  乙：坏了。")
    assert lines["c"].endswith("丙：没有执行，因为“乙”未通过")
    assert lines["d"].startswith("skip ") and lines["d"].endswith("丁（没有语料）")
    assert lines["f"].endswith("己：KeyError: 'totals'")


def test_what_was_not_tried_counts_as_failed_what_does_not_apply_does_not_count() -> None:
    assert count(list(_run(_plan(), []).values())) == (2, 3)


@pytest.mark.parametrize(("passed", "failed", "code"), [(3, 0, 0), (3, 1, 1), (0, 0, 1)])
def test_last_line_and_exit_code(passed: int, failed: int, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert conclude(passed, failed) == code

    assert capsys.readouterr().out == f"check: {passed} passed, {failed} failed\n"


def test_closure_brings_needs_and_cleanup_in_order() -> None:
    assert [step.key for step in _plan().closure(["c"])] == ["a", "b", "c", "g"]


def test_closure_names_an_unknown_step() -> None:
    with pytest.raises(LookupError, match="'z'"):
        _plan().closure(["z"])


def test_a_step_may_only_need_what_comes_before_it() -> None:
    with pytest.raises(ValueError, match="'late'"):
        Plan().step("early", "早", needs=["late"])(lambda world: None)


def test_until_gives_the_last_answer() -> None:
    answers = iter([0, 0, 7])

    assert until(lambda: next(answers), seconds=5, pause=0) == 7
    assert until(lambda: 0, seconds=0) == 0


def test_listing_shortens() -> None:
    assert listing(["甲", "乙"]) == "甲、乙"
    assert listing("甲乙丙丁戊") == "甲、乙、丙、丁 等 5 个"
