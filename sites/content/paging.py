"""The links around a page of a public list."""

from __future__ import annotations

from collections.abc import Callable

from django.core.paginator import Page

from network.contracts import PageLink, Pagination


def pagination_of(page: Page, address: Callable[[int], str]) -> Pagination:
    """Links to the ends and to the neighbours of a page; ``address`` gives a page's address by its number."""
    pages = page.paginator
    return Pagination(
        number=page.number,
        total_pages=pages.num_pages,
        total=pages.count,
        previous_url=address(page.number - 1) if page.has_previous() else "",
        next_url=address(page.number + 1) if page.has_next() else "",
        links=[
            PageLink(number=entry, url="" if entry == page.number else address(entry), is_current=entry == page.number)
            if isinstance(entry, int)
            else PageLink(number=0)
            for entry in pages.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
        ],
    )
