"""Items that are written, dispatched, recalled for a measurement."""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

from deploy.bench.network import Network, wait_until
from deploy.bench.results import NotMeasured
from network.events import entry_published
from network.syndication.api import Audience, DispatchResult, ItemState, dispatch_item, find_item, recall_item
from network.tenancy.api import MANAGE_NETWORK
from network.tenancy.contexts import in_site
from network.tenancy.models import Site
from search.backends.clients import is_configured
from sites.accounts.api import system_user
from sites.accounts.models import Staff
from sites.content.bulk import insert_pages
from sites.editing.api import approval_in_force, approve_samples
from sites.pages.api import edition_of, search_entry
from sites.pages.models import ArticlePage, ColumnPage

COLUMN = "tzgg"
PLACING_SECONDS = 300
LOOK_SECONDS = 0.01
PARAGRAPH = (
    "为保证统计口径一致，本文为计时用的样例，不作为办理业务的依据。请各地按照规定的时限公开有关信息，并做好登记。"
)
PARAGRAPHS = 12


@dataclass(frozen=True)
class Item:
    """An article of the hub. Title and body each hold a word that stands nowhere else."""

    page_id: int
    content_id: uuid.UUID
    path: str
    title_mark: str
    body_mark: str
    search_word: str


@contextmanager
def items_on_line(network: Network, count: int) -> Iterator[list[Item]]:
    """Articles on the hub's notice column, recalled at the end, however the measurement ended."""
    items = _write(network, count)
    try:
        yield items
    finally:
        with in_site(network.hub):
            person = manager(network)
            for item in items:
                head = find_item(item.content_id)
                if head is None:
                    # It never travelled, so there is nothing to recall.
                    ArticlePage.objects.get(pk=item.page_id).unpublish()
                elif head.state != ItemState.RECALLED:
                    recall(network, item, acting_user=person)


def _write(network: Network, count: int) -> list[Item]:
    """As loading puts its samples."""
    marks = [tuple(f"{kind}{secrets.token_hex(5)}" for kind in "tbs") for _ in range(count)]
    with in_site(network.hub), transaction.atomic():
        column = ColumnPage.objects.live().get(key=COLUMN)
        pages = insert_pages(
            column,
            [
                ArticlePage(
                    title=f"计时样例 {title_mark} {search_word}",
                    slug=f"bench-{title_mark}",
                    live=True,
                    translation_key=uuid.uuid4(),
                    kind="notice",
                    summary="计时样例",
                    body=json.dumps(_body(body_mark)),
                )
                for title_mark, body_mark, search_word in marks
            ],
            owner=system_user(),
        )
        approve_samples([page.pk for page in pages])
        for page in pages:
            entry_published.emit(search_entry(page, is_sample=True))
        return [
            Item(page.pk, page.translation_key, page.get_site_path(), *mark)
            for page, mark in zip(pages, marks, strict=True)
        ]


def _body(mark: str) -> list[dict[str, str]]:
    texts = [mark, *[PARAGRAPH] * PARAGRAPHS]
    return [{"type": "paragraph", "value": f"<p>{text}</p>", "id": str(uuid.uuid4())} for text in texts]


def manager(network: Network) -> Staff:
    """Somebody at the hub who may dispatch; call inside the hub."""
    for person in Staff.objects.filter(is_active=True).order_by("pk"):
        if person.has_perm(MANAGE_NETWORK):
            return person
    raise NotMeasured("总站没有具备站群管理权限的人员。")


def dispatch(network: Network, item: Item, *, acting_user: Staff, sites: Sequence[Site]) -> DispatchResult:
    """Send an item; call inside the hub with its page's article live."""
    page = ArticlePage.objects.get(pk=item.page_id)
    with transaction.atomic():
        return dispatch_item(
            edition_of(page),
            acting_user=acting_user,
            origin=network.hub,
            audience=Audience(sites=tuple(site.slug for site in sites)),
            approval=approval_in_force(page.pk),
        )


def recall(network: Network, item: Item, *, acting_user: Staff) -> None:
    """Take an item back; call inside the hub."""
    recall_item(item.content_id, acting_user=acting_user, origin=network.hub, reason="计时结束")


def wait_until_placed(items: Sequence[Item], count: int) -> None:
    """Wait until every site that is owed the items gave its receipt."""
    wanted = [item.content_id for item in items]

    def are_placed() -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                """SELECT count(*) FROM public.network_syndication_delivery
                   WHERE content_id = ANY(%s) AND state = 'placed'""",
                [wanted],
            )
            return int(cursor.fetchone()[0]) >= count * len(items)

    wait_until(are_placed, seconds=PLACING_SECONDS, pause=LOOK_SECONDS, failure="下发没有全部落地，请看 worker 的日志")


def wait_until_settled() -> None:
    """Wait until no work waits but what is for later, and the engine has every search row."""

    def is_settled() -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                """SELECT NOT EXISTS (SELECT 1 FROM public.network_outbox_work
                                   WHERE state = 'waiting' AND (attempts > 0 OR not_before <= now()))
                   AND NOT EXISTS (SELECT 1 FROM public.search_document
                                   WHERE indexed_version < version AND index_error = '' AND %s)""",
                [is_configured()],
            )
            return bool(cursor.fetchone()[0])

    wait_until(is_settled, seconds=PLACING_SECONDS, pause=0.05, failure="待办或待索引的条目没有清空")
