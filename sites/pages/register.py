"""The register of well-known trademarks: records from a spreadsheet, searched by readers."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.fields import StreamField

from sites.content.base import Faults, edit_handler_of
from sites.pages.tabled import TabledPage
from sites.pages.tables import hold_table

MARK, NUMBER, HOLDER, CLASS, GOODS, RECOGNISED, UNTIL = HEADER = (
    "商标",
    "注册号",
    "注册人",
    "类别",
    "核定商品",
    "认定日期",
    "有效期至",
)
CLASSES = range(1, 46)
"""Classes of the Nice classification."""

SHOWN_FAULTS = 20


class RegisterPage(TabledPage):
    """One register. ``table`` has the columns of ``HEADER`` in this order."""

    recognised_by = models.CharField(_("认定机关"), max_length=100, blank=True)
    basis = models.CharField(_("认定依据"), max_length=200, blank=True)
    table = StreamField(
        [("table", TableBlock(label=_("名录")))], verbose_name=_("名录"), blank=True, default=list, max_num=1
    )

    content_kind = "register"
    edit_handler = edit_handler_of(
        [
            FieldPanel("recognised_by"),
            FieldPanel("basis"),
            MultiFieldPanel([FieldPanel("spreadsheet"), FieldPanel("table")], heading=_("名录")),
        ]
    )

    class Meta:
        verbose_name = _("著名商标名录")
        verbose_name_plural = _("著名商标名录")

    def contradictions(self) -> Faults:
        rows = self.rows()
        if not rows:
            return {}
        header, *records = rows
        if tuple(header) != HEADER:
            sentence = say("表头应为“%(wanted)s”，现为“%(held)s”。请按此调整各列。")
            return {"table": [sentence % {"wanted": "、".join(HEADER), "held": "、".join(header)}]}
        wrong = hold_table(header, records) or list(_wrong_records(records))
        return {"table": wrong[:SHOWN_FAULTS]} if wrong else {}

    def gaps(self) -> Faults:
        faults: Faults = {}
        if not self.table:
            faults["table"] = [say("请填写名录，或者选择 xlsx、csv 文件。")]
        if not self.recognised_by:
            faults["recognised_by"] = [say("请填写认定机关。")]
        return faults

    @property
    def body_facts(self) -> list[tuple[str, str]]:
        facts = [(say("认定机关"), self.recognised_by), (say("认定依据"), self.basis)]
        return [(label, value) for label, value in facts if value]

    def details(self, writer: Any) -> dict[str, Any]:
        header, *rows = self.rows() or [[]]
        return {
            "kind": "register",
            "recognised_by": self.recognised_by,
            "basis": self.basis,
            "tables": [{"title": self.title, "header": header, "rows": rows}] if rows else [],
        }


def _wrong_records(records: list[list[str]]) -> Any:
    """A sentence for every record that cannot be: its row, the value, the remedy."""
    seen: dict[str, int] = {}
    for row, record in enumerate(records, start=1):
        held = dict(zip(HEADER, record, strict=True))
        if not held[MARK] or not held[NUMBER] or not held[HOLDER]:
            yield say("第%(row)s行缺商标、注册号或者注册人，请补上。") % {"row": row}
        if held[NUMBER] and held[NUMBER] in seen:
            values = {"row": row, "number": held[NUMBER], "first": seen[held[NUMBER]]}
            yield say("第%(row)s行的注册号“%(number)s”与第%(first)s行相同，请删去一行。") % values
        seen.setdefault(held[NUMBER], row)
        if not held[CLASS].isdecimal() or int(held[CLASS]) not in CLASSES:
            yield say("第%(row)s行的类别“%(value)s”不是1至45的数。") % {"row": row, "value": held[CLASS]}
        days = {}
        for name in (RECOGNISED, UNTIL):
            try:
                days[name] = datetime.date.fromisoformat(held[name]) if held[name] else None
            except ValueError:
                values = {"row": row, "name": name, "value": held[name]}
                yield say("第%(row)s行的%(name)s“%(value)s”应写作2012-03-01这样的日期。") % values
        first, last = days.get(RECOGNISED), days.get(UNTIL)
        if first and last and last < first:
            values = {"row": row, "first": first, "last": last}
            yield say("第%(row)s行的有效期至“%(last)s”早于认定日期“%(first)s”，请核对。") % values
