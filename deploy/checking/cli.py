"""Command line of the check."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from deploy.checking.mutants import BROKEN, KILLED, MUTANTS, SURVIVED, Verdict, run_mutants, unknown_names
from deploy.checking.plan import PLAN
from deploy.checking.scenarios.proofs import GATE_PROOF
from deploy.checking.steps import BLOCKED, FAILED, PASSED, Failure, Outcome, Step, run_steps
from deploy.checking.world import ROOT, World

DEFAULT_PORT = 8000


def parser() -> argparse.ArgumentParser:
    """Describe the command."""
    top = argparse.ArgumentParser(prog="deploy/run check", description="以使用者身份检验运行中的演示")
    top.add_argument("--port", type=int, default=DEFAULT_PORT, help="演示的端口（默认 8000）")
    top.add_argument(
        "--corpus", type=Path, metavar="目录", help="导入其中 news/news.jsonl.gz 的新闻，不写则用生成的稿件"
    )
    top.add_argument("--only", nargs="+", metavar="步骤", help="只执行这些步骤和它们所依赖的步骤")
    top.add_argument(
        "--mutants", nargs="*", metavar="名称", help="逐项破坏运行中的演示，看检验能否发现；不写名称时为全部"
    )
    return top


def state_of(port: int) -> Path:
    """State directory of the demo on a port."""
    return ROOT / ".local" / f"demo-{port}"


def tell(outcome: Outcome) -> None:
    """Print one step."""
    print(outcome.line(), flush=True)


def main(arguments: Sequence[str]) -> int:
    """Run the check; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]  # a narrow terminal must not end the check
    top = parser()
    options = top.parse_args(list(arguments))
    if options.mutants is not None:
        unknown = list(unknown_names(options.mutants))
        if unknown:
            top.error(f"没有名为 {'、'.join(unknown)} 的破坏项。可用：{'、'.join(MUTANTS)}。")
        return check_mutants(options.port, options.mutants or list(MUTANTS))
    try:
        steps = PLAN.closure(options.only) if options.only else list(PLAN.steps.values())
    except LookupError as error:
        top.error(f"{error.args[0]}可用：{'、'.join(PLAN.steps)}。")
    return conclude(*count(check(options.port, steps, corpus=options.corpus)))


def new_world(port: int) -> World:
    """A run of its own on the demo of a port."""
    return World(port=port, state=state_of(port))


def check(port: int, steps: Sequence[Step], *, corpus: Path | None = None) -> list[Outcome]:
    """Run steps on the demo of a port, told as they go."""
    world, began = new_world(port), time.monotonic()
    world.corpus = corpus
    try:
        if len(steps) == len(PLAN.steps):
            world.start_command(GATE_PROOF)
        outcomes = run_steps(steps, world, report=tell)
    finally:
        world.close()
    print(facts_line(world, seconds=time.monotonic() - began))
    return outcomes


def check_mutants(port: int, names: Sequence[str]) -> int:
    """Sabotage the demo in each of these ways, then check that all is well again; returns the exit code."""
    socket = state_of(port) / "run" / "control.sock"

    def tell_verdict(verdict: Verdict) -> None:
        print(verdict.line(), flush=True)

    try:
        verdicts = run_mutants(names, socket=socket, new_world=lambda: new_world(port), report=tell_verdict)
    except Failure as failure:
        print(f"FAIL  {failure}")
        return conclude(0, 1)
    print("全部恢复，检验一遍：")
    _, failed = count(check(port, list(PLAN.steps.values())))
    noticed = sum(verdict.state == KILLED for verdict in verdicts)
    missed = sum(verdict.state in (SURVIVED, BROKEN) for verdict in verdicts)
    return conclude(noticed + (not failed), missed + bool(failed))


def facts_line(world: World, *, seconds: float) -> str:
    """Which engine and broker answered, how often the processes were woken."""
    facts = {name: world.facts.get(name, "未知") for name in ("engine", "broker", "wakeups")}
    return f"检索引擎 {facts['engine']}；消息代理 {facts['broker']}；唤醒 {facts['wakeups']}；用时 {seconds:.1f} 秒"


def count(outcomes: Sequence[Outcome]) -> tuple[int, int]:
    """How many steps passed, how many failed; one that was not tried for another's failure counts as failed."""
    return (
        sum(outcome.state == PASSED for outcome in outcomes),
        sum(outcome.state in (FAILED, BLOCKED) for outcome in outcomes),
    )


def conclude(passed: int, failed: int) -> int:
    """Print the last line; returns the exit code."""
    print(f"check: {passed} passed, {failed} failed")
    return 1 if failed or not passed else 0
