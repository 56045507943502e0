"""The process that copies search rows to Elasticsearch."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from network.outbox.api import run_loop
from search.actions import QUEUE
from search.indexing.indexer import Indexer


class Command(BaseCommand):
    help = "把检索行送往 Elasticsearch，直到收到 SIGTERM。Copies search rows to Elasticsearch until SIGTERM."

    def handle(self, *args: Any, **options: Any) -> None:
        run_loop("indexer", Indexer().work, queue=QUEUE)
