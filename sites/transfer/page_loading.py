"""Pages of an archive as rows: drafts at first, on line only by what the gate approves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any

from django.db import connection
from wagtail.models import Page

from network.errors import InvalidValue
from network.syndication.api import live_editions
from sites.content.bulk import insert_pages
from sites.content.trees import standard_tree
from sites.inbox.models import PlacementPage
from sites.pages.models import ColumnPage, HomePage
from sites.pages.provisioning import standard_column
from sites.transfer.checking import Check, hold_slug
from sites.transfer.exporting import batches
from sites.transfer.fields import archived_fields, from_archive
from sites.transfer.kinds import Record
from sites.transfer.loading import Load, as_uuid
from sites.transfer.models import Lineage
from sites.transfer.pages import page_models
from sites.transfer.received import article_of, hold_edition

LEVELS = ("national", "province", "subprovincial", "prefecture")
COMPARED = (
    "title",
    "slug",
    "seo_title",
    "search_description",
    "key",
    "parent_key",
    "column_type",
    "user_type",
    "description",
    "keywords",
    "clock_key",
)
HOME = {"title": "首页", "seo_title": "", "search_description": ""}

SET_FACTS = """
UPDATE wagtailcore_page AS page SET has_unpublished_changes = facts.is_changed, last_published_at = facts.published
FROM unnest(%s::int[], %s::bool[], %s::timestamptz[]) AS facts (key, is_changed, published) WHERE page.id = facts.key
"""


def hold_page(check: Check, record: Record) -> None:
    """A page must stand where its kind may stand, hold no field that this platform lacks."""
    kind, fields = record["kind"], record["fields"]
    model = page_models().get(kind)
    if model is None:
        raise InvalidValue(f"页面类别“{kind}”不存在，可用：{'、'.join(sorted(page_models()))}。", kind=kind)
    parent = record["parent"]
    if parent is not None and not check.has("placed", parent["uid"]):
        raise InvalidValue(f"页面“{fields.get('title')}”所在的栏目不在档案中，或排在它之后。")
    above = page_models()[check.page_kinds[parent["uid"]]] if parent else Page
    if above not in model.allowed_parent_page_models():
        raise InvalidValue(
            f"“{model._meta.verbose_name}”“{fields.get('title')}”不能放在“{above._meta.verbose_name}”下。"
        )
    check.take("placed", record["uid"])
    hold_slug(fields.get("slug"))
    if not check.take("paths of pages", f"{parent['uid'] if parent else ''}/{fields['slug']}"):
        raise InvalidValue(f"网址段“{fields['slug']}”在同一栏目下出现两次。", slug=fields["slug"])
    if not str(fields.get("title", "")).strip():
        raise InvalidValue("页面没有标题。")
    hold_fields(check, model, fields)
    for name in ("owner", "alias_of"):
        if record[name] is not None and not isinstance(record[name]["uid"], str):
            raise InvalidValue(f"“{name}”应为引用。")
    if kind == "placement" and record.get("edition") is not None:
        hold_edition(check, record["edition"])


def hold_fields(check: Check, model: Any, fields: Record) -> None:
    """Every field must be one of the type's, its value one that the field can hold."""
    known = {field.name: field for field in archived_fields(model)}
    unknown = sorted(set(fields) - set(known))
    if unknown:
        raise InvalidValue(f"带有本系统没有的字段“{'、'.join(unknown)}”。请升级本系统后再导入。", fields=unknown)
    for name, value in fields.items():
        from_archive(known[name], value, check.rewriter)


def write_pages(load: Load, records: Iterator[Record]) -> None:
    """Insert level by level, in the order of the records, the standard columns in place of this site's own."""
    _clear_columns()
    done = 0
    for (kind, parent), group in groupby(records, key=_place):
        if kind == "home":
            for record in group:
                _adopt_home(load, record)
            continue
        above = Page.objects.get(pk=load.pages[parent])
        for batch in batches(group):
            _insert(load, above, batch)
            done += len(batch)
            load.progress("pages", done)


def _place(record: Record) -> tuple[str, str]:
    return ("home" if record["kind"] == "home" else "", record["parent"]["uid"] if record["parent"] else "")


def _clear_columns() -> None:
    """The columns that provisioning opened make room: the archive brings its own."""
    keys = list(ColumnPage.objects.values_list("pk", flat=True))
    ColumnPage.objects.filter(pk__in=keys).delete()
    Page.objects.filter(pk__in=keys).delete()
    Page.objects.filter(depth=2).update(numchild=0)


