"""The head of an item goes back to no earlier version, a recalled one to no life."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parents[1] / "sql" / "heads.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("network_syndication", "0003_site_merge")]

    operations = [
        migrations.RunSQL(
            [SQL],
            """
            DROP TRIGGER head_only_grows ON public.network_syndication_item;
            DROP FUNCTION public.network_keep_head();
            """,
        )
    ]
