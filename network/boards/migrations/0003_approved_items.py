"""How many approved items wait for their publisher."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("network_boards", "0002_column_dues"),
    ]

    operations = [
        migrations.AddField(
            model_name="sitesummary",
            name="approved_items",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
    ]
