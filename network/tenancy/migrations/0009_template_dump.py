"""Keep the template as text for every process that opens sites."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("network_tenancy", "0008_registry_generation_parts"),
    ]

    operations = [
        migrations.CreateModel(
            name="TemplateDump",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("state", models.CharField(max_length=300)),
                ("text", models.TextField()),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="template_dump_is_one")],
            },
        ),
    ]
