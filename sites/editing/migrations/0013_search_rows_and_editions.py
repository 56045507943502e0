"""Search rows, editions and the heads of items say what approved pages say, in every word."""

from django.db import migrations

from sites.editing.operations import InstallGateFunctions


class Migration(migrations.Migration):
    dependencies = [("sites_editing", "0012_rows_read_once")]

    operations = [InstallGateFunctions()]
