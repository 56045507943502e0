"""Putting the demo right after a sabotage: whatever one of them may have left in the database."""

from __future__ import annotations

import uuid

from django.db import connection, transaction

from deploy.demo.sabotages.auditing import restore_audit
from deploy.demo.sabotages.review import switch_gate
from network.outbox.api import enqueue_many
from network.syndication.api import DELIVER_KIND, Delivery, DeliveryState, Item, ItemState
from network.syndication.recall import FINISH_KIND, take_off_line
from network.tenancy.api import all_sites, in_site
from search.api import withdraw_entries
from search.models import SearchDocument
from sites.accounts.api import Staff
from sites.accounts.operations import SQL as ACCOUNTS_SQL
from sites.editing.operations import SQL
from sites.inbox.api import compare_site, repair_site

UNAPPROVED_OFF_LINE = """
UPDATE "{schema}".wagtailcore_page AS page SET live = false WHERE live AND depth > 1 AND NOT EXISTS (
    SELECT 1 FROM "{schema}".sites_editing_approval AS approval
    WHERE approval.page_id IN (page.id, coalesce(page.alias_of_id, page.id)) AND approval.voided_at IS NULL)
"""


def restore_gate() -> None:
    """Close the publish gate again: functions, triggers, rights."""
    with connection.cursor() as cursor:
        cursor.execute(SQL.read_text(encoding="utf-8"))
    for site in all_sites():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f'REVOKE INSERT ON "{site.schema_name}".sites_editing_approval FROM PUBLIC')
            switch_gate(site.schema_name, is_on=True)


def restore_accounts() -> None:
    """Hold duties apart again."""
    with connection.cursor() as cursor:
        cursor.execute(ACCOUNTS_SQL.read_text(encoding="utf-8"))


def restore_registry() -> None:
    """Have the database hold tree and states of the registry again."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE public.network_tenancy_site ENABLE TRIGGER USER")


def put_right() -> None:
    """Take off line what no approval covers or what was recalled, ask again for receipts that never came."""
    restore_audit()
    schemas = [site.schema_name for site in all_sites()]
    for site in all_sites():
        with in_site(site), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(UNAPPROVED_OFF_LINE.format(schema=site.schema_name))
            Staff.objects.filter(is_superuser=True).update(is_superuser=False)
    recalled = list(Item.objects.filter(state=ItemState.RECALLED))
    with transaction.atomic():
        for item in recalled:
            take_off_line(item.content_id, origin=item.origin, schemas=schemas)
        withdraw_entries([str(item.content_id) for item in recalled] + _stray_documents())
        for kind, state in ((FINISH_KIND, DeliveryState.RECALLING), (DELIVER_KIND, DeliveryState.WAITING)):
            rows = Delivery.objects.filter(state=state).values_list("site", "content_id", "version_due")
            enqueue_many(kind, [(slug, str(content_id), version, {}) for slug, content_id, version in rows])

    for site in all_sites():
        with in_site(site):
            repair_site(site, compare_site(site))


def _stray_documents() -> list[str]:
    """Search documents of local pages that are not on line."""
    stray: list[str] = []
    for site in all_sites():
        held = SearchDocument.objects.filter(origin=site.schema_name, is_withdrawn=False, document_id__contains=":")
        by_content = {uuid.UUID(key.rpartition(":")[2]): key for key in held.values_list("document_id", flat=True)}
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT translation_key FROM "{site.schema_name}".wagtailcore_page WHERE live')
            live = {row[0] for row in cursor.fetchall()}
        stray += [document_id for content_id, document_id in by_content.items() if content_id not in live]
    return stray