def _adopt_home(load: Load, record: Record) -> None:
    """The site's own home page takes the identity of the archive's."""
    home = HomePage.objects.get()
    load.pages[record["uid"]] = home.pk
    is_standard = all(record["fields"].get(name, "") == value for name, value in HOME.items())
    values = {**values_of(load, HomePage, record["fields"]), "live": False}
    Page.objects.filter(pk=home.pk).update(translation_key=as_uuid(record["uid"]), **values)
    if is_standard:
        load.standard.add(home.pk)


def values_of(load: Load, model: Any, fields: Record) -> dict[str, Any]:
    """Constructor values of a page from a record's fields."""
    known = {field.name: field for field in archived_fields(model)}
    return {known[name].attname: from_archive(known[name], value, load.rewriter) for name, value in fields.items()}


def _insert(load: Load, parent: Page, batch: Sequence[Record]) -> None:
    editions = live_editions(
        [as_uuid(record["fields"]["content_id"]) for record in batch if record["kind"] == "placement"]
    )
    rows = []
    for record in batch:
        row = _page_of(load, record, editions)
        key = load.pages[record["uid"]]
        row.pk = row.page_ptr_id = row.id = key
        row.translation_key = as_uuid(record["uid"])
        row.owner_id = load.person(record["owner"])
        row.live = False
        rows.append(row)
    insert_pages(parent, rows, has_references=True)
    _set_facts(load, rows, batch)
    Lineage.objects.bulk_create(
        _lineage(row, record)
        for row, record in zip(rows, batch, strict=True)
        if record.get("lineage") or (record["kind"] == "placement" and not isinstance(row, PlacementPage))
    )


def _page_of(load: Load, record: Record, editions: dict[Any, Any]) -> Any:
    if record["kind"] != "placement":
        model = page_models()[record["kind"]]
        row = model(**values_of(load, model, record["fields"]))
        if isinstance(row, ColumnPage) and record["fields"].get("live") and is_standard(record["fields"]):
            load.standard.add(load.pages[record["uid"]])
        return row
    edition = editions.get(as_uuid(record["fields"]["content_id"]))
    if edition is None:
        load.turned.add(record["uid"])
        if record["fields"].get("local_note"):
            load.note(f"“{record['fields']['title']}”的本站附注没有随稿件导入：{record['fields']['local_note']}")
        return article_of(load, record)
    load.placements.add(load.pages[record["uid"]])
    return PlacementPage(**{**values_of(load, PlacementPage, record["fields"]), "origin": edition.origin})


def _lineage(row: Any, record: Record) -> Lineage:
    facts = record.get("lineage") or {
        "content_id": record["fields"]["content_id"],
        "version": record["edition"]["version"] if record["edition"] else record["fields"]["placed_version"],
        "origin": record["edition"]["origin"] if record["edition"] else {"slug": record["fields"]["origin"]},
    }
    return Lineage(
        page_id=row.pk,
        content_id=as_uuid(facts["content_id"]),
        version=facts["version"],
        origin_slug=facts["origin"]["slug"],
        origin_name=facts["origin"].get("full_name", ""),
    )


def _set_facts(load: Load, rows: Sequence[Any], batch: Sequence[Record]) -> None:
    """What inserting set by its own rule, as the archive says it; a page that stays a draft has changes to publish."""
    facts = []
    for row, record in zip(rows, batch, strict=True):
        values = values_of(load, Page, {"last_published_at": record["fields"].get("last_published_at")})
        is_changed = record["fields"].get("has_unpublished_changes", True) or not load.archive.is_trusted
        facts.append((row.pk, is_changed, values["last_published_at"]))
    keys, changed, published = zip(*facts, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(SET_FACTS, [list(keys), list(changed), list(published)])


@lru_cache(maxsize=1)
def _standard_columns() -> frozenset[tuple[Any, ...]]:
    """Every column of every level's tree, as far as readers see it."""
    found = set()
    for level in LEVELS:
        for spec in standard_tree(level):
            for column in (standard_column(spec, ""), *(standard_column(child, spec.key) for child in spec.children)):
                found.add(tuple(getattr(column, name) for name in COMPARED))
    return frozenset(found)


def is_standard(fields: Record) -> bool:
    """Whether a column says exactly what the platform's own trees say."""
    return tuple(fields.get(name, "") for name in COMPARED) in _standard_columns()
