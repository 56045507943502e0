"""The gate counts a decision where the duty that it was made in reaches the page."""

from django.db import migrations

from sites.editing.operations import InstallGateFunctions


class Migration(migrations.Migration):
    dependencies = [
        ("sites_editing", "0009_emergency_lane"),
        ("sites_accounts", "0007_duty_scopes"),
    ]

    operations = [InstallGateFunctions()]
