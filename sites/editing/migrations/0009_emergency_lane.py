"""Marks of emergencies; the gate accepts what the people named in one decided."""

from django.db import migrations, models

from sites.editing.operations import InstallGateFunctions


class Migration(migrations.Migration):
    dependencies = [
        ("sites_editing", "0008_gate_disclosure_pages"),
    ]

    operations = [
        migrations.CreateModel(
            name="EmergencyMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("page_id", models.BigIntegerField(db_index=True)),
                ("revision_id", models.BigIntegerField()),
                ("content_hash", models.CharField(max_length=64)),
                ("workflow_state_id", models.BigIntegerField(db_index=True)),
                ("person_id", models.BigIntegerField()),
                ("person_name", models.CharField(max_length=150)),
                ("reason", models.CharField(max_length=500, verbose_name="应急理由")),
                ("reviewers", models.JSONField(default=list)),
                ("marked_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "应急标记",
                "verbose_name_plural": "应急标记",
            },
        ),
        migrations.AlterField(
            model_name="approval",
            name="kind",
            field=models.CharField(
                choices=[
                    ("review", "审核"),
                    ("emergency", "应急"),
                    ("edition", "下发"),
                    ("provisioned", "开站"),
                    ("sample", "样例"),
                ],
                max_length=12,
            ),
        ),
        InstallGateFunctions(),
    ]
