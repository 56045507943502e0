"""Move the registry's generation with every change."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parents[1] / "sql" / "registry.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [("network_tenancy", "0001_initial")]

    operations = [
        migrations.RunSQL(
            SQL,
            """
            DROP TRIGGER site_moves_generation ON public.network_tenancy_site;
            DROP TRIGGER domain_moves_generation ON public.network_tenancy_domain;
            DROP FUNCTION public.network_move_registry_generation();
            """,
        )
    ]
