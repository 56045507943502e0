"""Put releases of statistics behind the publish gate."""

from django.db import migrations

from sites.editing.operations import GateTable


class Migration(migrations.Migration):
    dependencies = [
        ("sites_editing", "0003_gate_interpretations"),
        ("sites_pages", "0003_statistics"),
    ]

    operations = [
        GateTable("sites_pages_statisticspage", "page_ptr_id"),
    ]
