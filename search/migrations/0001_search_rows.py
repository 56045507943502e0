"""Search rows with their tokens, the sequence of their versions, the record of indexes."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.RunSQL("CREATE SEQUENCE search_version", "DROP SEQUENCE search_version"),
        migrations.CreateModel(
            name="CommonToken",
            fields=[
                ("token", models.CharField(max_length=128, primary_key=True, serialize=False)),
                ("share", models.FloatField()),
            ],
            options={
                "db_table": "search_common_token",
            },
        ),
        migrations.CreateModel(
            name="SearchDocument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("document_id", models.CharField(max_length=200, unique=True)),
                ("origin", models.CharField(max_length=63)),
                ("kind", models.CharField(max_length=40)),
                ("level", models.CharField(blank=True, max_length=20)),
                ("language", models.CharField(default="zh-hans", max_length=20)),
                ("title", models.TextField()),
                ("title_key", models.CharField(blank=True, max_length=300)),
                ("title_pinyin", models.TextField(blank=True)),
                ("summary", models.TextField(blank=True)),
                ("body", models.TextField(blank=True)),
                ("source", models.CharField(blank=True, max_length=200)),
                ("department", models.CharField(blank=True, max_length=200)),
                ("document_number", models.CharField(blank=True, max_length=100)),
                ("document_number_key", models.CharField(blank=True, max_length=100)),
                ("column", models.CharField(blank=True, max_length=200)),
                ("year", models.SmallIntegerField()),
                ("published_at", models.DateTimeField()),
                ("is_sample", models.BooleanField(default=False)),
                (
                    "sites",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=63), default=list, size=None
                    ),
                ),
                ("addresses", models.JSONField(default=dict)),
                (
                    "regions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), default=list, size=None
                    ),
                ),
                ("is_withdrawn", models.BooleanField(default=False)),
                ("content_hash", models.CharField(max_length=64)),
                ("version", models.BigIntegerField()),
                ("indexed_version", models.BigIntegerField(default=0)),
                ("not_before", models.DateTimeField(blank=True, null=True)),
                ("index_error", models.TextField(blank=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "db_table": "search_document",
            },
        ),
        migrations.CreateModel(
            name="SearchIndex",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, unique=True)),
                ("schema_hash", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[("building", "Building"), ("live", "Live"), ("failed", "Failed")], max_length=10
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "db_table": "search_index",
            },
        ),
        migrations.CreateModel(
            name="SearchTokens",
            fields=[
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="tokens",
                        serialize=False,
                        to="search.searchdocument",
                    ),
                ),
                ("vector", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                "db_table": "search_tokens",
            },
        ),
        migrations.AddIndex(
            model_name="searchdocument",
            index=django.contrib.postgres.indexes.GinIndex(fields=["sites"], name="search_document_sites"),
        ),
        migrations.AddIndex(
            model_name="searchdocument",
            index=models.Index(fields=["document_number_key"], name="search_document_number"),
        ),
        migrations.AddIndex(
            model_name="searchdocument",
            index=models.Index(
                condition=models.Q(("index_error", ""), ("indexed_version__lt", models.F("version"))),
                fields=["version"],
                name="search_document_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="searchtokens",
            index=django.contrib.postgres.indexes.GinIndex(fields=["vector"], name="search_tokens_vector"),
        ),
    ]
