"""Emergency releases of an archive that wait for their re-review: marked anew, owed anew."""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.db import connection
from wagtail.models import Page, Revision

from network.errors import InvalidValue
from network.upkeep.api import open_rereview
from sites.editing.emergency import LONGEST
from sites.transfer.checking import Check
from sites.transfer.fields import from_archive
from sites.transfer.kinds import Record
from sites.transfer.loading import Load

INSERT_MARKS = """
INSERT INTO sites_editing_emergencymark
    (page_id, revision_id, content_hash, workflow_state_id, person_id, person_name, reason, reviewers, marked_at)
SELECT object_id::bigint, id, public.gate_content_hash(current_schema(), id), 0, %s, %s, %s, %s::jsonb, %s
FROM wagtailcore_revision WHERE id = %s
"""
LONGEST_NAMES = 300


def hold_emergency(check: Check, record: Record) -> None:
    """The release that waits for its re-review, with whoever marked it. Raises InvalidValue."""
    if not check.has("pages", record["uid"]) or not check.has("revisions", record["revision"]["uid"]):
        raise InvalidValue("应急发布所指的页面或版本不在档案中。")
    names = [record["person"]["uid"], *(person["uid"] for person in record["reviewers"])]
    if any(
        not isinstance(value, str) or "\x00" in value for value in (*names, record["reason"], record["reviewed_by"])
    ):
        raise InvalidValue("应急发布的理由或人员无效。")
    if not 0 < len(record["reason"]) <= LONGEST or len(record["reviewed_by"]) > LONGEST_NAMES:
        raise InvalidValue(f"应急发布的理由应为 1 至 {LONGEST} 个字。")
    for name in ("marked_at", "published_at", "due_at"):
        from_archive(Revision._meta.get_field("created_at"), record[name], check.rewriter)


def write_emergencies(load: Load, records: Iterator[Record]) -> None:
    """Mark the same forms here, so that the gate finds what it asks for; the re-reviews are owed with the approvals."""
    if not load.archive.is_trusted:
        return
    for record in records:
        if record["person"]["uid"] not in load.people or record["revision"]["uid"] not in load.revisions:
            continue
        named = [load.people[person["uid"]] for person in record["reviewers"] if person["uid"] in load.people]
        with connection.cursor() as cursor:
            cursor.execute(
                INSERT_MARKS,
                [
                    load.people[record["person"]["uid"]],
                    record["person"]["uid"],
                    record["reason"],
                    json.dumps(named),
                    record["marked_at"],
                    load.revisions[record["revision"]["uid"]],
                ],
            )


def owe_rereviews(load: Load, approved: set[int]) -> None:
    """What waited for its re-review waits here, with the time limit that it had."""
    for record in load.archive.records("emergencies"):
        page = Page.objects.filter(pk=load.pages[record["uid"]]).first()
        if page is None or page.pk not in approved:
            continue
        moments = {
            name: from_archive(Revision._meta.get_field("created_at"), record[name], load.rewriter)
            for name in ("published_at", "due_at")
        }
        open_rereview(
            site=load.site,
            page_id=page.pk,
            title=page.title,
            reason=record["reason"],
            asked_by=record["person"]["uid"],
            reviewed_by=record["reviewed_by"],
            **moments,
        )
