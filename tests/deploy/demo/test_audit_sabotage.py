"""A sabotaged row of the audit log is found, then put back exactly."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import override_settings

from network.audit.api import record, seal
from network.audit.models import AuditEntry, AuditLink
from network.audit.verifying import verify
from network.tenancy.api import Site, in_site
from network.tenancy.models import Installation

PATIENCE = 30
"""Seconds."""

Owner = Callable[[], AbstractContextManager[None]]


def first_bad() -> list[str]:
    return [report.first_bad for report in verify(["guangzhou"]) if not report.is_intact]


@override_settings(DATABASE_ROLE="owner")
@pytest.mark.parametrize(("name", "what"), [("audit_row_edited", "记录被改动"), ("audit_row_deleted", "记录被删除")])
def test_a_sabotaged_row_is_put_back(
    name: str, what: str, owner: Owner, guangzhou: Site, settings: Any, tmp_path: Path
) -> None:
    settings.KEYS_DIR, settings.ANCHOR_DIR = tmp_path / "keys", tmp_path / "anchors"
    with in_site(guangzhou):
        for number in range(4):
            record("tests.act", person="editor", object_id=number, detail={"数": number})
    # A writer in another database of the server holds sealing back for as long as it is not done.
    until = time.monotonic() + PATIENCE
    while AuditLink.objects.filter(site="guangzhou").count() < 2 and time.monotonic() < until:
        seal()
    rows = list(AuditEntry.objects.order_by("pk").values())
    with owner():
        Installation.objects.update(is_demo=True)
        call_command("sabotage", name, "on")
    (sentence,) = first_bad()
    assert what in sentence

    with owner():
        call_command("sabotage", name, "off")
    assert first_bad() == []
    assert list(AuditEntry.objects.order_by("pk").values()) == rows
