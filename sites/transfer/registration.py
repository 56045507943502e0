"""The kinds of records that the platform's own content has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from wagtail.models import Page

from network.errors import InvalidValue
from sites.content.queries import site_path
from sites.transfer import emergency_loading, media, page_loading, pages, people, review_loading
from sites.transfer.exporting import batches
from sites.transfer.kinds import ArchiveKind, Record, archive_kinds


def hold_address(check: Any, record: Record) -> None:
    if not str(record["path"]).startswith("/") or not check.has("pages", record["page"]["uid"]):
        raise InvalidValue(f"网址“{record['path']}”的页面不在档案中。")


def write_addresses(load: Any, records: Iterator[Record]) -> None:
    """Addresses follow from the pages; tell of those that came out otherwise."""
    for batch in batches(records):
        keys = [load.pages[record["page"]["uid"]] for record in batch]
        here = dict(Page.objects.filter(pk__in=keys).values_list("pk", "url_path"))
        for record, key in zip(batch, keys, strict=True):
            if site_path(here[key]) != record["path"]:
                load.note(f"网址由“{record['path']}”变为“{site_path(here[key])}”。")


def register_kinds() -> None:
    """Called once, when the application is ready."""
    for order, (name, read, hold, write) in enumerate(
        (
            ("people", people.read_people, people.hold_person, people.write_people),
            ("collections", media.read_collections, media.hold_collection, media.write_collections),
            ("images", media.read_images, media.hold_image, media.write_images),
            ("documents", media.read_documents, media.hold_document, media.write_documents),
            ("pages", pages.read_pages, page_loading.hold_page, page_loading.write_pages),
            ("revisions", pages.read_revisions, review_loading.hold_revision, review_loading.write_revisions),
            ("decisions", pages.read_decisions, review_loading.hold_decision, review_loading.write_decisions),
            (
                "emergencies",
                pages.read_emergencies,
                emergency_loading.hold_emergency,
                emergency_loading.write_emergencies,
            ),
            ("approvals", pages.read_approvals, review_loading.hold_approval, review_loading.write_approvals),
            ("redirects", people.read_redirects, people.hold_redirect, people.write_redirects),
            ("duty_scopes", people.read_scopes, people.hold_scope, people.write_scopes),
            ("workflow", people.read_workflow, people.hold_workflow, people.write_workflow),
            ("addresses", pages.read_addresses, hold_address, write_addresses),
        )
    ):
        archive_kinds.register(name, ArchiveKind(name=name, order=10 * order, read=read, hold=hold, write=write))
