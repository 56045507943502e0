"""Put the guide, the system, the yearly reports of disclosure behind the publish gate."""

from django.db import migrations

from sites.editing.operations import GateTable


class Migration(migrations.Migration):
    dependencies = [
        ("sites_editing", "0007_openness"),
        ("sites_pages", "0007_disclosure_pages"),
    ]

    operations = [
        GateTable("sites_pages_guidepage", "page_ptr_id"),
        GateTable("sites_pages_systempage", "page_ptr_id"),
        GateTable("sites_pages_yearlyreportpage", "page_ptr_id"),
    ]
