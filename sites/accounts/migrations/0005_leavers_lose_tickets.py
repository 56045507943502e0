"""Whoever is made inactive or is put out of a group loses the tickets into other sites."""

from django.db import migrations

TRIGGERS = """
CREATE TRIGGER inactive_loses_tickets AFTER UPDATE OF is_active ON sites_accounts_staff
    FOR EACH ROW WHEN (OLD.is_active AND NOT NEW.is_active) EXECUTE FUNCTION public.network_entry_withdraw();
CREATE TRIGGER dutiless_loses_tickets AFTER DELETE ON sites_accounts_staff_groups
    FOR EACH ROW EXECUTE FUNCTION public.network_entry_withdraw();
"""
GONE = """
DROP TRIGGER inactive_loses_tickets ON sites_accounts_staff;
DROP TRIGGER dutiless_loses_tickets ON sites_accounts_staff_groups;
"""


class Migration(migrations.Migration):
    dependencies = [("sites_accounts", "0004_visitors")]

    operations = [migrations.RunSQL(TRIGGERS, GONE)]
