"""Search rows with the bookkeeping of their indexes."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models


class SearchDocument(models.Model):
    """One public item: an edition wherever it is shown, or one local page.

    ``version`` comes from the sequence ``search_version`` and grows when the item **or** its list
    of sites changes. A withdrawn row stays as a tombstone, so that late work meets its version.
    ``sites`` holds schema names, the origin first; ``addresses`` the path on each.
    """

    document_id = models.CharField(max_length=200, unique=True)
    origin = models.CharField(max_length=63)
    kind = models.CharField(max_length=40)
    level = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=20, default="zh-hans")
    title = models.TextField()
    title_key = models.CharField(max_length=300, blank=True)
    title_pinyin = models.TextField(blank=True)
    summary = models.TextField(blank=True)
    body = models.TextField(blank=True)
    source = models.CharField(max_length=200, blank=True)
    department = models.CharField(max_length=200, blank=True)
    document_number = models.CharField(max_length=100, blank=True)
    document_number_key = models.CharField(max_length=100, blank=True)
    column = models.CharField(max_length=200, blank=True)
    year = models.SmallIntegerField()
    published_at = models.DateTimeField()
    is_sample = models.BooleanField(default=False)
    sites = ArrayField(models.CharField(max_length=63), default=list)
    addresses = models.JSONField(default=dict)
    regions = ArrayField(models.CharField(max_length=40), default=list)
    is_withdrawn = models.BooleanField(default=False)
    content_hash = models.CharField(max_length=64)
    version = models.BigIntegerField()
    change = models.BigIntegerField(default=0, db_default=0)
    """Number of the change that gave ``version``; a trigger sets it, what stood before has none."""

    indexed_version = models.BigIntegerField(default=0)
    not_before = models.DateTimeField(null=True, blank=True)
    index_error = models.TextField(blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "search_document"
        indexes = [
            GinIndex(fields=["sites"], name="search_document_sites"),
            models.Index(fields=["document_number_key"], name="search_document_number"),
            models.Index(fields=["change", "version"], name="search_document_changes"),
            models.Index(
                fields=["version"],
                condition=models.Q(indexed_version__lt=models.F("version"), index_error=""),
                name="search_document_waiting",
            ),
        ]

    def __str__(self) -> str:
        return self.document_id


class SearchTokens(models.Model):
    """What PostgreSQL finds an item by.

    Apart from the row, because a new list of sites or a mark of the indexer would otherwise
    write every token of the item into the index again.
    """

    document = models.OneToOneField(SearchDocument, models.CASCADE, primary_key=True, related_name="tokens")
    vector = SearchVectorField()

    class Meta:
        db_table = "search_tokens"
        indexes = [GinIndex(fields=["vector"], name="search_tokens_vector")]

    def __str__(self) -> str:
        return str(self.pk)


class CommonToken(models.Model):
    """A token found in so many rows that a query gains nothing from it. Renewed by the indexer."""

    token = models.CharField(max_length=128, primary_key=True)
    share = models.FloatField()

    class Meta:
        db_table = "search_common_token"

    def __str__(self) -> str:
        return self.token


class SearchIndex(models.Model):
    """An Elasticsearch index that this install made: live, being built, or failed."""

    class State(models.TextChoices):
        BUILDING = "building"
        LIVE = "live"
        FAILED = "failed"

    name = models.CharField(max_length=100, unique=True)
    schema_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "search_index"

    def __str__(self) -> str:
        return self.name
