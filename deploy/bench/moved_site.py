"""A site of thousands of reviewed pages, for moving it."""

from __future__ import annotations

import hashlib
import uuid
import zlib
from collections.abc import Mapping

from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import connection, transaction
from wagtail.models import Page, Revision

from deploy.demo.removing import drop_site
from network.tenancy.api import Level, Site, get_site, in_public, in_site, open_site, request_site
from sites.accounts.models import Staff
from sites.content.bulk import insert_pages
from sites.editing.actions import approve
from sites.editing.models import ApprovalKind
from sites.media.models import SiteImage
from sites.pages.models import ArticlePage, ColumnPage

COLUMN = "tzgg"
BATCH = 250
IMAGES = 100
PARAGRAPHS = 8
ROLES = {"editor": "editor", "reviewer": "reviewer", "final": "final_reviewer", "secrecy": "secrecy_reviewer"}
DUTIES = {"reviewer": "reviewer", "final": "final_reviewer", "secrecy": "secrecy_reviewer"}

DECIDE = """
INSERT INTO sites_editing_decision
    (page_id, revision_id, content_hash, person_id, person_name, duty, outcome, comment, decided_at)
SELECT object_id::bigint, id, public.gate_content_hash(current_schema(), id), %s, %s, %s, 'approve', '', now()
FROM wagtailcore_revision WHERE id = ANY(%s) ORDER BY id
"""
SET_LATEST = """
UPDATE wagtailcore_page AS page SET latest_revision_id = revision.id, latest_revision_created_at = revision.created_at
FROM wagtailcore_revision AS revision WHERE revision.id = ANY(%s) AND page.id::text = revision.object_id
"""
GO_LIVE = """
UPDATE wagtailcore_page AS page
SET live = true, has_unpublished_changes = false, live_revision_id = revision.id, latest_revision_id = revision.id,
    latest_revision_created_at = revision.created_at, first_published_at = now(), last_published_at = now()
FROM wagtailcore_revision AS revision WHERE revision.id = ANY(%s) AND page.id::text = revision.object_id
"""


def remove(slug: str) -> None:
    """Take a site of an earlier run away."""
    try:
        drop_site(slug)
    except LookupError:
        return


def open_empty(
    slug: str, *, place: str = "搬迁市", division_code: str = "990001", roles: Mapping[str, str] = ROLES
) -> Site:
    """Open a site anew with a person for each role, by default an editor and three reviewers."""
    remove(slug)
    staff = [
        {"username": name, "name": name, "department": "", "roles": [role], "password_hash": "!"}
        for name, role in roles.items()
    ]
    facts = {
        "level": Level.PREFECTURE,
        "parent": "hub",
        "division_code": division_code,
        "full_name": f"{place}工商行政管理局",
        "short_name": f"{place}局",
    }
    with in_public(), transaction.atomic():  # the provisioner must not take the request first
        open_site(request_site(slug, facts=facts, domain=f"{slug}.gov.cn", staff=staff, requested_by="bench"))
    return get_site(slug)


def open_with_pages(slug: str, count: int) -> Site:
    """Open a site whose items went through the real gate: revisions, three decisions each, approvals."""
    site = open_empty(slug)
    with in_site(site):
        images = [small_image(number) for number in range(IMAGES)]
        people = {person.username: person for person in Staff.objects.filter(username__in=ROLES)}
        for start in range(0, count, BATCH):
            with transaction.atomic():
                _write(images, people, start, min(BATCH, count - start))
    return site


def small_image(number: int) -> int:
    """A small picture that is like no other: a PNG written by hand."""
    shade = hashlib.sha256(str(number).encode()).digest()[:3]
    rows = b"".join(b"\x00" + shade * 64 for _ in range(64))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    header = (64).to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    held = SiteImage.objects.create(title=f"图 {number}", file=ContentFile(data, name=f"bench-{number}.png"))
    held.file.close()
    return int(held.pk)


def _body(number: int, image: int) -> list[dict[str, object]]:
    texts = [f"第 {number} 篇第 {place} 段：" + uuid.uuid4().hex * 6 for place in range(PARAGRAPHS)]
    blocks: list[dict[str, object]] = [{"type": "paragraph", "value": f"<p>{text}</p>"} for text in texts]
    blocks.append({"type": "picture", "value": {"image": image, "caption": f"图 {number}"}})
    return [{**block, "id": str(uuid.uuid4())} for block in blocks]


def _write(images: list[int], people: dict[str, Staff], start: int, count: int) -> None:
    pages, keys = write_decided(images, people, start, count)
    with connection.cursor() as cursor:
        cursor.execute(GO_LIVE, [keys])
    approve(ApprovalKind.REVIEW, [page.pk for page in pages])


def write_decided(
    images: list[int], people: dict[str, Staff], start: int, count: int
) -> tuple[list[ArticlePage], list[int]]:
    """Drafts that three people decided on, with the keys of their revisions; the last approval is to come."""
    column = ColumnPage.objects.get(key=COLUMN)
    pages = insert_pages(
        column,
        [
            ArticlePage(
                title=f"搬迁样例 {number}",
                slug=f"moved-{number}",
                live=False,
                kind="notice",
                summary=f"第 {number} 篇的摘要",
                body=_body(number, images[number % len(images)]),
            )
            for number in range(start, start + count)
        ],
        owner=people["editor"],
        has_references=True,
    )
    base, own = ContentType.objects.get_for_model(Page), ContentType.objects.get_for_model(ArticlePage)
    revisions = Revision.objects.bulk_create(
        Revision(
            content_type=own,
            base_content_type=base,
            object_id=str(page.pk),
            created_at=page.latest_revision_created_at or page.owner.date_joined,
            user=people["editor"],
            object_str=page.title,
            content=page.serializable_data(),
        )
        for page in pages
    )
    keys = [revision.pk for revision in revisions]
    with connection.cursor() as cursor:
        for username, duty in DUTIES.items():
            cursor.execute(DECIDE, [people[username].pk, username, duty, keys])
        cursor.execute(SET_LATEST, [keys])
    return pages, keys
