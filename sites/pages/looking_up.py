"""Looking up records of a register: words that a reader gives, a page of what they find."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest

from network.contracts import Pagination
from sites.content.paging import pagination_of

WORDS, PAGE = "q", "page"
LONGEST, ON_PAGE = 60, 50


@dataclass(frozen=True, kw_only=True)
class Lookup:
    """What was asked, how many records answer, the page of them that is shown."""

    words: str
    found: int
    total: int
    rows: Sequence[Sequence[str]]
    pagination: Pagination | None


def look_up(request: HttpRequest, rows: Sequence[Sequence[str]], url: str) -> Lookup:
    """The records of which some cell holds every word, whatever its case; 404 for a page that is not there."""
    words = request.GET.get(WORDS, "").strip()[:LONGEST]
    wanted = words.casefold().split()
    found = [row for row in rows if all(any(word in cell.casefold() for cell in row) for word in wanted)]
    paginator = Paginator(found, ON_PAGE)
    number = request.GET.get(PAGE, "1")
    if not number.isdecimal() or int(number) not in paginator.page_range:
        raise Http404
    page = paginator.page(int(number))

    def address(target: int) -> str:
        given = {WORDS: words} if words else {}
        if target > 1:
            given[PAGE] = str(target)
        return f"{url}?{urlencode(given)}" if given else url

    return Lookup(
        words=words,
        found=len(found),
        total=len(rows),
        rows=list(page.object_list),
        pagination=pagination_of(page, address) if paginator.num_pages > 1 else None,
    )
