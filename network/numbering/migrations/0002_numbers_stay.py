"""Numbers are taken by the database and stay."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parents[1] / "sql" / "numbers.sql").read_text(encoding="utf-8")
BACK = """
DROP TRIGGER index_number_is_kept ON public.network_numbering_indexnumber;
DROP TRIGGER index_number_stays ON public.network_numbering_indexnumber;
DROP TRIGGER index_number_is_taken ON public.network_numbering_indexnumber;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("network_numbering", "0001_initial"),
        ("network_page_cache", "0001_page_tokens"),
        ("network_tenancy", "0001_initial"),
    ]

    operations = [migrations.RunSQL(SQL, BACK)]
