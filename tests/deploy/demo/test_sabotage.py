"""Sabotages stay in the demo, the database is put right after them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings

from deploy.demo.sabotage import apply_sabotage
from network.tenancy.checks import check_sabotage_stays_in_the_demo
from network.tenancy.models import Installation
from sites.editing.api import prove_gate

Owner = Callable[[], AbstractContextManager[None]]
CLOSED_GATE = "SELECT count(*) FROM pg_trigger WHERE tgname = 'publish_gate' AND tgenabled NOT IN ('O', 'A')"


def _open_triggers() -> int:
    with connection.cursor() as cursor:
        cursor.execute(CLOSED_GATE)
        return int(cursor.fetchone()[0])


@override_settings(PROFILE="production", SABOTAGE=["gate_off"])
def test_a_sabotage_named_outside_the_demo_stops_the_start() -> None:
    (error,) = check_sabotage_stays_in_the_demo(None)

    assert error.id == "network_tenancy.E003"
    assert "gate_off" in error.msg and "production" in error.msg


@override_settings(SABOTAGE=["gate_off"])
def test_the_demo_may_name_one() -> None:
    assert check_sabotage_stays_in_the_demo(None) == []


def test_an_unknown_name_stops_the_process() -> None:
    with pytest.raises(ImproperlyConfigured, match="'nothing_such'"):
        apply_sabotage(["nothing_such"])


@pytest.mark.django_db
@pytest.mark.parametrize("setting", [{"PROFILE": "production", "DATABASE_ROLE": "owner"}, {"DATABASE_ROLE": "app"}])
def test_command_is_refused_outside_the_demo_or_without_the_owner_role(setting: dict[str, Any]) -> None:
    with override_settings(**setting), pytest.raises(CommandError, match="demo profile"):
        call_command("sabotage", "gate_off", "on")

    assert _open_triggers() == 0


@pytest.mark.django_db
@override_settings(DATABASE_ROLE="owner")
def test_command_names_what_it_does_not_know() -> None:
    with pytest.raises(CommandError, match="'nothing_such'"):
        call_command("sabotage", "nothing_such", "on")


@pytest.mark.gate
@override_settings(DATABASE_ROLE="owner")
def test_an_install_that_is_no_demo_is_never_sabotaged(owner: Owner) -> None:
    with owner():
        Installation.objects.update(is_demo=False)
        with pytest.raises(CommandError, match="not marked as a demo"):
            call_command("sabotage", "gate_off", "on")

        assert _open_triggers() == 0


@pytest.mark.gate
@override_settings(DATABASE_ROLE="owner")
@pytest.mark.parametrize("name", ["gate_off", "gate_hole", "approvals_writable"])
def test_the_gate_has_holes_under_sabotage_only(name: str, owner: Owner, in_site: Any, guangzhou: Any) -> None:
    with owner():
        call_command("sabotage", name, "on")
    with in_site(guangzhou):
        assert prove_gate("guangzhou").holes

    with owner():
        call_command("sabotage", name, "off")
    with in_site(guangzhou):
        assert prove_gate("guangzhou").holes == []
