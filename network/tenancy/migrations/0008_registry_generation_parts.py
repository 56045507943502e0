"""Spread the registry's generation over a few rows, so that changes do not wait for each other."""

from pathlib import Path

from django.db import migrations, models

SQL = (Path(__file__).parents[1] / "sql" / "registry_generation.sql").read_text(encoding="utf-8")
PARTS = 8


class Migration(migrations.Migration):
    dependencies = [("network_tenancy", "0007_upgrade_ledger")]

    operations = [
        migrations.RemoveConstraint("registrygeneration", "registry_generation_is_one"),
        migrations.AddConstraint(
            "registrygeneration",
            models.CheckConstraint(condition=models.Q(id__gte=1, id__lte=PARTS), name="registry_generation_parts"),
        ),
        migrations.RunSQL(
            f"""
            INSERT INTO public.network_tenancy_registrygeneration (id, number)
            SELECT id, 1 FROM generate_series(1, {PARTS}) AS id ON CONFLICT DO NOTHING
            """,
            "DELETE FROM public.network_tenancy_registrygeneration WHERE id > 1",
        ),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
    ]
