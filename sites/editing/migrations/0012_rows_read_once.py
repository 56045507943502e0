"""The gate reads the rows of a page in one statement instead of one for each page type, once for all its questions."""

from django.db import migrations

from sites.editing.operations import InstallGateFunctions


class Migration(migrations.Migration):
    dependencies = [("sites_editing", "0011_ways_round")]

    operations = [InstallGateFunctions()]
