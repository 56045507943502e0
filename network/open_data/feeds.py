"""Feeds of public items: Atom (RFC 4287), JSON Feed 1.1. Ids are those of the contents, the same in every feed."""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.feedgenerator import Atom1Feed

ATOM = "application/atom+xml; charset=utf-8"
JSON_FEED = "application/feed+json; charset=utf-8"
VERSION = "https://jsonfeed.org/version/1.1"
LANGUAGE = "zh-CN"


@dataclass(frozen=True, kw_only=True)
class FeedEntry:
    """One item. ``url`` is absolute; ``tags`` are words to sort by, for example kind and department."""

    content_id: uuid.UUID
    title: str
    url: str
    published_at: datetime.datetime
    updated_at: datetime.datetime
    author: str
    summary: str = ""
    tags: Sequence[str] = field(default=())


@dataclass(frozen=True, kw_only=True)
class FeedFacts:
    """What a feed says of itself. Addresses are absolute."""

    title: str
    url: str
    feed_url: str
    description: str = ""


def atom_feed(facts: FeedFacts, entries: Sequence[FeedEntry]) -> tuple[bytes, str]:
    """Body and content type."""
    feed = Atom1Feed(
        title=facts.title,
        link=facts.url,
        description=facts.description,
        language=LANGUAGE,
        feed_url=facts.feed_url,
    )
    for entry in entries:
        feed.add_item(
            title=entry.title,
            link=entry.url,
            description=entry.summary,
            author_name=entry.author,
            unique_id=entry.content_id.urn,
            pubdate=entry.published_at,
            updateddate=entry.updated_at,
            categories=[tag for tag in entry.tags if tag],
        )
    return feed.writeString("utf-8").encode(), ATOM


def json_feed(facts: FeedFacts, entries: Sequence[FeedEntry]) -> tuple[bytes, str]:
    """Body and content type."""
    told: dict[str, Any] = {
        "version": VERSION,
        "title": facts.title,
        "home_page_url": facts.url,
        "feed_url": facts.feed_url,
        "language": LANGUAGE,
        "items": [
            {
                "id": entry.content_id.urn,
                "url": entry.url,
                "title": entry.title,
                "summary": entry.summary,
                "content_text": entry.summary or entry.title,
                "date_published": entry.published_at.isoformat(),
                "date_modified": entry.updated_at.isoformat(),
                "authors": [{"name": entry.author}],
                "tags": [tag for tag in entry.tags if tag],
            }
            for entry in entries
        ],
    }
    if facts.description:
        told["description"] = facts.description
    return json.dumps(told, ensure_ascii=False).encode(), JSON_FEED


FEED_FORMS: dict[str, Callable[[FeedFacts, Sequence[FeedEntry]], tuple[bytes, str]]] = {
    "atom": atom_feed,
    "json": json_feed,
}
"""Form of a feed, as its address ends, to its writer."""
