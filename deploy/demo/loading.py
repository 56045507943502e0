"""Loading sample content and a corpus of laws, set-based, through the gate as ``sample``."""

from __future__ import annotations

import datetime
import gzip
import json
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.html import escape
from django.utils.text import Truncator

from deploy.demo.items import DemoItem, read_items
from network.contracts import SearchEntry
from network.numbering.api import issue_numbers
from network.syndication.api import Audience, dispatch_samples, find_item
from network.tenancy.api import Site, get_site, in_site
from search.api import store_entries
from sites.accounts.api import system_user
from sites.content.base import ContentPage
from sites.content.bulk import insert_pages
from sites.editing.api import approval_in_force, approve_samples
from sites.pages.api import edition_of, search_entry
from sites.pages.models import CONTENT_TYPES, ArticlePage, ColumnPage, LawPage

NAMESPACE = uuid.UUID("8c7a6f0a-3a53-4f0e-9a86-5b7b7a0f5a11")
BATCH = 250
DISPATCHED_LAWS = 20
NATIONAL_LAW = (
    "宪法",
    "宪法相关法",
    "民法典",
    "民法商法",
    "行政法",
    "经济法",
    "社会法",
    "刑法",
    "诉讼与非诉讼程序法",
)
"""The corpus sorts laws of the National People's Congress by branch of law."""

LAW_COLUMN = "flfg"
SUBJECT = "market"
FORMS = {"notice": "notice", "policy": "opinion", "warning": "announcement", "statistics": "bulletin"}
"""Place of sample items in the catalogue, by kind."""

TITLE_LENGTH = 250
REGIONS = {
    "山东": "shandong",
    "河南": "henan",
    "浙江": "zhejiang",
    "上海": "shanghai",
    "北京": "beijing",
    "重庆": "chongqing",
    "广东": "guangdong",
}
Report = Callable[[str], None]


def load_samples(*, report: Report) -> int:
    """Put every sample item on its site, dispatch those that say so; what is there already stays."""
    total = 0
    for slug, items in read_items().items():
        try:
            site = get_site(slug)
        except LookupError:
            continue
        with in_site(site), transaction.atomic():
            total += len(publish_samples(site, [(item.column, _article(item)) for item in items]))
    report(f"样例稿件 {total} 篇")
    hub = get_site("hub")
    with in_site(hub), transaction.atomic():
        wanted = [sample_uid("hub", item.key) for item in read_items()["hub"] if item.is_dispatched]
        owed = dispatch_pages(hub, ArticlePage.objects.live().filter(translation_key__in=wanted))
    report(f"样例下发 {owed} 份")
    return total


def sample_uid(site: str, key: str) -> uuid.UUID:
    """A fixed content id, so that loading twice adds nothing."""
    return uuid.uuid5(NAMESPACE, f"{site}/{key}")


def _article(item: DemoItem) -> ArticlePage:
    return ArticlePage(
        title=item.title,
        slug=item.key,
        live=True,
        translation_key=sample_uid(item.site, item.key),
        first_published_at=item.published,
        kind=item.kind,
        summary=item.summary,
        source=item.source,
        department=item.department,
        document_number=item.document_number,
        keywords=item.keywords,
        subject=SUBJECT if item.kind in FORMS else "",
        document_form=FORMS.get(item.kind, ""),
        created_on=timezone.localdate(item.published),
        body=json.dumps([{**block, "id": str(uuid.uuid4())} for block in item.body]),
    )


def publish_samples(
    site: Site, rows: Iterable[tuple[str, ContentPage]], *, has_references: bool = False
) -> list[ContentPage]:
    """Insert, approve, index pages of one site; the caller is in the site with a transaction open."""
    wanted = list(rows)
    held: set[uuid.UUID] = set()
    for model in CONTENT_TYPES:
        held |= set(
            model.objects.filter(translation_key__in=[page.translation_key for _, page in wanted]).values_list(
                "translation_key", flat=True
            )
        )
    columns = {column.key: column for column in ColumnPage.objects.live()}
    grouped: dict[tuple[str, type[ContentPage]], list[ContentPage]] = defaultdict(list)
    for column, page in wanted:
        if page.translation_key not in held:
            grouped[column, type(page)].append(page)
    owner = system_user()
    published: list[ContentPage] = []
    entries: list[SearchEntry] = []
    for (column, _model), pages in grouped.items():
        if column not in columns:
            raise LookupError(f"Site '{site.slug}' has no column '{column}', which sample items name.")
        inserted = insert_pages(columns[column], pages, owner=owner, has_references=has_references)
        approve_samples([page.pk for page in inserted])
        issue_numbers([page.translation_key for page in inserted], site=site)
        published += inserted
        entries += [search_entry(page, is_sample=True, column=column) for page in inserted]
    store_entries(entries)
    return published


