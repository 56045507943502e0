from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bench_releases", "0004_titles_once")]

    operations = [
        migrations.DeleteModel("Sticker"),
        migrations.RemoveField("notice", "body"),
        migrations.RenameField("topic", "name", "word"),
        migrations.RenameModel("Topic", "Subject"),
        migrations.AddField(
            "subject", "notice", models.ForeignKey("bench_releases.notice", null=True, on_delete=models.CASCADE)
        ),
        migrations.AlterField("notice", "title", models.CharField(max_length=200)),
        migrations.RemoveConstraint("notice", "bench_notice_title_once"),
        migrations.AlterModelOptions("notice", {"permissions": [("pin_notice", "Pin notices")]}),
    ]
