"""Pages with their revisions, decisions, approvals, as records."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models
from wagtail.models import Page, PageViewRestriction

from network.syndication.api import live_editions
from network.tenancy.api import get_site_by_schema
from network.upkeep.api import waiting_rereviews
from sites.content.queries import site_path
from sites.inbox.models import PlacementPage
from sites.transfer.exporting import BATCH, GROUP_STORE, Export
from sites.transfer.fields import archived_fields, moment, to_archive
from sites.transfer.kinds import Record
from sites.transfer.models import Lineage
from sites.transfer.references import Rewriter

_REVISIONS = """
SELECT revision.id, revision.object_id::bigint, revision.created_at, revision.user_id, {content},
       revision.id = page.live_revision_id, revision.id = page.latest_revision_id
FROM wagtailcore_revision AS revision
JOIN wagtailcore_page AS page ON page.id::text = revision.object_id
WHERE revision.base_content_type_id = %s AND revision.object_id = ANY(%s)
  AND (revision.id = page.latest_revision_id OR revision.id > coalesce((
        SELECT max(approval.revision_id) FROM sites_editing_approval AS approval
        WHERE approval.page_id = page.id AND approval.kind = 'review'
          AND (page.live_revision_id IS NULL OR approval.revision_id < page.live_revision_id)), 0))
ORDER BY revision.id
"""

REVISIONS = _REVISIONS.format(content="revision.content")
REVISION_KEYS = _REVISIONS.format(content="NULL")

DECISIONS = """
WITH held AS MATERIALIZED (
    SELECT id, public.gate_content_hash(current_schema(), id) AS hash FROM wagtailcore_revision WHERE id = ANY(%s)
)
SELECT decision.id, decision.revision_id, decision.person_id, decision.person_name, decision.duty, decision.outcome,
       decision.comment, decision.decided_at
FROM sites_editing_decision AS decision
JOIN held ON held.id = decision.revision_id AND held.hash = decision.content_hash
ORDER BY decision.id
"""

APPROVALS = """
SELECT DISTINCT ON (page_id) page_id, kind, revision_id, decisions FROM sites_editing_approval
WHERE page_id = ANY(%s) AND voided_at IS NULL ORDER BY page_id, id DESC
"""


EMERGENCIES = """
SELECT DISTINCT ON (mark.page_id) mark.page_id, mark.revision_id, mark.person_id, mark.person_name, mark.reason,
       mark.reviewers, mark.marked_at
FROM sites_editing_emergencymark AS mark
JOIN sites_editing_approval AS approval ON approval.page_id = mark.page_id AND approval.kind = 'emergency'
    AND approval.voided_at IS NULL AND approval.revision_id = mark.revision_id
