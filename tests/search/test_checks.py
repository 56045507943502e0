"""System checks of the search settings."""

from __future__ import annotations

from typing import Any

import pytest

from search.checks import check_search_settings


def test_the_settings_of_this_install_are_right() -> None:
    assert check_search_settings() == []


@pytest.mark.parametrize("name", ["", "Govsites", "_x", "a b", None])
def test_an_impossible_index_name_is_named(settings: Any, name: Any) -> None:
    settings.SEARCH_INDEX_NAME = name
    (message,) = check_search_settings()
    assert (message.id, str(name) in message.msg) == ("search.E001", True)


@pytest.mark.parametrize("url", ["127.0.0.1:9200", "ftp://host:1", "http://host", "http://host:x", None])
def test_an_impossible_address_is_named(settings: Any, url: Any) -> None:
    settings.ELASTICSEARCH_URL = url
    (message,) = check_search_settings()
    assert message.id == "search.E002"


def test_a_password_is_not_repeated(settings: Any) -> None:
    settings.ELASTICSEARCH_URL = "http://user:secret@host"
    assert "secret" not in check_search_settings()[0].msg
