"""Publishing as an act of its own: where, who ordered it for an hour; the gate asks for it."""

from django.db import migrations, models

from sites.editing.operations import InstallGateFunctions


class Migration(migrations.Migration):
    dependencies = [
        ("sites_editing", "0013_search_rows_and_editions"),
    ]

    operations = [
        migrations.CreateModel(
            name="PublishingPlace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("column_key", models.CharField(blank=True, max_length=40, unique=True, verbose_name="栏目")),
            ],
            options={
                "verbose_name": "由发布员发布的栏目",
                "verbose_name_plural": "由发布员发布的栏目",
            },
        ),
        migrations.AlterField(
            model_name="decision",
            name="duty",
            field=models.CharField(
                choices=[
                    ("reviewer", "初审"),
                    ("final_reviewer", "终审"),
                    ("secrecy_reviewer", "保密审查"),
                    ("publisher", "发布"),
                ],
                max_length=20,
                verbose_name="职责",
            ),
        ),
        migrations.AlterField(
            model_name="dutytask",
            name="duty",
            field=models.CharField(
                choices=[
                    ("reviewer", "初审"),
                    ("final_reviewer", "终审"),
                    ("secrecy_reviewer", "保密审查"),
                    ("publisher", "发布"),
                ],
                max_length=20,
                unique=True,
                verbose_name="职责",
            ),
        ),
        migrations.CreateModel(
            name="PublishSchedule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("page_id", models.BigIntegerField(db_index=True)),
                ("revision_id", models.BigIntegerField()),
                ("content_hash", models.CharField(max_length=64)),
                ("task_state_id", models.BigIntegerField()),
                ("person_id", models.BigIntegerField()),
                ("person_name", models.CharField(max_length=150)),
                ("publish_at", models.DateTimeField(verbose_name="发布时间")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "等待"),
                            ("done", "已发布"),
                            ("cancelled", "已取消"),
                            ("refused", "没有发布"),
                        ],
                        default="waiting",
                        max_length=9,
                    ),
                ),
                ("note", models.TextField(blank=True)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "定时发布",
                "verbose_name_plural": "定时发布",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")), fields=("page_id",), name="one_schedule_a_page"
                    )
                ],
            },
        ),
        InstallGateFunctions(),
    ]