WHERE mark.page_id = ANY(%s) ORDER BY mark.page_id, mark.id DESC
"""


@lru_cache(maxsize=1)
def page_models() -> dict[str, type[models.Model]]:
    """Kind of page to its type: every page type of the apps of a site."""
    return {
        str(model._meta.model_name).removesuffix("page"): model
        for model in apps.get_models()
        if issubclass(model, Page) and model._meta.app_label.startswith("sites_")
    }


@lru_cache(maxsize=1)
def kind_by_content_type() -> dict[int, str]:
    """Content type to kind of page; ids are equal on every site."""
    return {ContentType.objects.get_for_model(model).pk: kind for kind, model in page_models().items()}


def page_batches() -> Iterator[list[Page]]:
    """The pages of the site level by level, each level in the order of the tree."""
    last_depth, last_path = 1, ""
    while True:
        rows = list(
            Page.objects.filter(depth__gt=1)
            .filter(models.Q(depth__gt=last_depth) | models.Q(depth=last_depth, path__gt=last_path))
            .order_by("depth", "path")[:BATCH]
        )
        if not rows:
            return
        yield rows
        last_depth, last_path = rows[-1].depth, rows[-1].path


def _fields_of(row: Any, rewriter: Rewriter) -> Record:
    """The fields of a stored page."""
    return {
        field.name: to_archive(field, field.value_from_object(row), rewriter) for field in archived_fields(type(row))
    }


def _walk(rows: Sequence[Any], fields: Callable[[Any, Rewriter], Record], rewriter: Rewriter) -> None:
    for row in rows:
        fields(row, rewriter)


def read_pages(export: Export) -> Iterator[Record]:
    """Every page with its fields, the live form; received ones with the edition they show."""
    for batch in page_batches():
        by_kind: dict[str, list[Page]] = defaultdict(list)
        for page in batch:
            by_kind[kind_by_content_type()[page.content_type_id]].append(page)
        rows: dict[int, Any] = {
            row.pk: row
            for kind, pages in by_kind.items()
            for row in page_models()[kind]._default_manager.filter(pk__in=[page.pk for page in pages])
        }
        context = _Context(batch, list(rows.values()))
        with export.references_of(partial(_walk, list(rows.values()), _fields_of)) as rewriter:
            for page in batch:
                row = rows[page.pk]
                record: Record = {
                    "uid": str(page.translation_key),
                    "kind": kind_by_content_type()[page.content_type_id],
                    "parent": context.parent(page),
                    "owner": export.person(page.owner_id),
                    "alias_of": context.alias_of(page),
                    "is_restricted": page.pk in context.restricted,
                    "path": site_path(page.url_path),
                    "fields": _fields_of(row, rewriter),
                    "lineage": context.lineage.get(page.pk),
                }
                if isinstance(row, PlacementPage):
                    record["fields"]["origin"] = _slug(row.origin)
                    record["edition"] = context.edition(row)
                    for facts in (record["edition"] or {}).get("files", ()):
                        export.files.setdefault(facts["sha256"], (GROUP_STORE, facts["name"]))
                yield record


def _slug(schema_name: str) -> str:
    """Key of a site of the group by its schema; what is no site of the group any more stays as it is."""
    try:
        return get_site_by_schema(schema_name).slug
    except LookupError:
        return schema_name


class _Context:
    """What one batch of pages refers to, each in one statement."""

    def __init__(self, batch: Sequence[Page], rows: Sequence[Any]) -> None:
        keys = [page.pk for page in batch]
        parents = {page.path[: -Page.steplen] for page in batch if page.depth > 2}
        self._parents = dict(Page.objects.filter(path__in=parents).values_list("path", "translation_key"))
        originals = [page.alias_of_id for page in batch if page.alias_of_id]
        self._originals = dict(Page.objects.filter(pk__in=originals).values_list("pk", "translation_key"))
        self.restricted = set(PageViewRestriction.objects.filter(page__in=keys).values_list("page_id", flat=True))
        self.lineage = {held.page_id: held.as_record() for held in Lineage.objects.filter(page__in=keys)}
        placements = [row for row in rows if isinstance(row, PlacementPage)]
        self._editions = live_editions([row.content_id for row in placements])

    def parent(self, page: Page) -> Record | None:
        if page.depth <= 2:
            return None
        return {"kind": "page", "uid": str(self._parents[page.path[: -Page.steplen]])}

    def alias_of(self, page: Page) -> Record | None:
        if page.alias_of_id is None:
            return None
        return {"kind": "page", "uid": str(self._originals[page.alias_of_id])}

    def edition(self, placement: PlacementPage) -> Record | None:
        """The edition that a placement shows; null when it was recalled."""
        edition = self._editions.get(placement.content_id)
        if edition is None:
            return None
        origin = get_site_by_schema(edition.origin)
        return {
            "content_id": str(edition.content_id),
            "version": edition.version,
            "content_hash": edition.content_hash,
            "origin": {"slug": origin.slug, "full_name": origin.full_name},
            "kind": edition.kind,
            "column": edition.column,
            "title": edition.title,
            "summary": edition.summary,
            "source": edition.source or origin.full_name,
            "department": edition.department,
            "document_number": edition.document_number,
            "body": edition.body,
            "files": edition.files,
            "is_sample": edition.is_sample,
            "published_at": moment(edition.published_at),
        }


def _page_kind() -> int:
    return int(ContentType.objects.get_for_model(Page).pk)


def _rows(statement: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def _numbered(batch: Sequence[Page], statement: str) -> tuple[list[tuple[Any, ...]], dict[int, str]]:
    """The revisions of these pages that travel, page by page, with their uids by primary key."""
    rows = _rows(statement, [_page_kind(), [str(page.pk) for page in batch]])
    place = {page.pk: number for number, page in enumerate(batch)}
    rows.sort(key=lambda row: (place[row[1]], row[0]))
    uid_of_page = {page.pk: str(page.translation_key) for page in batch}
    numbers: dict[int, int] = defaultdict(int)
    uids = {}
    for row in rows:
        numbers[row[1]] += 1
        uids[row[0]] = f"{uid_of_page[row[1]]}/{numbers[row[1]]}"
    return rows, uids


def _fields_in(kinds: dict[int, str], row: tuple[Any, ...], rewriter: Rewriter) -> Record:
    """The fields that a revision's JSON holds; one that is newer than the revision has its default."""
    content = _content(row[4])
    return {
        field.name: to_archive(field, content[field.name] if field.name in content else field.get_default(), rewriter)
        for field in archived_fields(page_models()[kinds[row[1]]])
    }


