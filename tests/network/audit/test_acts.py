"""Every act that code records has its words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from network.audit.acts import ACTS, act_label
from tests.architecture.sources import FOLDERS, python_files

RECORDERS = {"record", "record_request", "_tell", "_record"}
WHOLE = re.compile(r"[a-z_]+(?:\.[a-z_]+)+")
"""An act written out; one that is put together names its parts in ``test_decisions_have_labels``."""


def recorded_acts() -> Iterator[tuple[str, str]]:
    """(act, file) of every call that records an act, with both branches of a choice."""
    for path in python_files(*FOLDERS):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or getattr(node.func, "id", "") not in RECORDERS or not node.args:
                continue
            for constant in ast.walk(node.args[0]):
                if isinstance(constant, ast.Constant) and WHOLE.fullmatch(str(constant.value)):
                    yield str(constant.value), str(path)


def test_every_recorded_act_has_a_label() -> None:
    found = dict(recorded_acts())
    assert len(found) > 10
    assert {act: path for act, path in found.items() if act not in ACTS} == {}


def test_wagtails_acts_speak_chinese() -> None:
    assert act_label("wagtail.edit") == "编辑"
    assert act_label("nothing.such") == "其他操作（nothing.such）"


def test_decisions_have_labels() -> None:
    assert {f"page.{action}" for action in ("approve", "return")} <= set(ACTS)
