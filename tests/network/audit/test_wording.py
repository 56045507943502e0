"""Rows of the log in plain words: every kind of object, every detail that code writes down."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from network.audit.details import NAMES, detail_lines
from network.audit.models import AuditEntry
from network.audit.objects import KINDS, WORK_KINDS, kind_label, object_label, person_label
from network.events import outbox_handlers
from tests.architecture.sources import FOLDERS, python_files


def written(argument: str) -> Iterator[ast.expr]:
    """What calls of ``record`` pass by this name."""
    for path in python_files(*FOLDERS):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "record":
                yield from (keyword.value for keyword in node.keywords if keyword.arg == argument)


def test_every_kind_of_object_has_a_label() -> None:
    kinds = {value.value for value in written("object_kind") if isinstance(value, ast.Constant)}
    assert len(kinds) > 8
    assert kinds - set(KINDS) == set()


def test_every_kind_of_work_has_a_label() -> None:
    kinds = {kind for kind, _handler in outbox_handlers.items() if not kind.startswith("tests.")}
    assert len(kinds) > 8
    assert kinds == set(WORK_KINDS)


def test_every_detail_has_a_name() -> None:
    keys = {
        key.value
        for value in written("detail")
        if isinstance(value, ast.Dict)
        for key in value.keys
        if isinstance(key, ast.Constant)
    }
    assert len(keys) > 15
    assert keys - set(NAMES) == set()


@pytest.mark.parametrize(
    ("detail", "lines"),
    [
        ({"rows": 0, "filters": {}}, [("行数", "0")]),
        ({"filters": {"until": "1", "act": "audit.read"}}, [("筛选条件", "截止日期：1；操作：查阅审计记录")]),
        ({"from": "live", "to": "suspended", "reason": "整改"}, [("由", "运行"), ("到", "临时下线"), ("原因", "整改")]),
        ({"before": ["editor"], "after": ["editor", "webmaster"]}, [("改动前", "编辑"), ("改动后", "编辑、站点管理")]),
        ({"accounts": {"li": ["auditor"]}}, [("账号和职责", "li：审计")]),
        ({"before": {"icp_number": "1"}}, [("改动前", "ICP备案号：1")]),
        ({"covers_below": False, "site": ""}, [("连同下级地址", "否")]),
        ({"by": "recovery", "nothing_such": "x"}, [("验证方式", "恢复码"), ("nothing_such", "x")]),
        ({"purpose": "live"}, [("事由", "live")]),
    ],
)  # fmt: skip
def test_details_read_in_words(detail: dict[str, object], lines: list[tuple[str, str]]) -> None:
    assert detail_lines(detail) == lines


def test_objects_and_machines_read_in_words() -> None:
    assert object_label(AuditEntry(object_kind="staff", object_id="8", object_title="")) == "账号 8"
    assert object_label(AuditEntry(object_kind="staff", object_id="8", object_title="li")) == "账号 li"
    assert object_label(AuditEntry(object_kind="boards.summary", object_id="summary")) == "汇总站点数字"
    assert kind_label("wagtailcore.page") == "页面"
    assert kind_label("no.such") == "no.such"
    assert [person_label(name) for name in ("system", "operator", "li")] == ["系统", "运维人员", "li"]
