"""Write the words that an install starts with; from then on the list is the hub's."""

import tomllib
from pathlib import Path

from django.db import migrations

DATA = Path(__file__).parents[1] / "data" / "terms.toml"
WRITER = "system"


def write(apps, schema_editor):
    term_model = apps.get_model("network_terms", "SharedTerm")
    entries = tomllib.loads(DATA.read_text(encoding="utf-8"))["term"]
    term_model.objects.bulk_create(
        term_model(
            kind=entry["kind"],
            word=entry["word"],
            use_instead=entry.get("use_instead", ""),
            exceptions="\n".join(entry.get("exceptions", [])),
            document=entry.get("document", ""),
            clause=entry.get("clause", ""),
            added_by=WRITER,
        )
        for entry in entries
    )


class Migration(migrations.Migration):
    dependencies = [("network_terms", "0001_initial")]

    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
