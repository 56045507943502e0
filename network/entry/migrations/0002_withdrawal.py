"""Withdraw the tickets of whoever loses a duty."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parents[1] / "sql" / "entry.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("network_entry", "0001_tickets")]

    operations = [migrations.RunSQL(SQL, "DROP FUNCTION public.network_entry_withdraw();")]
