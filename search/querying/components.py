"""Parts that an Elasticsearch query is put together from."""

from __future__ import annotations

import re
from collections.abc import Iterable

from elasticsearch.dsl import Q, Search
from elasticsearch.dsl.aggs import Filter, Terms
from elasticsearch.dsl.function import BoostFactor, Exp, ScoreFunction
from elasticsearch.dsl.query import (
    Bool,
    CombinedFields,
    ConstantScore,
    FunctionScore,
    Match,
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

PAIRS_REQUIRED = "3<60% 8<30%"
"""Up to four ideographs must be found whole, a sentence in part: else a long question finds nothing
and a short word finds everything that has one of its signs."""

_LATIN = re.compile(r"[a-z' ]+")
_HAS_OTHER_THAN_IDEOGRAPHS = re.compile(rf"[^{IDEOGRAPHS}]")
_SHORTEST_PINYIN = 3


def pinyin_key(text: str) -> str:
    """A query as the pinyin column spells it; empty when it is no Latin text."""
    folded = fold(text).strip()
    letters = folded.replace(" ", "").replace("'", "")
    return letters if _LATIN.fullmatch(folded) and len(letters) >= _SHORTEST_PINYIN else ""


def _stretch_is_found(stretch: str, units: list[str]) -> Query:
    """One stretch between spaces, found by its pairs, over title or text taken together."""
    ways: list[Query] = [
        CombinedFields(query=stretch, fields=["title.pairs", "text.pairs"], minimum_should_match=PAIRS_REQUIRED)
    ]
    if len(units) == 1 or (len(units) <= 3 and _HAS_OTHER_THAN_IDEOGRAPHS.search("".join(units))):
        ways.append(CombinedFields(query=stretch, fields=["title", "text"], operator="and"))
    return Bool(should=ways, minimum_should_match=1)


def _is_found(query: base.Query) -> Query:
    if query.is_relaxed:
        return CombinedFields(query=query.text, fields=["title.pairs", "text.pairs"])
    units = {"".join(segment): list(segment) for segment in query.segments}
    stretches: Iterable[str] = query.text.split() or [query.text]
    return Bool(filter=[_stretch_is_found(stretch, units.get(fold(stretch), [])) for stretch in stretches])


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
        Match(title={"query": query.text, "boost": weight("title_unigrams")}),
        Match(title__pairs={"query": query.text, "boost": weight("title_pairs")}),
        Match(text={"query": query.text, "boost": weight("text_unigrams")}),
        Match(text__pairs={"query": query.text, "boost": weight("text_pairs")}),
        *named,
    ]
    found = Bool(should=[_is_found(query), *named], minimum_should_match=1)
    limits: list[Query] = [found]
    if query.is_site_only:
        limits.append(Term(sites=query.schema_name))
    return Bool(filter=limits, should=scores)


def _chosen(query: base.Query, *, besides: str = "") -> Query:
    chosen: list[Query] = [
        Q("terms", **{FACET_FIELDS[name]: list(values)})
        for name, values in query.filters.items()
        if values and name != besides
    ]
    return Bool(filter=chosen) if chosen else Q("match_all")


def search_request(search: Search, query: base.Query) -> Search:
    """The whole request: matching, ranking, facets that show alternatives, the page asked for."""
    search = search.query(_rank(_matching(query), query) if query.sort == "relevance" else _matching(query))
    for name, field in FACET_FIELDS.items():
        counted = Terms(field=field, size=FACET_VALUES_COUNTED)
        search.aggs.bucket(name, Filter(filter=_chosen(query, besides=name))).bucket("values", counted)
    if any(query.filters.values()):
        search = search.post_filter(_chosen(query))
    order = ["-published_at", "document_id"]
    if query.sort == "relevance":
        order.insert(0, "_score")
    return search.sort(*order).source(False).extra(track_total_hits=True)[query.offset : query.offset + query.size]
