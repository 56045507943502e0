"""Limits of what is stored, analysed, asked."""

from __future__ import annotations

INDEXED_BODY_CHARACTERS = 200_000
"""Characters of a body that are copied to the engine; the longest law is about 130 000, and one
document of a bulk request must stay far below Elasticsearch's limit of 100 MB a request."""

TOKENISED_BODY_CHARACTERS = 100_000
"""Characters of a body that PostgreSQL can find. A tsvector holds at most 1 MB; unigrams with
bigrams of this many characters take about a third of it."""

POSITIONS_PER_TOKEN = 32
"""Occurrences of a token that are counted. ts_rank adds 1/n² for the n-th, so later ones weigh
nothing, and PostgreSQL keeps at most 255."""

TOKEN_CHARACTERS = 64
"""A longer run of letters or digits is cut: a lexeme holds at most 2 046 bytes."""

SNIPPET_SOURCE_CHARACTERS = 20_000
"""Characters of a body that are read to find a passage to show."""

QUERY_CHARACTERS = 100
"""Longest accepted query."""

QUERY_TOKENS = 60
"""Tokens of a query that are used."""

PAGE_SIZE = 10
"""Results on a page."""

RESULT_WINDOW = 10_000
"""Deepest result that can be reached; Elasticsearch's default ``max_result_window``."""

ALSO_ON_RENDERED = 60
"""Other sites that a hit lists; the total is given besides."""

FACET_VALUES_CHOSEN = 20
"""Values of one facet that a request may choose."""

FACET_VALUES_COUNTED = 1_000
"""Values of one facet that are counted: more regions than a country has sites."""
