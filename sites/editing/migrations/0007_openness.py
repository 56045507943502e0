"""The gate lets only open information, or the bare entry of what is given on request, on line."""

from django.db import migrations

from sites.editing.operations import InstallGateFunctions


class Migration(migrations.Migration):
    dependencies = [
        ("sites_editing", "0006_gate_further_types"),
        ("sites_pages", "0006_catalogue_facts"),
    ]

    operations = [InstallGateFunctions()]
