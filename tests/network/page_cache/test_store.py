"""A Redis that is absent, dead, hanging or meddled with costs time and nothing else."""

from __future__ import annotations

import socket
import time
from typing import Any

import pytest
import redis
from django.conf import settings as django_settings

from network.page_cache import store as stores
from network.page_cache.store import LARGEST_BYTES, PREFIX, KeptPage, PageStore
from network.tenancy.api import Site
from tests.factories.kept_pages import ask, outcome, warm

pytestmark = [pytest.mark.tenancy, pytest.mark.django_db(transaction=True)]

PAGE = KeptPage(body="<p>正文</p>".encode(), headers={"Content-Type": "text/html; charset=utf-8"}, made_at=5.5)


@pytest.fixture
def raw() -> redis.Redis:
    return redis.Redis.from_url(django_settings.REDIS_URL)


def test_what_is_kept_comes_back_whole_and_goes_by_itself(raw: redis.Redis) -> None:
    store = PageStore(django_settings.REDIS_URL)
    store.put("whole", PAGE)
    assert store.get("whole") == PAGE
    life = raw.ttl(PREFIX + "whole")
    assert isinstance(life, int) and 0 < life <= stores.LIFE_SECONDS
    assert store.get("nothing") is None


def test_a_page_under_another_key_or_by_another_hand_is_refused(raw: redis.Redis) -> None:
    store = PageStore(django_settings.REDIS_URL)
    store.put("site a", PAGE)
    entry = raw.get(PREFIX + "site a")
    assert isinstance(entry, bytes)
    raw.set(PREFIX + "site b", entry, ex=60)
    raw.set(PREFIX + "forged", b"\0" * len(entry), ex=60)
    raw.set(PREFIX + "cut", entry[:10], ex=60)
    raw.set(PREFIX + "changed", entry[:-1] + bytes([entry[-1] ^ 1]), ex=60)
    for key in ("site b", "forged", "cut", "changed"):
        assert store.get(key) is None, key
    assert store.get("site a") == PAGE


def test_a_page_beyond_all_measure_is_not_kept() -> None:
    store = PageStore(django_settings.REDIS_URL)
    store.put("large", KeptPage(body=b"x" * (LARGEST_BYTES + 1), headers={}, made_at=0.0))
    assert store.get("large") is None


def test_without_redis_pages_are_rendered_each_time(guangzhou: Site, settings: Any) -> None:
    settings.REDIS_URL = ""
    for _ in range(2):
        answer = ask(guangzhou)
        assert (answer.status_code, outcome(answer)) == (200, "miss")
    assert ask(guangzhou, HTTP_IF_NONE_MATCH=answer.headers["ETag"]).status_code == 304


def test_a_dead_redis_is_asked_once_and_pages_are_rendered(guangzhou: Site, settings: Any) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings.REDIS_URL = f"redis://127.0.0.1:{port}/0"
    first = ask(guangzhou)
    assert (first.status_code, outcome(first)) == (200, "miss")
    assert stores._store_at(settings.REDIS_URL).is_quiet
    second = ask(guangzhou)
    assert (second.status_code, second.content) == (200, first.content)


def test_a_redis_that_hangs_holds_up_one_page_for_a_moment(guangzhou: Site, settings: Any) -> None:
    ask(guangzhou)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(8)  # takes connections, never answers
        settings.REDIS_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        began = time.monotonic()
        for _ in range(5):
            assert ask(guangzhou).status_code == 200
        assert time.monotonic() - began < 4


def test_a_redis_that_was_emptied_fills_again(guangzhou: Site, raw: redis.Redis) -> None:
    kept = warm(guangzhou)
    names = list(raw.scan_iter(f"{PREFIX}*"))
    assert names
    raw.delete(*names)
    again = ask(guangzhou)
    assert (outcome(again), again.content) == ("miss", kept.content)
    assert outcome(ask(guangzhou)) == "hit"
