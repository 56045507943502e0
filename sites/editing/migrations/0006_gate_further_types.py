"""Put supervision, emergencies, personnel, budgets, plans, registers behind the publish gate."""

from django.db import migrations

from sites.editing.operations import GateTable


class Migration(migrations.Migration):
    dependencies = [
        ("sites_editing", "0005_gate_bureau_specials_notices"),
        ("sites_pages", "0005_further_types"),
    ]

    operations = [
        GateTable("sites_pages_budgetpage", "page_ptr_id"),
        GateTable("sites_pages_emergencypage", "page_ptr_id"),
        GateTable("sites_pages_personnelpage", "page_ptr_id"),
        GateTable("sites_pages_planpage", "page_ptr_id"),
        GateTable("sites_pages_registerpage", "page_ptr_id"),
        GateTable("sites_pages_supervisionpage", "page_ptr_id"),
    ]
