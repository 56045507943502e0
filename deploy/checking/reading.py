"""What a reader finds on public pages."""

from __future__ import annotations

import re
import urllib.parse
from dataclasses import dataclass, field

from deploy.checking.elements import Element, parse

ALSO_ON = re.compile(r"另有\s*(\d+)\s*个站点刊载")
FALLBACK = "备用方式应答"


@dataclass(frozen=True)
class Frame:
    """What stands around the content of a page."""

    title: str
    masthead: str
    emblems: list[str]
    labels: dict[str, str]
    footer: dict[str, str]
    links: dict[str, str]
    """Address of another site's home page to the longest name that links to it."""


def read_frame(html: str) -> Frame:
    """The frame of a public page; what is missing or hidden is empty."""
    page = parse(html)
    header, footer, title = page.first("header"), page.first("footer"), page.first("title")
    return Frame(
        title=title.text if title else "",
        masthead=header.text if header else "",
        emblems=[image.attributes.get("src", "") for image in header.all("img") if _is_shown(image)] if header else [],
        labels={
            meta.attributes["name"]: meta.attributes.get("content", "") for meta in page.all("meta", attribute="name")
        },
        footer=_footer(footer) if footer else {},
        links=_home_links(page),
    )


def _is_shown(element: Element) -> bool:
    style = element.attributes.get("style", "").replace(" ", "")
    return "hidden" not in element.attributes and "display:none" not in style and "visibility:hidden" not in style


def _footer(footer: Element) -> dict[str, str]:
    fields = {}
    for entry in footer.all(attribute="data-field"):
        value = entry.first("dd") or entry
        if _is_shown(entry):
            fields[entry.attributes["data-field"]] = value.text
    return fields


def _home_links(page: Element) -> dict[str, str]:
    names: dict[str, str] = {}
    for link in page.all("a", attribute="href"):
        parts = urllib.parse.urlsplit(link.attributes["href"])
        if parts.netloc and parts.path in ("", "/") and len(link.text) > len(names.get(parts.netloc, "")):
            names[parts.netloc] = link.text
    return names


@dataclass(frozen=True)
class Hit:
    """One result of a search."""

    title: str
    url: str
    meta: str
    also_on: int


@dataclass(frozen=True)
class SearchResult:
    """The search page."""

    hits: list[Hit] = field(default_factory=list)
    engine: str = ""
    is_fallback: bool = False
    error: str = ""

    def named(self, words: str) -> list[Hit]:
        """Hits with these words in their title."""
        return [hit for hit in self.hits if words in hit.title]


def read_search(html: str) -> SearchResult:
    """The results of a search page with the engine that answered."""
    page = parse(html)
    count, alert = page.first(attribute="data-engine"), page.first(css_class="gs-notice--error")
    return SearchResult(
        hits=[_hit(element) for element in page.all(css_class="gs-result")],
        engine=count.attributes["data-engine"] if count else "",
        is_fallback=FALLBACK in html,
        error=alert.text if alert else "",
    )


def _hit(element: Element) -> Hit:
    heading = element.first(css_class="gs-result__title")
    link = heading.first("a") if heading else None
    meta = element.first(css_class="gs-result__meta")
    also = ALSO_ON.search(element.text)
    return Hit(
        title=link.text if link else "",
        url=link.attributes.get("href", "") if link else "",
        meta=meta.text if meta else "",
        also_on=int(also.group(1)) if also else 0,
    )


def main_text(html: str) -> str:
    """Words of the page's main part: what stands in frame, navigation, search field is left out."""
    main = parse(html).first("main")
    return main.text if main else ""


def picture_urls(html: str) -> list[str]:
    """Addresses of the pictures in the page's main part."""
    main = parse(html).first("main")
    return [image.attributes.get("src", "") for image in main.all("img")] if main else []
