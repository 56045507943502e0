"""Whether a duty reaches a page: a duty without limits is known without reading the tree of columns."""

from django.db import migrations

from sites.accounts.operations import InstallAccountFunctions


class Migration(migrations.Migration):
    dependencies = [("sites_accounts", "0007_duty_scopes")]

    operations = [InstallAccountFunctions()]
