"""What a request may ask for."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from search.querying.parameters import parse


def test_unknown_parameters_are_not_carried() -> None:
    parameters = parse(QueryDict("q=年报&sites=hebei&size=1000&scope=all&sort=price&level=province&page=2"))
    assert parameters.url() == "?q=%E5%B9%B4%E6%8A%A5&scope=group&level=province&page=2"


@pytest.mark.parametrize(
    "query", ["year=20x4", "level=PROVINCE;drop", "region=../..", "kind=<b>", "year=", "region=/44/"]
)
def test_values_out_of_pattern_are_left_out(query: str) -> None:
    assert parse(QueryDict("q=年报&" + query)).filters == {}


@pytest.mark.parametrize(("page", "expected"), [("0", 1), ("-3", 1), ("x", 1), ("７", 1), ("7", 7), ("9" * 30, 1)])
def test_odd_pages_are_the_first(page: str, expected: int) -> None:
    assert parse({"q": "年报", "page": page}).page == expected


def test_a_page_too_deep_is_refused_with_the_last_one() -> None:
    assert parse({"q": "年报", "page": "1000"}).error == ""
    assert "1000" in parse({"q": "年报", "page": "1001"}).error


def test_a_long_query_is_refused_with_its_length() -> None:
    assert parse({"q": "年" * 100}).is_searchable
    refused = parse({"q": "年" * 101})
    assert (refused.is_searchable, "101" in refused.error, len(refused.text)) == (False, True, 100)


@pytest.mark.parametrize("text", ["……", "<>", "??"])
def test_mere_punctuation_is_refused(text: str) -> None:
    assert text in parse({"q": text}).error


@pytest.mark.parametrize("text", ["", "   ", "\x00\x01"])
def test_an_empty_query_is_no_error(text: str) -> None:
    parameters = parse({"q": text})
    assert (parameters.is_searchable, parameters.error) == (False, "")


def test_toggling_a_value_starts_at_the_first_page() -> None:
    parameters = parse({"q": "年报", "year": ["2024"], "page": "3"})
    assert parameters.toggled("year", "2023").filters == {"year": ("2024", "2023")}
    assert parameters.toggled("year", "2024").url() == "?q=%E5%B9%B4%E6%8A%A5&scope=group"


@pytest.mark.parametrize("name", ["region", "level", "kind", "year"])
@pytest.mark.parametrize("value", ["2024", "2023", "/440000/"])
def test_a_facet_address_says_what_the_toggled_search_says(name: str, value: str) -> None:
    parameters = parse(
        {"q": "年报 & 公示", "scope": "site", "sort": "date", "year": ["2024", "2022"], "region": ["/440000/"]}
    )
    assert parameters.toggle_url(name)(value) == parameters.toggled(name, value).url()
