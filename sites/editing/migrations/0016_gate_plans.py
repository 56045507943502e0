"""The plans of what the gate asks for every publish stay with the session."""

from django.db import migrations

from sites.editing.operations import InstallGateFunctions


class Migration(migrations.Migration):
    dependencies = [("sites_editing", "0015_gate_reader")]

    operations = [InstallGateFunctions()]
