"""Steps of the check: what each needs, how they are run, how the outcome is told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

PASSED, FAILED, BLOCKED, SKIPPED = "passed", "failed", "blocked", "skipped"


class Failure(Exception):
    """What a step found wrong, as a sentence for the person who runs the check."""


class NotApplicable(Exception):
    """Why a step has nothing to look at on this demo."""


Action = Callable[[Any], "str | None"]


@dataclass(frozen=True)
class Step:
    """One thing that must hold. ``needs`` name steps before it; ``is_cleanup`` runs whatever failed."""

    key: str
    title: str
    action: Action
    needs: tuple[str, ...] = ()
    is_cleanup: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of a step."""

    step: Step
    state: str
    seconds: float = 0.0
    detail: str = ""

    def line(self) -> str:
        """One line for the terminal."""
        mark = {PASSED: "ok  ", SKIPPED: "skip"}.get(self.state, "FAIL")
        detail = f"：{self.detail}" if self.state in (FAILED, BLOCKED) else f"（{self.detail}）" if self.detail else ""
        return f"{mark} {self.seconds:6.2f} s  {self.step.title}{detail}"


@dataclass
class Plan:
    """Steps in the order of their registration."""

    steps: dict[str, Step] = field(default_factory=dict)

    def step(
        self, key: str, title: str, *, needs: Iterable[str] = (), is_cleanup: bool = False
    ) -> Callable[[Action], Action]:
        """Register a function as a step. Raises ValueError for a key used twice or a need not yet registered."""

        def register(action: Action) -> Action:
            wanted = tuple(needs)
            unknown = [need for need in wanted if need not in self.steps]
            if key in self.steps or unknown:
                raise ValueError(f"Step '{key}' is registered twice or needs unknown steps {unknown}.")
            self.steps[key] = Step(key=key, title=title, action=action, needs=wanted, is_cleanup=is_cleanup)
            return action

        return register

    def closure(self, keys: Iterable[str]) -> list[Step]:
        """These steps with everything they need and the cleanup, in order. Raises LookupError."""
        wanted: set[str] = set()
        open_keys = list(keys)
        while open_keys:
            key = open_keys.pop()
            if key not in self.steps:
                raise LookupError(f"没有名为 {key!r} 的步骤。")
            if key not in wanted:
                wanted.add(key)
                open_keys += self.steps[key].needs
        return [step for step in self.steps.values() if step.key in wanted or step.is_cleanup]


def run_steps(steps: Iterable[Step], world: Any, *, report: Callable[[Outcome], None]) -> list[Outcome]:
    """Run steps in order; one whose need did not pass is not tried and counts as failed, or as skipped with it."""
    outcomes: dict[str, Outcome] = {}
    for step in steps:
        missed = [outcomes[need] for need in step.needs if outcomes[need].state != PASSED]
        if missed and not step.is_cleanup:
            state = SKIPPED if all(outcome.state == SKIPPED for outcome in missed) else BLOCKED
            detail = missed[0].detail if state == SKIPPED else f"没有执行，因为“{missed[0].step.title}”未通过"
            outcome = Outcome(step=step, state=state, detail=detail)
        else:
            outcome = _run(step, world)
        outcomes[step.key] = outcome
        report(outcome)
    return list(outcomes.values())


def _run(step: Step, world: Any) -> Outcome:
    began = time.monotonic()

    def outcome(state: str, detail: str = "") -> Outcome:
        return Outcome(step=step, state=state, seconds=time.monotonic() - began, detail=detail)

    try:
        note = step.action(world)
    except Failure as failure:
        return outcome(FAILED, str(failure))
    except NotApplicable as reason:
        return outcome(SKIPPED, str(reason))
    except Exception as error:  # noqa: BLE001  whatever a broken demo answers must not end the check
        return outcome(FAILED, f"{type(error).__name__}: {error}")
    return outcome(PASSED, note or "")


def require(condition: object, sentence: str) -> None:
    """Raise Failure with this sentence unless the condition holds."""
    if not condition:
        raise Failure(sentence)


def listing(names: Iterable[str], *, most: int = 4) -> str:
    """A few names, then how many more."""
    found = list(names)
    rest = f" 等 {len(found)} 个" if len(found) > most else ""
    return "、".join(found[:most]) + rest


def until(condition: Callable[[], Any], *, seconds: float, pause: float = 0.25) -> Any:
    """Ask again until the answer is true or the time is over; returns the last answer."""
    deadline = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer or time.monotonic() >= deadline:
            return answer
        time.sleep(pause)
