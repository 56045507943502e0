"""Duties of a person limited to columns or to the columns of a department."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from sites.accounts.operations import InstallAccountFunctions


class Migration(migrations.Migration):
    dependencies = [
        ("sites_accounts", "0006_emergency_duty"),
    ]

    operations = [
        migrations.CreateModel(
            name="DutyScope",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("duty", models.CharField(max_length=20, verbose_name="职责")),
                ("column_key", models.CharField(blank=True, max_length=40, verbose_name="栏目")),
                ("department", models.CharField(blank=True, max_length=80, verbose_name="部门的栏目")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scopes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "职责范围",
                "verbose_name_plural": "职责范围",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "duty", "column_key", "department"), name="one_scope_a_place"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(models.Q(("column_key", ""), _negated=True), ("department", "")),
                            models.Q(("column_key", ""), models.Q(("department", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="scope_names_one_place",
                    ),
                ],
            },
        ),
        InstallAccountFunctions(),
    ]
