"""Files of live pages that readers do not get, each with why and what to do."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin.panels import Panel
from wagtail.models import Page, ReferenceIndex

from network.blocks.api import blocked_paths_here
from sites.content.openness import Openness
from sites.media.models import SiteDocument, SiteImage, states_of
from sites.media.scanning import ScanState, may_be_public

Media = SiteImage | SiteDocument
ADDRESS = re.compile(r"/files/([0-9a-f]{64})(?:/|$)")
NEW_IN_DRAFT = """
SELECT kind, file_id FROM wagtailcore_revision AS draft, public.gate_files(current_schema(), draft.content)
WHERE draft.id = %s
EXCEPT
SELECT kind, file_id FROM wagtailcore_revision AS shown, public.gate_files(current_schema(), shown.content)
WHERE shown.id = %s
"""


@dataclass(frozen=True, kw_only=True)
class WithheldFile:
    """A file that a live page shows or offers, and readers do not get. ``sentence`` names it, why, the remedy."""

    page_id: int
    page_title: str
    since: datetime.datetime
    sentence: str


def withheld_files(*, of_pages: Collection[int] | None = None, owner: Any = None) -> list[WithheldFile]:
    """Withheld files of the site's live pages, the longest withheld first; of some pages, or of one owner's."""
    hashes = kept_by_the_scanner() | stopped_from_above()
    if not hashes:
        return []
    states = states_of(hashes)
    live = Page.objects.live()
    live = live if of_pages is None else live.filter(pk__in=of_pages)
    live = live if owner is None else live.filter(owner=owner)
    found = []
    for model in (SiteImage, SiteDocument):
        files = {str(media.pk): media for media in model.objects.filter(sha256__in=hashes)}
        named = ReferenceIndex.objects.filter(
            base_content_type=ContentType.objects.get_for_model(Page),
            to_content_type=ContentType.objects.get_for_model(model),
            to_object_id__in=list(files),
        )
        pairs = {(int(page), files[file]) for page, file in named.values_list("object_id", "to_object_id")}
        pages = {page.pk: page for page in live.filter(pk__in={page for page, _file in pairs})}
        found += [
            WithheldFile(
                page_id=page,
                page_title=pages[page].title,
                since=media.scanned_at or pages[page].last_published_at or timezone.now(),
                sentence=_why(media, states[media.sha256]),
            )
            for page, media in pairs
            if page in pages
        ]
    return sorted(found, key=lambda held: (held.since, held.page_id, held.sentence))


def kept_by_the_scanner() -> set[str]:
    """Hashes of this site's files that the public may not have, as the scanner left them."""
    kept = [ScanState.INFECTED, *([] if settings.UNSCANNED_ALLOWED else [ScanState.UNSCANNED])]
    hashes = {
        sha256
        for model in (SiteImage, SiteDocument)
        for sha256 in model.objects.filter(scan_state__in=kept).values_list("sha256", flat=True)
    }
    return {sha256 for sha256, states in states_of(hashes).items() if not may_be_public(states)} if hashes else set()


def stopped_from_above() -> set[str]:
    """Hashes of files whose address at this site is stopped."""
    blocked = blocked_paths_here()
    matches = (ADDRESS.match(path) for path in (*blocked.alone, *blocked.below))
    return {match[1] for match in matches if match}


def _why(media: Media, states: set[str]) -> str:
    if may_be_public(states):
        sentence = _("文件“%(title)s”的地址已被上级停用，读者取不到。请看停用的理由：改用别的文件后送审，或者申诉。")
        return sentence % {"title": media.title}
    from sites.screening.api import scan_fault  # the checks read page types, which show this panel

    fault = scan_fault(media, states)
    return fault[1] if fault else ""


def unapproved_files(page: Page) -> list[str]:
    """What is said of files that only the draft of a live page names: they wait for its approval."""
    if not page.live or page.live_revision_id is None or page.latest_revision_id == page.live_revision_id:
        return []
    with connection.cursor() as cursor:
        cursor.execute(NEW_IN_DRAFT, [page.latest_revision_id, page.live_revision_id])
        rows = cursor.fetchall()
    titles = []
    for kind, model in (("image", SiteImage), ("document", SiteDocument)):
        keys = [key for held, key in rows if held == kind]
        titles += list(model.objects.filter(pk__in=keys).order_by("pk").values_list("title", flat=True)) if keys else []
    sentence = _("文件“%(title)s”只在草稿里，还没有审核，读者取不到。稿件审核发布以后自动公开。")
    return [sentence % {"title": title} for title in titles]


def closed_files(page: Any) -> list[str]:
    """What is said where the page itself is not open: its files stay with it."""
    openness = getattr(page, "openness", Openness.OPEN)
    if openness == Openness.OPEN or not any(child.block_type in ("picture", "attachment") for child in page.body):
        return []
    sentence = _("本稿是“%(openness)s”，其中的图片和附件都不公开。确可公开的，请改正公开属性后送审。")
    return [sentence % {"openness": Openness(openness).label}]


class WithheldPanel(Panel):
    """At the head of the editor: files of the page that readers do not get; not there while they get all."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "wagtailadmin/media/withheld.html"

        def sentences(self) -> list[str]:
            page = self.instance
            if page.pk is None:
                return []
            told: list[Callable[[Any], list[str]]] = [unapproved_files, closed_files]
            kept = [held.sentence for held in withheld_files(of_pages=[page.pk])]
            return [*kept, *(sentence for tell in told for sentence in tell(page))]

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            return {**super().get_context_data(parent_context), "sentences": self.sentences()}
