"""Every kind of forgery that the owner role can do by SQL is found, at the right row."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from network.audit.chain import columns, next_hash
from network.audit.models import AuditLink
from network.audit.verifying import Report, verify
from tests.network.audit.conftest import ACT

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db(transaction=True), pytest.mark.shares_commits]
Owner = Callable[[], AbstractContextManager[None]]
ENTRY, LINK, ANCHOR = (f"public.network_audit_audit{name}" for name in ("entry", "link", "anchor"))


def report_after(owner: Owner, *statements: str, then: Callable[[], None] | None = None) -> Report:
    """What a verification says of Guangzhou while these changes of the owner stand; they are rolled back."""
    with owner(), transaction.atomic():
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
                assert cursor.rowcount > 0, "the forgery changed nothing"
        if then is not None:
            then()
        report = next(report for report in verify() if report.site == "guangzhou")
        others = [report.site for report in verify() if not report.is_intact and report.site != "guangzhou"]
        transaction.set_rollback(True)
    assert others == []
    return report


def position(entry_id: int) -> int:
    return AuditLink.objects.get(entry_id=entry_id).position


def rechain(first: int) -> None:
    """What a forger does who knows the algorithm: every link of the site from a position on, computed anew."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT hash FROM {LINK} WHERE site = 'guangzhou' AND position = %s", [first - 1])
        previous = cursor.fetchone()[0]
        cursor.execute(
            f"""SELECT link.position, {columns("entry")} FROM {LINK} AS link
                JOIN {ENTRY} AS entry ON entry.id = link.entry_id
                WHERE link.site = 'guangzhou' AND link.position >= %s ORDER BY link.position""",
            [first],
        )
        for place, *values in cursor.fetchall():
            previous = next_hash(previous, values)
            cursor.execute(f"UPDATE {LINK} SET hash = %s WHERE site = 'guangzhou' AND position = %s", [previous, place])


def test_a_clean_log_verifies(sealed_log: list[int], owner: Owner) -> None:
    reports = {report.site: report for report in verify()}
    assert {"guangzhou", "hebei"} <= set(reports)
    assert all(report.is_intact for report in reports.values())
    assert reports["guangzhou"].rows == reports["guangzhou"].sealed_to >= len(sealed_log)
    assert report_after(owner, f"UPDATE {ENTRY} SET person = person WHERE act = '{ACT}'").findings == []


@pytest.mark.parametrize(
    "change",
    [
        "person = 'nobody'", "act = 'tests.other'", "detail = '{}'", "at = at - interval '1 second'", "result = 'x'",
        "address = '203.0.113.9'", "person_site = 'hebei'", "object_title = 'x'", "after_hash = '0'",
    ],
)  # fmt: skip
def test_an_edited_row_is_named(sealed_log: list[int], owner: Owner, change: str) -> None:
    victim = sealed_log[1]
    report = report_after(owner, f"UPDATE {ENTRY} SET {change} WHERE id = {victim}")
    assert (report.findings[0].position, report.findings[0].entry_id) == (position(victim), victim)
    assert "记录被改动" in report.first_bad


def test_a_row_moved_to_another_site_is_named(sealed_log: list[int], owner: Owner) -> None:
    report = report_after(owner, f"UPDATE {ENTRY} SET site = 'shenzhen' WHERE id = {sealed_log[2]}")
    assert report.findings[0].entry_id == sealed_log[2]


def test_a_deleted_row_is_named(sealed_log: list[int], owner: Owner) -> None:
    report = report_after(owner, f"DELETE FROM {ENTRY} WHERE id = {sealed_log[3]}")
    assert (report.findings[0].entry_id, report.findings[0].what) == (sealed_log[3], "记录被删除")


def test_a_row_deleted_with_its_link_is_named(sealed_log: list[int], owner: Owner) -> None:
    place = position(sealed_log[1])
    report = report_after(
        owner,
        f"DELETE FROM {ENTRY} WHERE id = {sealed_log[1]}",
        f"DELETE FROM {LINK} WHERE entry_id = {sealed_log[1]}",
    )
    assert (report.findings[0].position, report.findings[0].what) == (place, "封存的链接被删除")


def test_swapped_rows_are_named(sealed_log: list[int], owner: Owner) -> None:
    one, other = sealed_log[1], sealed_log[4]
    places = sorted((position(one), position(other)))
    report = report_after(
        owner,
        f"UPDATE {LINK} SET entry_id = -1 WHERE entry_id = {one}",
        f"UPDATE {LINK} SET entry_id = {one} WHERE entry_id = {other}",
        f"UPDATE {LINK} SET entry_id = {other} WHERE entry_id = -1",
    )
    assert report.findings[0].position == places[0]


def test_an_inserted_row_is_named(sealed_log: list[int], owner: Owner) -> None:
    report = report_after(
        owner,
        f"""INSERT INTO {ENTRY} (id, at, site, person, address, act, object_kind, object_id, detail, before_hash,
            after_hash, result, txid)
            SELECT 900000001, at, site, 'forged', address, act, object_kind, object_id, detail, before_hash,
            after_hash, result, txid FROM {ENTRY} WHERE id = {sealed_log[0]}""",
    )
    assert report.findings[0].entry_id == 900000001
    assert "插入" in report.first_bad


