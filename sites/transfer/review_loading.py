"""Revisions, decisions, approvals of an archive: recorded anew, then the gate decides what goes on line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, InternalError, connection, transaction
from modelcluster.models import get_all_child_relations, get_serializable_data_for_fields
from wagtail.models import Page, Revision

from network.errors import InvalidValue, sentence_of
from network.events import entries_published
from network.syndication.api import find_item, order_deliveries
from sites.content.base import ContentPage
from sites.editing.actions import approve
from sites.editing.models import ApprovalKind, Duty, Outcome
from sites.inbox.models import PlacementPage
from sites.pages.api import search_entry
from sites.pages.models import ColumnPage, HomePage
from sites.transfer.checking import Check
from sites.transfer.emergency_loading import owe_rereviews
from sites.transfer.exporting import BATCH, batches
from sites.transfer.fields import from_archive
from sites.transfer.kinds import Record
from sites.transfer.loading import Load
from sites.transfer.page_loading import HOME, hold_fields, values_of
from sites.transfer.pages import kind_by_content_type, page_models

SET_REVISIONS = """
UPDATE wagtailcore_page AS page SET
    latest_revision_id = coalesce(facts.latest, page.latest_revision_id),
    latest_revision_created_at = coalesce(facts.written, page.latest_revision_created_at),
    draft_title = coalesce(facts.title, page.draft_title),
    live_revision_id = coalesce(facts.live, page.live_revision_id)
FROM unnest(%s::int[], %s::int[], %s::timestamptz[], %s::text[], %s::int[])
    AS facts (key, latest, written, title, live)
WHERE page.id = facts.key
"""

INSERT_DECISIONS = """
WITH given AS (
    SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::timestamptz[])
        WITH ORDINALITY AS given (revision, person, name, duty, outcome, comment, decided_at, place)
), held AS MATERIALIZED (
    SELECT id, object_id::bigint AS page, public.gate_content_hash(current_schema(), id) AS hash
    FROM wagtailcore_revision WHERE id IN (SELECT revision FROM given)
)
INSERT INTO sites_editing_decision
    (page_id, revision_id, content_hash, person_id, person_name, duty, outcome, comment, decided_at)
SELECT held.page, held.id, held.hash, given.person, given.name, given.duty, given.outcome, given.comment,
       given.decided_at
FROM given JOIN held ON held.id = given.revision ORDER BY given.place
"""
GO_LIVE = "UPDATE wagtailcore_page SET live = true WHERE id = ANY(%s) RETURNING id"
KINDS = (
    ApprovalKind.PROVISIONED,
    ApprovalKind.REVIEW,
    ApprovalKind.EMERGENCY,
    ApprovalKind.EDITION,
    ApprovalKind.SAMPLE,
)
STAY_DRAFT = """
UPDATE wagtailcore_page SET live = false, has_unpublished_changes = true, live_revision_id = NULL WHERE id = ANY(%s)
"""
FOLLOW_ORIGINAL = """
UPDATE wagtailcore_page AS alias SET alias_of_id = given.original,
    live = EXISTS (SELECT 1 FROM sites_editing_approval AS approval
                   WHERE approval.page_id = given.original AND approval.voided_at IS NULL
                     AND approval.rows_hash = public.gate_page_hash(%s, alias.id))
