"""What the scanner said of each file; what was stored before counts as unscanned."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sites_importing", "0004_review_orders")]

    operations = [
        migrations.AddField(
            model_name="importbatch",
            name="scan_engine",
            field=models.CharField(db_default="", default="", editable=False, max_length=100, verbose_name="扫描引擎"),
        ),
        migrations.AddField(
            model_name="importbatch",
            name="scan_state",
            field=models.CharField(
                choices=[("unscanned", "未扫描"), ("clean", "已扫描"), ("infected", "含病毒，已扣留")],
                db_default="unscanned",
                default="unscanned",
                editable=False,
                max_length=9,
                verbose_name="病毒扫描",
            ),
        ),
        migrations.AddField(
            model_name="importbatch",
            name="scanned_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="扫描时间"),
        ),
    ]
