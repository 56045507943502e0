"""Functions that move the tokens, with the triggers on the group's own tables."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parents[1] / "sql" / "tokens.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [
        ("network_page_cache", "0001_page_tokens"),
        ("network_tenancy", "0001_initial"),
        ("network_blocks", "0001_initial"),
        ("network_rules", "0001_initial"),
        ("network_syndication", "0001_initial"),
    ]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
