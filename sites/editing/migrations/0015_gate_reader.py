"""The plan for the rows of a page stays with the session; the words of a page are compared as one text."""

from django.db import migrations

from sites.editing.operations import InstallGateFunctions


class Migration(migrations.Migration):
    dependencies = [("sites_editing", "0014_publishers")]

    operations = [InstallGateFunctions()]
