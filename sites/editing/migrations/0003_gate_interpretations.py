"""Put interpretations behind the publish gate."""

from django.db import migrations

from sites.editing.operations import GateTable


class Migration(migrations.Migration):
    dependencies = [
        ("sites_editing", "0002_publish_gate"),
        ("sites_pages", "0002_documents"),
        ("sites_inbox", "0002_links"),
    ]

    operations = [
        GateTable("sites_pages_interpretationpage", "page_ptr_id"),
    ]