FROM unnest(%s::int[], %s::int[]) AS given (alias, original) WHERE alias.id = given.alias
"""


def hold_revision(check: Check, record: Record) -> None:
    page = record["page"]["uid"]
    if not check.has("pages", page) or record["uid"].partition("/")[0] != page:
        raise InvalidValue("版本所属的页面不在档案中。")
    model = page_models()[check.page_kinds[page]]
    hold_fields(check, model, record["fields"])
    from_archive(Revision._meta.get_field("created_at"), record["created_at"], check.rewriter)


def write_revisions(load: Load, records: Iterator[Record]) -> None:
    """Store the revisions as this platform's own editor would have, with this site's keys."""
    base = ContentType.objects.get_for_model(Page)
    done = 0
    # The revisions of a placement speak of its note only; a page that took its place has none of them.
    for batch in batches(record for record in records if record["page"]["uid"] not in load.turned):
        keys = {record["uid"]: load.pages[record["page"]["uid"]] for record in batch}
        stored = Page.objects.in_bulk(set(keys.values()))
        rows = []
        for record in batch:
            page = stored[keys[record["uid"]]]
            rows.append(
                Revision(
                    content_type_id=page.content_type_id,
                    base_content_type=base,
                    object_id=str(page.pk),
                    created_at=from_archive(
                        Revision._meta.get_field("created_at"), record["created_at"], load.rewriter
                    ),
                    user_id=load.person(record["author"]),
                    object_str=str(record["fields"]["title"]),
                    content=_content(load, page, record),
                )
            )
        Revision.objects.bulk_create(rows)
        load.revisions.update({record["uid"]: row.pk for record, row in zip(batch, rows, strict=True)})
        _point_to(load, batch, rows)
        done += len(batch)
        load.progress("revisions", done)


@lru_cache(maxsize=32)
def _empty_relations(model: Any) -> tuple[str, ...]:
    return tuple(relation.get_accessor_name() for relation in get_all_child_relations(model))


def _content(load: Load, page: Page, record: Record) -> dict[str, Any]:
    """The JSON that saving a revision writes; relations (comments) start empty."""
    kind = kind_by_content_type()[page.content_type_id]
    model = page_models()[kind]
    base = {field.attname: getattr(page, field.attname) for field in Page._meta.concrete_fields}
    if kind == "placement":
        values = {**values_of(load, model, record["fields"]), "origin": _origin_of(page)}
    else:
        values = values_of(load, model, record["fields"])
    row = model(**{**base, **values, "page_ptr_id": page.pk})
    return {**get_serializable_data_for_fields(row), **{name: [] for name in _empty_relations(model)}}


def _origin_of(page: Page) -> str:
    return str(PlacementPage.objects.filter(pk=page.pk).values_list("origin", flat=True).get())


def _point_to(load: Load, batch: Sequence[Record], rows: Sequence[Revision]) -> None:
    """Tell the pages which of these revisions is the latest, which stands on line."""
    facts: dict[int, list[Any]] = defaultdict(lambda: [None, None, None, None])
    for record, row in zip(batch, rows, strict=True):
        held = facts[load.pages[record["page"]["uid"]]]
        if record["is_latest"]:
            held[:3] = [row.pk, row.created_at, str(record["fields"]["title"])]
        if record["is_live"] and load.archive.is_trusted:
            held[3] = row.pk
    latest, written, titles, live = zip(*facts.values(), strict=True) if facts else ((), (), (), ())
    with connection.cursor() as cursor:
        cursor.execute(SET_REVISIONS, [list(facts), list(latest), list(written), list(titles), list(live)])


def hold_decision(check: Check, record: Record) -> None:
    if not check.has("revisions", record["revision"]["uid"]):
        raise InvalidValue("审核意见所针对的版本不在档案中。")
    if record["duty"] not in Duty.values or record["outcome"] not in Outcome.values:
        raise InvalidValue(f"审核意见的职责“{record['duty']}”或意见“{record['outcome']}”不存在。")
    if not isinstance(record["comment"], str) or not isinstance(record["person"]["uid"], str):
        raise InvalidValue("审核意见的附言或人员无效。")
    from_archive(Revision._meta.get_field("created_at"), record["decided_at"], check.rewriter)


def write_decisions(load: Load, records: Iterator[Record]) -> None:
    """Record the decisions on the forms as they are stored here; a trusted install vouches that they are the same."""
    if not load.archive.is_trusted:
        return
    for batch in batches(records):
        known = [
            record
            for record in batch
            if record["person"]["uid"] in load.people and record["revision"]["uid"] in load.revisions
        ]
        with connection.cursor() as cursor:
            cursor.execute(
                INSERT_DECISIONS,
                [
                    [load.revisions[record["revision"]["uid"]] for record in known],
                    [load.people[record["person"]["uid"]] for record in known],
                    [record["person"]["uid"] for record in known],
                    [record["duty"] for record in known],
                    [record["outcome"] for record in known],
                    [record["comment"] for record in known],
                    [record["decided_at"] for record in known],
                ],
            )


def hold_approval(check: Check, record: Record) -> None:
    if not check.has("pages", record["uid"]):
        raise InvalidValue("核准所针对的页面不在档案中。")
    if record["kind"] not in ApprovalKind.values:
        raise InvalidValue(f"核准类别“{record['kind']}”不存在，可用：{'、'.join(ApprovalKind.values)}。")


def write_approvals(load: Load, records: Iterator[Record]) -> None:
    """Ask the gate for each page that was on line; what it does not approve stays a draft, with the reason."""
    wanted: dict[str, list[int]] = defaultdict(list)
    restricted = {record["uid"] for record in load.archive.records("pages") if record.get("is_restricted")}
    if load.archive.is_trusted:
        for record in records:
            key = load.pages[record["uid"]]
            if record["uid"] in restricted:
                load.refuse(key, record["uid"], "原站限制查看的页面，作为草稿导入。")
            elif record["kind"] == ApprovalKind.PROVISIONED and key not in load.standard:
                load.refuse(key, record["uid"], "开站栏目与本系统的标准栏目不同，须经审核。")
            elif record["kind"] == ApprovalKind.EDITION and key not in load.placements:
                load.refuse(key, record["uid"], "上级下发信息的版本不在本系统中，转为本站草稿，须经审核。")
            else:
                wanted[record["kind"]].append(key)
    else:
        wanted[ApprovalKind.PROVISIONED] = sorted(load.standard)
    approved: list[int] = []
    # Columns first: a page under a column off line is seen by nobody.
    for kind in KINDS:
        for batch in batches(wanted[kind]):
            approved += _go_live(load, kind, batch)
            load.progress("approvals", len(approved))
    owe_rereviews(load, set(approved))
    _hold_home(load)
    _follow_originals(load)
    _tell_search(load)
    _order_deliveries(load)


def _go_live(load: Load, kind: str, keys: Sequence[int]) -> list[int]:
    """Put pages on line as far as the gate approves them; halves a batch that it refuses."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(GO_LIVE, [list(keys)])
            approve(kind, keys)
        return list(keys)
    except (IntegrityError, InternalError) as error:
        if len(keys) > 1:
            middle = len(keys) // 2
            return _go_live(load, kind, keys[:middle]) + _go_live(load, kind, keys[middle:])
        reason = sentence_of(error)
    page = Page.objects.get(pk=keys[0])
    load.refuse(page.pk, page.title, reason)
    with connection.cursor() as cursor:
        cursor.execute(STAY_DRAFT, [list(keys)])
    return []


