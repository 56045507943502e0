"""Rows bear the number of their change: the feed of the group reads them in its order."""

from pathlib import Path

from django.db import migrations, models

SQL = (Path(__file__).parents[1] / "sql" / "changes.sql").read_text(encoding="utf-8")
BACK = """
DROP TRIGGER search_tells_block ON public.network_blocks_block;
DROP TRIGGER search_tells_site ON public.network_tenancy_site;
DROP TRIGGER search_notes_change ON public.search_document;
DROP FUNCTION public.search_tell_block();
DROP FUNCTION public.search_tell_site();
DROP FUNCTION public.search_note_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("search", "0001_search_rows"),
        ("network_tenancy", "0001_initial"),
        ("network_blocks", "0001_initial"),
    ]

    operations = [
        # Its first number is spent: a writer's own is always above the last one before.
        migrations.RunSQL(
            ["CREATE SEQUENCE search_change", "SELECT nextval('search_change')"], "DROP SEQUENCE search_change"
        ),
        migrations.AddField(
            model_name="searchdocument",
            name="change",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddIndex(
            model_name="searchdocument",
            index=models.Index(fields=["change", "version"], name="search_document_changes"),
        ),
        migrations.RunSQL(SQL, BACK),
    ]