def add_sample(site: Site, *, title: str, slug: str, column: str) -> None:
    """One sample notice of a line on a site."""
    body = [{"type": "paragraph", "value": f"<p>{escape(title)}</p>", "id": str(uuid.uuid4())}]
    with in_site(site), transaction.atomic():
        page = ArticlePage(
            title=title,
            slug=slug,
            live=True,
            translation_key=uuid.uuid4(),
            first_published_at=timezone.now(),
            kind="notice",
            summary=title,
            body=json.dumps(body),
        )
        publish_samples(site, [(column, page)])


def dispatch_pages(site: Site, pages: Iterable[ContentPage]) -> int:
    """Dispatch those of these pages that do not travel yet; returns the number of deliveries owed."""
    contents = [
        (edition_of(page), approval_in_force(page.pk)) for page in pages if find_item(page.translation_key) is None
    ]
    return dispatch_samples(contents, origin=site, audience=Audience(is_all=True), person="demo") if contents else 0


def read_laws(folder: Path) -> Iterator[dict[str, Any]]:
    """Rows of ``laws.jsonl.gz`` in a data folder. Raises FileNotFoundError naming what it looked for."""
    candidates = [folder / "laws" / "laws.jsonl.gz", folder / "laws.jsonl.gz"]
    path = next((candidate for candidate in candidates if candidate.exists()), None)
    if path is None:
        raise FileNotFoundError(f"No laws.jsonl.gz in '{folder}'. Give the folder that holds 'laws/laws.jsonl.gz'.")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def load_corpus(folder: Path, *, report: Report) -> int:
    """National law on the hub, local regulations on their provinces' sites; 20 laws go to all sites."""
    by_site: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in read_laws(folder):
        by_site[REGIONS.get(row.get("region") or "", "hub")].append(row)
    total = 0
    for slug, rows in by_site.items():
        site = get_site(slug)
        for start in range(0, len(rows), BATCH):
            with in_site(site), transaction.atomic():
                pages = [(LAW_COLUMN, _law(slug, row)) for row in rows[start : start + BATCH]]
                total += len(publish_samples(site, pages))
            report(f"{site.short_name} 法律法规 {min(start + BATCH, len(rows))}/{len(rows)}")
    hub = get_site("hub")
    with in_site(hub), transaction.atomic():
        laws = LawPage.objects.live().filter(category__in=NATIONAL_LAW).order_by("-version_date", "title")
        owed = dispatch_pages(hub, laws[:DISPATCHED_LAWS])
    report(f"法律下发 {owed} 份")
    return total


def _law(slug: str, row: dict[str, Any]) -> LawPage:
    version = _day(row.get("version_date"))
    moment = timezone.make_aware(datetime.datetime.combine(version or datetime.date(1970, 1, 1), datetime.time(9)))
    title = Truncator(row.get("title") or row.get("name") or "").chars(TITLE_LENGTH)
    adoption = row.get("info") or ""
    return LawPage(
        title=title,
        slug=f"law-{sample_uid(slug, str(row['id'])).hex[:12]}",
        live=True,
        translation_key=sample_uid(slug, str(row["id"])),
        first_published_at=moment,
        category=(row.get("category") or "")[:40],
        issuing_body=(row.get("agency") or "")[:200],
        version_date=version,
        subject=SUBJECT,
        document_form="law",
        created_on=version,
        adoption="\n".join(adoption) if isinstance(adoption, list) else str(adoption),
        source=(row.get("agency") or "")[:100],
        summary=(row.get("subtitle") or "")[:500],
        body=json.dumps(list(_law_blocks(_without_title(row.get("body") or "", title)))),
    )


def _without_title(text: str, title: str) -> str:
    """The text without a first line that repeats the title, which the page shows already."""
    first, _, rest = text.lstrip().partition("\n")
    return rest if "".join(first.strip("# ").split()) == "".join(title.split()) else text


def _law_blocks(text: str) -> Iterator[dict[str, Any]]:
    """The text as paragraphs; lines that are headings in the source stay headings."""
    paragraphs: list[str] = []
    for line in text.splitlines():
        stripped = line.strip()
        if stripped.startswith("#"):
            if paragraphs:
                yield _paragraphs(paragraphs)
                paragraphs = []
            yield {"type": "heading", "value": stripped.lstrip("# ")[:120], "id": str(uuid.uuid4())}
        elif stripped:
            paragraphs.append(stripped)
    if paragraphs:
        yield _paragraphs(paragraphs)


def _paragraphs(lines: list[str]) -> dict[str, Any]:
    html = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return {"type": "paragraph", "value": html, "id": str(uuid.uuid4())}


def _day(value: Any) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(str(value)[:10]) if value else None
    except ValueError:
        return None
