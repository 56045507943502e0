"""Hold tree, states and names of the registry in the database, keep their histories there."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parents[1] / "sql" / "site_life.sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):
    dependencies = [
        ("network_tenancy", "0005_site_tree_and_history"),
        ("network_rules", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(
            SQL,
            """
            DROP TRIGGER hold_site_1_tree ON public.network_tenancy_site;
            DROP TRIGGER hold_site_2_state ON public.network_tenancy_site;
            DROP TRIGGER keep_site_history ON public.network_tenancy_site;
            DROP TRIGGER move_subtree ON public.network_tenancy_site;
            DROP TRIGGER transition_stays ON public.network_tenancy_sitetransition;
            DROP FUNCTION public.network_hold_site_tree();
            DROP FUNCTION public.network_hold_site_state();
            DROP FUNCTION public.network_keep_site_history();
            DROP FUNCTION public.network_move_subtree();
            DROP FUNCTION public.network_refuse_change();
            DROP FUNCTION public.network_earliest_closing(text, date);
            DROP FUNCTION public.network_level_rank(text);
            DROP FUNCTION public.network_site_moves();
            DELETE FROM public.network_tenancy_sitetransition;
            DELETE FROM public.network_tenancy_sitename;
            """,
        )
    ]
