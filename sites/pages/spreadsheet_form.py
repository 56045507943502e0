"""The editing form of a page whose table may come from a spreadsheet."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from network.errors import InvalidValue
from sites.content.forms import ContentPageForm
from sites.media.fields import HeldFileField
from sites.pages.tables import SPREADSHEETS, read_spreadsheet


def stored_table(rows: list[list[str]]) -> list[dict[str, Any]]:
    """Rows, the header first, in the stored form of the table field."""
    value = {"data": rows, "first_row_is_table_header": True, "first_col_is_header": True, "table_caption": ""}
    return [{"type": "table", "value": value}]


class SpreadsheetForm(ContentPageForm):
    """Takes the table from a spreadsheet, too: the file fills the table and is not kept."""

    spreadsheet = HeldFileField(
        kinds=SPREADSHEETS,
        label=_("从文件填写表格"),
        required=False,
        help_text=_("xlsx 的第一个工作表，或者 csv；第一行是表头，第一列是时间或类别。选了文件，就替换下面的表格"),
    )

    def clean(self) -> dict[str, Any]:
        upload = self.cleaned_data.get("spreadsheet")
        if upload is not None:
            try:
                rows = read_spreadsheet(upload.name, upload.read())
            except InvalidValue as error:
                self.add_error("spreadsheet", error.message)
            else:
                field = type(self.instance)._meta.get_field("table")
                self.cleaned_data["table"] = field.to_python(stored_table(rows))
        return super().clean()