def _hold_home(load: Load) -> None:
    """A site needs its home page: with the platform's own words when the archive's were not approved."""
    for page in HomePage.objects.filter(live=False):
        Page.objects.filter(pk=page.pk).update(**HOME)
        load.note(f"首页标题“{page.title}”未经核准，改用“{HOME['title']}”。")
        _go_live(load, ApprovalKind.PROVISIONED, [page.pk])


def _follow_originals(load: Load) -> None:
    """Aliases follow their originals, on line when they say the same as what was approved."""
    pairs = [
        (load.pages[record["uid"]], load.pages[record["alias_of"]["uid"]])
        for record in load.archive.records("pages")
        if record["alias_of"] and record["alias_of"]["uid"] in load.pages
    ]
    if pairs:
        aliases, originals = zip(*pairs, strict=True)
        with connection.cursor() as cursor:
            cursor.execute(FOLLOW_ORIGINAL, [load.site.schema_name, list(aliases), list(originals)])


def _tell_search(load: Load) -> None:
    """Search rows of what went on line, a few hundred at a time."""
    columns = dict(ColumnPage.objects.values_list("path", "key"))
    for model in page_models().values():
        if not issubclass(model, ContentPage):
            continue
        last = 0
        while True:
            pages = list(model.objects.live().filter(pk__gt=last).order_by("pk")[:BATCH])
            if not pages:
                break
            last = pages[-1].pk
            entries = []
            for page in pages:
                try:
                    entries.append(search_entry(page, column=columns.get(page.path[: -Page.steplen], "")))
                except InvalidValue as error:
                    load.note(f"“{page.title}”没有进入检索：{error.message}")
            entries_published.emit(entries)


def _order_deliveries(load: Load) -> None:
    """Owe the placements their receipts: the worker finds them in place and signs for them."""
    for placement in PlacementPage.objects.live().filter(pk__in=load.placements):
        item = find_item(placement.content_id)
        if item is not None:
            order_deliveries(placement.content_id, item.version, [load.site])
