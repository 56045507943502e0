"""The ground of the types of items that are one table."""

from __future__ import annotations

from wagtail.blocks import StreamValue

from sites.pages.item import ItemPage
from sites.pages.spreadsheet_form import SpreadsheetForm
from sites.pages.tables import first_table


class TabledPage(ItemPage):
    """One item whose ``table`` field holds at most one table; a spreadsheet may fill it."""

    table: StreamValue

    base_form_class = SpreadsheetForm

    class Meta:
        abstract = True

    def rows(self) -> list[list[str]]:
        """The table as text, the header first."""
        return first_table(self.table)
