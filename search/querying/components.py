"""Parts that an Elasticsearch query is put together from."""

from __future__ import annotations

import re
from typing import Any

from elasticsearch.dsl import Q, Search
from elasticsearch.dsl.aggs import Filter, Terms
from elasticsearch.dsl.function import BoostFactor, Exp, ScoreFunction
from elasticsearch.dsl.query import (
    Bool,
    CombinedFields,
    ConstantScore,
    FunctionScore,
    MatchPhrase,
    Prefix,
    Query,
    Term,
)

from search.backends import base
from search.bounds import FACET_VALUES_COUNTED
from search.querying.weights import weight
from search.tokens import IDEOGRAPHS, document_number_key, exact_key, fold

FACET_FIELDS = {"region": "regions", "level": "level", "kind": "kind", "year": "year"}

PAIRS_REQUIRED = "3<60% 8<20% 16<10%"
"""Up to four ideographs must be found whole, a sentence in part: else a long question finds nothing
and a short word finds everything that has one of its signs. On judged questions this costs .005 of
nDCG@10 and cuts a question's results to a fourteenth."""

_UNIGRAM_FIELDS = ["title", "text"]
_PAIR_FIELDS = ["title.pairs", "text.pairs"]
_LATIN = re.compile(r"[a-z' ]+")
_HAS_OTHER_THAN_IDEOGRAPHS = re.compile(rf"[^{IDEOGRAPHS}]")
_SHORTEST_PINYIN = 3


def pinyin_key(text: str) -> str:
    """A query as the pinyin column spells it; empty when it is no Latin text."""
    folded = fold(text).strip()
    letters = folded.replace(" ", "").replace("'", "")
    return letters if _LATIN.fullmatch(folded) and len(letters) >= _SHORTEST_PINYIN else ""


def _part_is_found(part: base.Part) -> Query:
    """One part of the query, found by its pairs over title and text taken together."""
    ways: list[Query] = [CombinedFields(query=part.text, fields=_PAIR_FIELDS, minimum_should_match=PAIRS_REQUIRED)]
    # A single sign has no pair; the engine may cut a word or number like "3.5" otherwise than we do.
    units = part.units
    if len(units) == 1 or (len(units) <= 3 and _HAS_OTHER_THAN_IDEOGRAPHS.search("".join(units))):
        ways.append(CombinedFields(query=part.text, fields=_UNIGRAM_FIELDS, operator="and"))
    return Bool(should=ways, minimum_should_match=1)


def _is_found(query: base.Query) -> Query:
    if query.is_relaxed:
        return CombinedFields(query=query.text, fields=_PAIR_FIELDS)
    return Bool(filter=[_part_is_found(part) for part in query.parts])


def _named_exactly(query: base.Query) -> list[Query]:
    """Ways to name a document that are no full-text match."""
    ways: list[Query] = []
    if number := document_number_key(query.text):
        ways.append(ConstantScore(filter=Term(document_number_key=number), boost=weight("document_number")))
    if spelling := pinyin_key(query.text):
        boost = weight("title_pinyin")
        ways.append(ConstantScore(filter=Term(title_pinyin=spelling), boost=boost))
        ways.append(ConstantScore(filter=Prefix(title_pinyin={"value": spelling}), boost=boost / 2))
    return ways


def _rank(matching: Query, query: base.Query) -> Query:
    """Multiplies the text score by one plus what speaks for a document."""
    age = {
        "origin": query.today.isoformat(),
        "scale": f"{weight('recency_half_life_days'):.0f}d",
        "decay": 0.5,
    }
    functions: list[ScoreFunction] = [
        BoostFactor(weight=1.0),
        BoostFactor(filter=Term(sites=query.schema_name), weight=weight("own_site")),
        BoostFactor(filter=Term(title_key=exact_key(query.text)), weight=weight("exact_title")),
        BoostFactor(filter=MatchPhrase(title=query.text), weight=weight("title_phrase")),
        Exp(published_at=age, weight=weight("recency")),
    ]
    return FunctionScore(query=matching, functions=functions, score_mode="sum", boost_mode="multiply")


def _matching(query: base.Query) -> Query:
    named = _named_exactly(query)
    scores: list[Query] = [
        CombinedFields(query=query.text, fields=_UNIGRAM_FIELDS, boost=weight("unigrams")),
        CombinedFields(query=query.text, fields=_PAIR_FIELDS, boost=weight("pairs")),
        *named,
    ]
    found = Bool(should=[_is_found(query), *named], minimum_should_match=1)
    limits: list[Query] = [found]
    if query.is_site_only:
        limits.append(Term(sites=query.schema_name))
    if query.shown_on:
        limits.append(Q("terms", sites=list(query.shown_on)))
    return Bool(filter=limits, should=scores)


def _chosen(query: base.Query, *, besides: str = "") -> Query:
    chosen: list[Query] = [
        Q("terms", **{FACET_FIELDS[name]: list(values)})
        for name, values in query.filters.items()
        if values and name != besides
    ]
    return Bool(filter=chosen) if chosen else Q("match_all")


_FACETS = {name: Terms(field=field, size=FACET_VALUES_COUNTED) for name, field in FACET_FIELDS.items()}
_BARE_FACETS = {name: counted.to_dict() for name, counted in _FACETS.items()}
"""The facets while no value is chosen, which is mostly so: put together once."""


def search_request(query: base.Query) -> dict[str, Any]:
    """The body of the whole request: matching, ranking, facets that show alternatives, the page asked for."""
    search = Search().query(_rank(_matching(query), query) if query.sort == "relevance" else _matching(query))
    if any(query.filters.values()):
        search = search.post_filter(_chosen(query))
    by_date = [{"published_at": {"order": "desc"}}, "document_id"]
    # One call: each of the methods for these parts copies the whole search.
    return search.extra(
        aggs=_facets(query),
        sort=["_score", *by_date] if query.sort == "relevance" else by_date,
        track_total_hits=True,
        from_=query.offset,
        size=query.size,
        _source=False,
    ).to_dict()


def _facets(query: base.Query) -> dict[str, Any]:
    """Counts per value, each facet as if nothing were chosen in it."""
    chosen = {name for name, values in query.filters.items() if values}
    facets = dict(_BARE_FACETS)
    for name in FACET_FIELDS:
        if chosen - {name}:
            facet = Filter(filter=_chosen(query, besides=name))
            facet.bucket("values", _FACETS[name])
            facets[name] = facet.to_dict()
    return facets
