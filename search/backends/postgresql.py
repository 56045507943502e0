"""Search answered by PostgreSQL from the rows themselves."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import DatabaseError, connection, transaction

from search.backends.base import FACETS, BulkOutcome, EngineUnavailable, Found, Health, Part, Query
from search.bounds import QUERY_TOKENS
from search.querying.components import pinyin_key
from search.querying.weights import weight
from search.tokens import document_number_key, exact_key

STATEMENT_TIMEOUT = "3s"
"""A search may not hold a connection longer; the visitor has given up by then."""

PAIRS_ALL_REQUIRED = 4
"""A part of up to this many pairs is found whole or not at all; of a longer one any pair will do."""

_CONDITIONS = {
    "region": "regions && %s::varchar[]",
    "level": "level = ANY(%s::varchar[])",
    "kind": "kind = ANY(%s::varchar[])",
    "year": "year::text = ANY(%s::varchar[])",
}
_VALUES = {"region": "unnest(regions)", "level": "level", "kind": "kind", "year": "year::text"}
_ORDERS = {
    "relevance": "score DESC, published_at DESC, document_id",
    "date": "published_at DESC, document_id",
}


class PostgresqlBackend:
    """The fallback engine: same rows, same facets, no copy to be late."""

    name = "postgresql"

    def __init__(self, statement_timeout: str = STATEMENT_TIMEOUT) -> None:
        self._statement_timeout = statement_timeout

    def search(self, query: Query) -> Found:
        statement, values = _statement(query)
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [self._statement_timeout])
                cursor.execute(statement, values)
                ids, total, facets = cursor.fetchone()
                cursor.execute("SET LOCAL statement_timeout = DEFAULT")
        except DatabaseError as error:
            raise EngineUnavailable(f"PostgreSQL did not answer the search: {error}") from error
        counts = json.loads(facets) if isinstance(facets, str) else facets
        return Found(ids=ids, total=total, facets={name: counts.get(name) or {} for name in FACETS})

    def bulk(self, rows: Sequence[dict[str, Any]]) -> BulkOutcome:
        """Nothing to copy: the rows are the index."""
        return BulkOutcome(done=[(row["document_id"], row["version"]) for row in rows])

    def health(self) -> Health:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM search_document WHERE NOT is_withdrawn")
            return Health(is_answering=True, facts={"documents": cursor.fetchone()[0]})


def matching_tokens(query: Query, common: Mapping[str, float]) -> str:
    """The ``tsquery`` text that a row must satisfy: every part, a long one in part."""
    matches = [_part_matches(part, common, is_relaxed=query.is_relaxed) for part in query.parts]
    return (" | " if query.is_relaxed else " & ").join(f"({match})" for match in matches)


def ranking_tokens(query: Query, common: Mapping[str, float]) -> str:
    """The ``tsquery`` text that rows are ranked by: every token that is not common to many rows."""
    tokens = [token for part in query.parts for token in [*part.pairs, *part.units]]
    return _any_of(tokens, common)


def _part_matches(part: Part, common: Mapping[str, float], *, is_relaxed: bool) -> str:
    tokens = part.pairs or part.units
    if not is_relaxed and len(tokens) <= PAIRS_ALL_REQUIRED:
        return " & ".join(_lexeme(token) for token in dict.fromkeys(tokens))
    return _any_of(tokens, common)


def _any_of(tokens: Sequence[str], common: Mapping[str, float]) -> str:
    wanted = list(dict.fromkeys(tokens))[:QUERY_TOKENS]
    # All of them common: the rarest still says most.
    kept = [token for token in wanted if token not in common] or sorted(wanted, key=lambda token: common[token])[:1]
    return " | ".join(_lexeme(token) for token in kept)


def _lexeme(token: str) -> str:
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"


def _common_tokens(query: Query) -> dict[str, float]:
    tokens = {token for part in query.parts for token in [*part.pairs, *part.units]}
    with connection.cursor() as cursor:
        cursor.execute("SELECT token, share FROM search_common_token WHERE token = ANY(%s)", [sorted(tokens)])
        return dict(cursor.fetchall())


def _statement(query: Query) -> tuple[str, list[Any]]:
    """One statement: what matches, then the page, the total, the counts of each facet."""
    common = _common_tokens(query)
    candidates, values = _candidates(query, matching_tokens(query, common))
    score, score_values = _score(query, ranking_tokens(query, common))
    sql = f"WITH candidate AS ({candidates}), matched AS MATERIALIZED (SELECT d.document_id, d.level, d.kind, d.year,"
    sql += f" d.regions, d.published_at, {score} AS score FROM candidate JOIN search_document d ON d.id = candidate.id"
    sql += " JOIN search_tokens t ON t.document_id = d.id WHERE NOT d.is_withdrawn"
    values = [*values, *score_values]
    if query.is_site_only:
        sql += " AND d.sites @> ARRAY[%s]::varchar[]"
        values.append(query.schema_name)
    if query.shown_on:
        sql += " AND d.sites && %s::varchar[]"
        values.append(list(query.shown_on))
    where, chosen = _chosen(query)
    sql += f"), page AS (SELECT document_id FROM matched {where} ORDER BY {_ORDERS[query.sort]} LIMIT %s OFFSET %s)"
    values += [*chosen, query.size, query.offset]
    sql += f" SELECT ARRAY(SELECT document_id FROM page), (SELECT count(*) FROM matched {where}), jsonb_build_object("
    values += chosen
    parts = []
    for name in FACETS:
        where, chosen = _chosen(query, besides=name)
        counted = f"SELECT {_VALUES[name]} AS value, count(*) AS number FROM matched {where} GROUP BY 1"
        parts.append(f"'{name}', (SELECT jsonb_object_agg(value, number) FROM ({counted}) AS counted)")
        values += chosen
    return sql + ", ".join(parts) + ")", values


def _candidates(query: Query, wanted: str) -> tuple[str, list[Any]]:
    sql = "SELECT document_id AS id FROM search_tokens WHERE vector @@ %s::tsquery"
    values: list[Any] = [wanted]
    if number := document_number_key(query.text):
        sql += " UNION SELECT id FROM search_document WHERE document_number_key = %s"
        values.append(number)
    if spelling := pinyin_key(query.text):
        sql += " UNION SELECT id FROM search_document WHERE title_pinyin ~ %s"
        values.append(rf"\m{spelling}")
    return sql, values


def _score(query: Query, wanted: str) -> tuple[str, list[Any]]:
    sql = f"""(
        ts_rank(ARRAY[1.0, 1.0, 1.0, 1.0]::real[], t.vector, %s::tsquery, 1)
        * (1 + {weight("own_site")} * (d.sites @> ARRAY[%s]::varchar[])::int
             + {weight("exact_title")} * (d.title_key = %s)::int
             + {weight("title_phrase")} * (strpos(d.title_key, %s) > 0)::int
             + {weight("recency")} * power(0.5, greatest(%s::date - d.published_at::date, 0)
                 / {weight("recency_half_life_days")}::float8))
        + {weight("document_number")} * (d.document_number_key <> '' AND d.document_number_key = %s)::int
        + {weight("title_pinyin")} * (%s <> '' AND %s = ANY(string_to_array(d.title_pinyin, ' ')))::int
    )"""
    key, spelling = exact_key(query.text), pinyin_key(query.text)
    number = document_number_key(query.text)
    return sql, [wanted, query.schema_name, key, key, query.today, number, spelling, spelling]


def _chosen(query: Query, *, besides: str = "") -> tuple[str, list[Any]]:
    chosen = [(name, list(values)) for name, values in query.filters.items() if values and name != besides]
    if not chosen:
        return "", []
    return "WHERE " + " AND ".join(_CONDITIONS[name] for name, _ in chosen), [values for _, values in chosen]
