"""Placements keep what their edition says of other items."""

import django.contrib.postgres.indexes
from django.conf import settings
from django.db import migrations, models

from sites.editing.operations import KeepApprovals, RenewApprovals


class Migration(migrations.Migration):
    dependencies = [
        ("sites_editing", "0002_publish_gate"),
        ("sites_inbox", "0001_initial"),
        migrations.swappable_dependency(settings.WAGTAIL_PAGE_MODEL),
    ]

    operations = [
        KeepApprovals("sites_inbox_placementpage"),
        migrations.AddField(
            model_name="placementpage",
            name="relates_to",
            field=models.JSONField(db_default=[], default=list, editable=False, verbose_name="关联的信息"),
        ),
        migrations.AddIndex(
            model_name="placementpage",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["relates_to"], name="placement_relates_to", opclasses=["jsonb_path_ops"]
            ),
        ),
        RenewApprovals("sites_inbox_placementpage"),
    ]