def test_a_truncated_tail_is_named(sealed_log: list[int], owner: Owner) -> None:
    last = position(sealed_log[-1])
    report = report_after(
        owner,
        f"DELETE FROM {ENTRY} WHERE id = {sealed_log[-1]}",
        f"DELETE FROM {LINK} WHERE entry_id = {sealed_log[-1]}",
    )
    assert report.findings[0].position == last


def test_a_tail_cut_off_with_its_anchor_is_named_by_the_file(sealed_log: list[int], owner: Owner) -> None:
    last = position(sealed_log[-1])
    report = report_after(
        owner,
        f"DELETE FROM {ENTRY} WHERE id IN ({', '.join(map(str, sealed_log[-3:]))})",
        f"DELETE FROM {LINK} WHERE entry_id IN ({', '.join(map(str, sealed_log[-3:]))})",
        f"DELETE FROM {ANCHOR} WHERE site = 'guangzhou' AND position = {last}",
    )
    assert (report.findings[0].position, "锚点被删除" in report.first_bad) == (last, True)


def test_a_forged_link_is_named(sealed_log: list[int], owner: Owner) -> None:
    place = position(sealed_log[2])
    report = report_after(owner, f"UPDATE {LINK} SET hash = '{'0' * 64}' WHERE entry_id = {sealed_log[2]}")
    assert (report.findings[0].position, report.findings[0].what) == (place, "记录被调换，或链接被伪造")


def test_a_chain_computed_anew_differs_from_the_anchor(sealed_log: list[int], owner: Owner) -> None:
    place = position(sealed_log[1])
    report = report_after(
        owner, f"UPDATE {ENTRY} SET person = 'nobody' WHERE id = {sealed_log[1]}", then=lambda: rechain(place)
    )
    assert "重新成链" in report.first_bad
    assert report.findings[0].position <= place


def test_a_link_behind_the_last_anchor_is_named(sealed_log: list[int], owner: Owner) -> None:
    last = position(sealed_log[-1])
    report = report_after(
        owner,
        f"INSERT INTO {LINK} (site, position, entry_id, hash) VALUES ('guangzhou', {last + 1}, 900000002, '00')",
    )
    assert (report.findings[0].position, "伪造的链接" in report.first_bad) == (last + 1, True)


def test_a_replaced_anchor_is_named(sealed_log: list[int], owner: Owner) -> None:
    last = position(sealed_log[-1])
    report = report_after(
        owner, f"UPDATE {ANCHOR} SET hash = '{'1' * 64}' WHERE site = 'guangzhou' AND position = {last}"
    )
    assert any("签名不符" in finding.what and finding.position == last for finding in report.findings)


def test_an_anchor_file_without_a_line_is_named(sealed_log: list[int], owner: Owner, folders: Path) -> None:
    (path,) = (folders / "anchors").glob("anchors-*.jsonl")
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    victim = next(line for line in lines if json.loads(line)["site"] == "guangzhou")
    path.write_text("".join(line for line in lines if line != victim), encoding="utf-8")
    report = report_after(owner, f"UPDATE {ENTRY} SET person = person WHERE act = '{ACT}'")
    assert report.findings[0].position == json.loads(victim)["position"]
    assert "锚点文件缺少" in report.first_bad


def test_an_anchor_file_that_says_otherwise_is_named(sealed_log: list[int], owner: Owner, folders: Path) -> None:
    (path,) = (folders / "anchors").glob("anchors-*.jsonl")
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    victim = next(line for line in lines if line["site"] == "guangzhou")
    victim["hash"] = "2" * 64
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    report = report_after(owner, f"UPDATE {ENTRY} SET person = person WHERE act = '{ACT}'")
    assert (report.findings[0].position, "其中一份被换过" in report.first_bad) == (victim["position"], True)


def test_a_rotation_without_signature_hides_nothing(sealed_log: list[int], owner: Owner) -> None:
    place = position(sealed_log[2])
    report = report_after(
        owner,
        f"DELETE FROM {ENTRY} WHERE site = 'guangzhou' AND id <= {sealed_log[2]}",
        f"""INSERT INTO public.network_audit_auditrotation
            (site, position, hash, count, file_name, file_sha256, rotated_at, key_id, signature)
            SELECT site, position, hash, 3, 'x', 'x', now(), (SELECT key_id FROM {ANCHOR} LIMIT 1), '00'
            FROM {LINK} WHERE site = 'guangzhou' AND position = {place}""",
    )
    assert (report.findings[0].position, report.findings[0].what) == (1, "记录被删除")


def test_the_command_tells_and_fails(sealed_log: list[int], owner: Owner) -> None:
    said = io.StringIO()
    call_command("verify_audit", site=["guangzhou"], stdout=said)
    assert said.getvalue().splitlines()[-1].endswith(" 0 bad")
    with owner(), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {ENTRY} SET person = 'nobody' WHERE id = %s", [sealed_log[0]])
        said = io.StringIO()
        with pytest.raises(CommandError, match="1 of 1 sites"):
            call_command("verify_audit", site=["guangzhou"], stdout=said)
        transaction.set_rollback(True)
    assert f"记录 {sealed_log[0]}：记录被改动" in said.getvalue()
