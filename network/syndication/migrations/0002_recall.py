"""Editions that never change, the recall's statement over all sites."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parents[1] / "sql" / "recall.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("network_syndication", "0001_initial")]

    operations = [
        migrations.RunSQL(
            SQL,
            """
            DROP FUNCTION public.network_take_off_line(uuid, text, text[], jsonb);
            DROP TRIGGER edition_is_immutable ON public.network_syndication_edition;
            DROP FUNCTION public.network_refuse_edition_change();
            """,
        )
    ]
