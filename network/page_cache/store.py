"""Kept pages in Redis. Nothing here is of record: a store that is absent, empty or silent costs time only."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import time
import zlib
from dataclasses import dataclass
from functools import lru_cache

import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

logger = logging.getLogger(__name__)

PREFIX = "govsites:page:"
LIFE_SECONDS = 6 * 60 * 60
"""Bounds what nobody asks for any more; a page that changed is under another key at once."""
LARGEST_BYTES = 1024 * 1024
TIMEOUT_SECONDS = 0.25
QUIET_SECONDS = 5.0
SEAL_BYTES = 16
COMPRESSION = 1


@dataclass(frozen=True)
class KeptPage:
    """One answer: its body, its header lines, when it was rendered (seconds since the epoch), its status."""

    body: bytes
    headers: dict[str, str]
    made_at: float
    status: int = 200


class PageStore:
    """Pages by key in one Redis.

    Entries are sealed with the signing key together with the key that they stand under: whoever can write to
    Redis can neither forge a page nor put one site's page under another's address.
    """

    def __init__(self, url: str) -> None:
        self._client = redis.Redis.from_url(
            url,
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 1),  # a connection that a restart left dead is opened again
        )
        self._secret = hashlib.blake2b(settings.SECRET_KEY.encode(), digest_size=32, person=b"page cache").digest()
        self._quiet_until = 0.0

    @property
    def is_quiet(self) -> bool:
        """Whether Redis failed a moment ago and is not asked for now."""
        return time.monotonic() < self._quiet_until

    def get(self, key: str) -> KeptPage | None:
        """The page under a key; None when there is none, or nobody answers."""
        if self.is_quiet:
            return None
        try:
            entry = self._client.get(PREFIX + key)
        except (redis.RedisError, OSError) as error:
            self._fall_quiet(error)
            return None
        return self._opened(key, bytes(entry)) if isinstance(entry, bytes) else None

    def put(self, key: str, page: KeptPage) -> None:
        """Keep a page for a while; one that is too large is not kept."""
        if len(page.body) > LARGEST_BYTES or self.is_quiet:
            return
        try:
            self._client.set(PREFIX + key, self._sealed(key, page), ex=LIFE_SECONDS)
        except (redis.RedisError, OSError) as error:
            self._fall_quiet(error)

    def _fall_quiet(self, error: Exception) -> None:
        """Ask again after a while only: a Redis that hangs must not hold up every page."""
        self._quiet_until = time.monotonic() + QUIET_SECONDS
        logger.warning("The page cache does not answer, pages are rendered: %s", error)

    def _sealed(self, key: str, page: KeptPage) -> bytes:
        facts = json.dumps([page.headers, page.made_at, page.status]).encode()
        content = len(facts).to_bytes(4, "big") + facts + zlib.compress(page.body, COMPRESSION)
        return self._seal(key, content) + content

    def _opened(self, key: str, entry: bytes) -> KeptPage | None:
        seal, content = entry[:SEAL_BYTES], entry[SEAL_BYTES:]
        if not hmac.compare_digest(seal, self._seal(key, content)):
            logger.warning("An entry of the page cache was not written by this install, or stands under another key.")
            return None
        end = 4 + int.from_bytes(content[:4], "big")
        headers, made_at, status = json.loads(content[4:end])
        return KeptPage(body=zlib.decompress(content[end:]), headers=headers, made_at=made_at, status=status)

    def _seal(self, key: str, content: bytes) -> bytes:
        return hashlib.blake2b(key.encode() + content, key=self._secret, digest_size=SEAL_BYTES).digest()


@lru_cache(maxsize=4)
def _store_at(url: str) -> PageStore:
    return PageStore(url)


def page_store() -> PageStore | None:
    """The store of this install; None without a Redis."""
    return _store_at(settings.REDIS_URL) if settings.REDIS_URL else None
