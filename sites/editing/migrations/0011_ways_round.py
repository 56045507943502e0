"""Close ways round the gate: keys, aliases, deletion, words of files, redirects, decisions used again."""

from django.db import migrations

from sites.editing.operations import GateFiles, GatePlaces, InstallGateFunctions


class Migration(migrations.Migration):
    dependencies = [
        ("sites_editing", "0010_duties_by_column"),
        ("sites_media", "0002_files_never_change"),
        ("wagtailredirects", "0008_add_verbose_name_plural"),
    ]

    operations = [InstallGateFunctions(), GatePlaces(), GateFiles()]
