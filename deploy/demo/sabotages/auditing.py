"""Sabotages of the audit log."""

from __future__ import annotations

from django.db import connection, transaction
from django.http import HttpRequest

from deploy.demo.sabotage import damage_only, sabotage
from network.audit import middleware, sealing
from network.console import audit_views

ENTRY = "public.network_audit_auditentry"
KEPT = "public.demo_audit_kept"
VICTIM = """
SELECT entry_id FROM public.network_audit_auditlink WHERE site = 'guangzhou'
ORDER BY position DESC OFFSET 1 LIMIT 1
"""


def _keep_victim() -> int:
    """Number of a sealed row, kept whole in a table of the demo, so that it can be put back exactly."""
    with connection.cursor() as cursor:
        cursor.execute(VICTIM)
        found = cursor.fetchone()
        if found is None:
            raise LookupError("The audit log of guangzhou holds no two sealed rows yet. Wait for the worker.")
        cursor.execute(f"CREATE TABLE IF NOT EXISTS {KEPT} (LIKE {ENTRY})")
        cursor.execute(f"INSERT INTO {KEPT} SELECT * FROM {ENTRY} WHERE id = %s", [found[0]])
    return int(found[0])


def restore_audit() -> None:
    """Put rows back that a sabotage changed or deleted."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [KEPT])
        if not cursor.fetchone()[0]:
            return
        cursor.execute(f"DELETE FROM {ENTRY} WHERE id IN (SELECT id FROM {KEPT})")
        cursor.execute(f"INSERT INTO {ENTRY} SELECT * FROM {KEPT}")
        cursor.execute(f"DROP TABLE {KEPT}")


@damage_only("审计记录的一行被属主改了人员")
def audit_row_edited() -> None:
    with transaction.atomic():
        victim = _keep_victim()
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {ENTRY} SET person = 'nobody' WHERE id = %s", [victim])


@damage_only("审计记录的一行被属主删除")
def audit_row_deleted() -> None:
    with transaction.atomic():
        victim = _keep_victim()
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {ENTRY} WHERE id = %s", [victim])


@sabotage("查看人员名单不留审计记录")
def audit_off_for_one_view() -> None:
    ask = middleware._shows_personal_data

    def ask_but_one(request: HttpRequest) -> bool:
        return middleware.view_name(request) != "wagtailusers_users:index" and ask(request)

    middleware._shows_personal_data = ask_but_one


@sabotage("站点管理员能打开审计记录")
def audit_open_to_webmaster() -> None:
    audit_views.is_auditor = lambda person: person.is_authenticated


@sabotage("审计记录不再封存")
def seal_stops() -> None:
    sealing.Sealer.step = lambda self: 0
