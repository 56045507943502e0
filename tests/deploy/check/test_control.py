"""Asking a running demo for sabotages: refusals, a demo that ends, the restoring."""

from __future__ import annotations

import json
import shutil
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.checking.control import DemoGone, ask
from deploy.checking.mutants import BROKEN, LEFT_OUT, Verdict, run_mutants
from deploy.checking.steps import Failure
from deploy.checking.world import World

STATUS = {"ok": True, "parts": {"elasticsearch": {"state": "off"}}}
Serve = Callable[..., Path]


class Demo:
    """A control socket that gives prepared answers, then nothing; notes what it was asked."""

    def __init__(self, path: Path, answers: list[dict[str, Any] | None]) -> None:
        self.asked: list[str] = []
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(path))
        self._listener.listen(8)
        self._answers = answers
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        for answer in self._answers:
            client, _ = self._listener.accept()
            with client, client.makefile("rwb") as stream:
                request = json.loads(stream.readline())
                self.asked.append(" ".join(str(value) for value in request.values()))
                if answer is not None:
                    stream.write(json.dumps(answer).encode() + b"\n")
        self._listener.close()

    def end(self) -> None:
        self._thread.join(timeout=5)


@pytest.fixture
def path() -> Iterator[Path]:
    """A path short enough for a socket, which pytest's own are not always."""
    folder = Path(tempfile.mkdtemp(prefix="gs-"))
    yield folder / "control.sock"
    shutil.rmtree(folder)


def _try(names: list[str], path: Path) -> list[Verdict]:
    def new_world() -> World:
        return World(port=1, state=path.parent)

    return run_mutants(names, socket=path, new_world=new_world, report=lambda verdict: None)


def test_nobody_answering_is_named_with_the_remedy(path: Path) -> None:
    with pytest.raises(DemoGone, match="deploy/run demo"):
        ask(path, {"do": "status"})


def test_a_refusal_says_why(path: Path) -> None:
    demo = Demo(path, [{"ok": False, "error": "不认识的请求"}])

    with pytest.raises(Failure, match="不认识的请求"):
        ask(path, {"do": "dance"})
    demo.end()


def test_a_sabotage_of_an_absent_part_is_left_out_and_all_restored(path: Path) -> None:
    demo = Demo(path, [STATUS, {"ok": True}])

    (verdict,) = _try(["indexer_dead"], path)

    demo.end()
    assert (verdict.state, verdict.detail) == (LEFT_OUT, "elasticsearch 没有启用")
    assert demo.asked == ["status", "restore"]


def test_a_refused_sabotage_does_not_end_the_trial(path: Path) -> None:
    demo = Demo(path, [STATUS, {"ok": False, "error": "坏了"}, {"ok": True}])

    verdicts = _try(["gate_off", "indexer_dead"], path)

    demo.end()
    assert [verdict.state for verdict in verdicts] == [BROKEN, LEFT_OUT]
    assert demo.asked == ["status", "sabotage gate_off", "restore"]


def test_a_demo_that_ends_ends_the_trial(path: Path) -> None:
    demo = Demo(path, [STATUS, None])

    verdicts = _try(["gate_off", "emblem_hidden", "worker_dead"], path)

    demo.end()
    assert [verdict.state for verdict in verdicts] == [BROKEN] * 3
    assert demo.asked == ["status", "sabotage gate_off"]