def read_revisions(export: Export) -> Iterator[Record]:
    """The revisions since the approval before the one in force: whoever wrote them are the authors."""
    for batch in page_batches():
        kinds = {page.pk: kind_by_content_type()[page.content_type_id] for page in batch}
        fields_of = partial(_fields_in, kinds)
        rows, uids = _numbered(batch, REVISIONS)
        with export.references_of(partial(_walk, rows, fields_of)) as rewriter:
            for row in rows:
                fields = fields_of(row, rewriter)
                if kinds[row[1]] == "placement":
                    fields["origin"] = _slug(fields["origin"])
                uid = uids[row[0]]
                yield {
                    "uid": uid,
                    "page": {"kind": "page", "uid": uid.split("/", maxsplit=1)[0]},
                    "author": export.person(row[3]),
                    "created_at": moment(row[2]),
                    "is_live": bool(row[5]),
                    "is_latest": bool(row[6]),
                    "fields": fields,
                }


def _content(value: Any) -> Any:
    """Raw cursors give jsonb as text."""
    return json.loads(value) if isinstance(value, str) else value


def _decisions(batch: Sequence[Page]) -> tuple[list[tuple[Any, ...]], dict[int, str], dict[int, str]]:
    """Decisions on the revisions that travel, their uids, the uids of the revisions."""
    revisions, uids = _numbered(batch, REVISION_KEYS)
    rows = _rows(DECISIONS, [[row[0] for row in revisions]])
    place = {row[0]: number for number, row in enumerate(revisions)}
    rows.sort(key=lambda row: (place[row[1]], row[0]))
    numbers: dict[int, int] = defaultdict(int)
    decision_uids = {}
    for row in rows:
        numbers[row[1]] += 1
        decision_uids[row[0]] = f"{uids[row[1]]}/{numbers[row[1]]}"
    return rows, decision_uids, uids


def read_decisions(export: Export) -> Iterator[Record]:
    """What each reviewer decided on these very forms."""
    for batch in page_batches():
        rows, decision_uids, uids = _decisions(batch)
        for row in rows:
            yield {
                "uid": decision_uids[row[0]],
                "revision": {"kind": "revision", "uid": uids[row[1]]},
                "person": export.person(row[2]) or {"kind": "person", "uid": row[3]},
                "duty": row[4],
                "outcome": row[5],
                "comment": row[6],
                "decided_at": moment(row[7]),
            }


def read_approvals(export: Export) -> Iterator[Record]:
    """The approvals in force of live pages."""
    for batch in page_batches():
        live = [page for page in batch if page.live and page.alias_of_id is None]
        found = {row[0]: row for row in _rows(APPROVALS, [[page.pk for page in live]])}
        _rows_of, decision_uids, uids = _decisions(live)
        for page in live:
            if page.pk not in found:
                continue
            _page, kind, revision_id, decisions = found[page.pk]
            yield {
                "uid": str(page.translation_key),
                "kind": kind,
                "revision": {"kind": "revision", "uid": uids[revision_id]} if revision_id in uids else None,
                "decisions": sorted(decision_uids[key] for key in _content(decisions) if key in decision_uids),
            }


def read_emergencies(export: Export) -> Iterator[Record]:
    """Emergency releases that are on line and wait for their re-review."""
    waiting = {row.page_id: row for row in waiting_rereviews(export.site)}
    for batch in page_batches() if waiting else ():
        live = [page for page in batch if page.live and page.pk in waiting]
        marks = {row[0]: row for row in _rows(EMERGENCIES, [[page.pk for page in live]])}
        _revisions, uids = _numbered(live, REVISION_KEYS)
        for page in live:
            if page.pk not in marks or marks[page.pk][1] not in uids:
                continue
            _page, revision_id, person_id, name, reason, reviewers, marked_at = marks[page.pk]
            row = waiting[page.pk]
            yield {
                "uid": str(page.translation_key),
                "revision": {"kind": "revision", "uid": uids[revision_id]},
                "person": export.person(person_id) or {"kind": "person", "uid": name},
                "reason": reason,
                "reviewers": [held for key in _content(reviewers) if (held := export.person(key))],
                "reviewed_by": row.reviewed_by,
                "marked_at": moment(marked_at),
                "published_at": moment(row.published_at),
                "due_at": moment(row.due_at),
            }


def read_addresses(export: Export) -> Iterator[Record]:
    """Every public path with the page that stands there."""
    for batch in page_batches():
        for page in batch:
            if page.live:
                uid = str(page.translation_key)
                path = site_path(page.url_path)
                yield {"uid": path, "path": path, "page": {"kind": "page", "uid": uid}}
