from django.db import migrations, models


class Migration(migrations.Migration):
    """A site with two notices of one title cannot follow."""

    dependencies = [("bench_releases", "0003_fill")]

    operations = [
        migrations.AddConstraint("notice", models.UniqueConstraint(fields=["title"], name="bench_notice_title_once")),
    ]
