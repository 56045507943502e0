from typing import Any

from django.db import migrations
from django.db.models import F


def fill(apps: Any, schema_editor: Any) -> None:
    notice = apps.get_model("bench_releases", "Notice")
    notice.objects.filter(summary=None).update(summary=F("title"))
    reading, page = apps.get_model("bench_releases", "Reading"), apps.get_model("wagtailcore", "Page")
    reading.objects.bulk_create(reading(page_id=pk) for pk in page.objects.values_list("pk", flat=True))


class Migration(migrations.Migration):
    dependencies = [("bench_releases", "0002_expand"), ("wagtailcore", "0098_apitoken")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
