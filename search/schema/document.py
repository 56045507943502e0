"""Mapping of a search document, in the portable subset of Elasticsearch.

Each text has two sub-fields: single ideographs (analyzer ``standard``), pairs of them
(``shingle``). Together they beat word segmentation on judged Chinese questions, and both work on
every distribution. Nothing is answered from here but ids: what a hit shows comes from its row.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from elasticsearch.dsl import Boolean, Date, Document, Index, Keyword, Long, MetaField, Short, Text, analyzer
from elasticsearch.dsl.analysis import token_filter

neighbour_pairs = token_filter(
    "neighbour_pairs",
    type="shingle",
    min_shingle_size=2,
    max_shingle_size=2,
    output_unigrams=False,
    token_separator="",
)
pair_analyzer = analyzer("pairs", tokenizer="standard", filter=["lowercase", neighbour_pairs])

INDEX_SETTINGS = {
    "number_of_shards": 1,
    "auto_expand_replicas": "0-1",
    # Named, so that an index at rest goes on refreshing: a first search after a pause must see all.
    "refresh_interval": "1s",
    # Longer than any stalled writer: the version of a deleted document must outlive it.
    "gc_deletes": "1h",
}


def _text() -> Text:
    return Text(analyzer="standard", fields={"pairs": Text(analyzer=pair_analyzer)})


class SearchEntryDocument(Document):
    """One row as the engine holds it. The engine's version is the row's version."""

    document_id = Keyword(required=True)
    origin = Keyword()
    kind = Keyword()
    level = Keyword()
    language = Keyword()
    title = _text()
    title_key = Keyword()
    title_pinyin = Keyword(multi=True)
    text = _text()
    source = Keyword()
    department = Keyword()
    document_number_key = Keyword()
    column = Keyword()
    year = Short()
    published_at = Date()
    is_sample = Boolean()
    sites = Keyword(multi=True)
    regions = Keyword(multi=True)
    version = Long()

    class Meta:
        dynamic = MetaField("strict")
        # Long texts are not kept a second time: a rebuild reads rows.
        source = MetaField({"excludes": ["text"]})


def index_object(name: str) -> Index:
    """The index with settings and mapping, not yet created."""
    index = Index(name)
    index.settings(**INDEX_SETTINGS)
    index.document(SearchEntryDocument)
    return index


def schema_hash() -> str:
    """Changes when a rebuild is due: another mapping or other analysers."""
    return hashlib.sha256(json.dumps(index_object("any").to_dict(), sort_keys=True).encode()).hexdigest()


def document_source(row: dict[str, Any]) -> dict[str, Any]:
    """What is sent for one row of ``search_document``."""
    return {
        "document_id": row["document_id"],
        "origin": row["origin"],
        "kind": row["kind"],
        "level": row["level"],
        "language": row["language"],
        "title": row["title"],
        "title_key": row["title_key"],
        "title_pinyin": row["title_pinyin"].split(),
        "text": f"{row['summary']}\n{row['body']}",
        "source": row["source"],
        "department": row["department"],
        "document_number_key": row["document_number_key"],
        "column": row["column"],
        "year": row["year"],
        "published_at": row["published_at"].isoformat(),
        "is_sample": row["is_sample"],
        "sites": row["sites"],
        "regions": row["regions"],
        "version": row["version"],
    }
