"""Put the bureau's own pages, specials, warnings, procurements behind the publish gate."""

from django.db import migrations

from sites.editing.operations import GateTable


class Migration(migrations.Migration):
    dependencies = [
        ("sites_editing", "0004_gate_statistics"),
        ("sites_pages", "0004_bureau_specials_notices"),
    ]

    operations = [
        GateTable("sites_pages_leaderpage", "page_ptr_id"),
        GateTable("sites_pages_organisationpage", "page_ptr_id"),
        GateTable("sites_pages_procurementpage", "page_ptr_id"),
        GateTable("sites_pages_specialpage", "page_ptr_id"),
        GateTable("sites_pages_warningpage", "page_ptr_id"),
    ]
