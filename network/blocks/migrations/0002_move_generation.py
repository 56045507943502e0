"""Blocks hold from the next request on: they move the registry's generation."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parents[1] / "sql" / "blocks.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [
        ("network_blocks", "0001_initial"),
        ("network_tenancy", "0002_registry_generation"),
    ]

    operations = [migrations.RunSQL(SQL, "DROP TRIGGER block_moves_generation ON public.network_blocks_block;")]
