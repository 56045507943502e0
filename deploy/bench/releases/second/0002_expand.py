from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bench_releases", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Sticker",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("label", models.CharField(max_length=20)),
                (
                    "notice",
                    models.ForeignKey("bench_releases.notice", on_delete=models.CASCADE, related_name="stickers"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("page", models.ForeignKey("wagtailcore.page", on_delete=models.CASCADE, related_name="+")),
                ("count", models.PositiveIntegerField(default=0)),
            ],
            options={"indexes": [models.Index(fields=["count"], name="bench_reading_count")]},
        ),
        migrations.AddField("notice", "summary", models.CharField(max_length=100, null=True)),
    ]
