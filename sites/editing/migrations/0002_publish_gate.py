"""Put the page table with every page-type table behind the publish gate."""

from django.db import migrations

from sites.editing.operations import GatePages, GateTable, InstallGateFunctions


class Migration(migrations.Migration):
    dependencies = [
        ("sites_editing", "0001_initial"),
        ("sites_pages", "0001_initial"),
        ("sites_inbox", "0001_initial"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        InstallGateFunctions(),
        GatePages(),
        GateTable("sites_pages_homepage", "page_ptr_id"),
        GateTable("sites_pages_columnpage", "page_ptr_id"),
        GateTable("sites_pages_articlepage", "page_ptr_id"),
        GateTable("sites_pages_lawpage", "page_ptr_id"),
        GateTable("sites_inbox_placementpage", "page_ptr_id"),
    ]
