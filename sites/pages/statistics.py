"""A release of statistics: a table with its unit and day, drawn as bars, offered as files."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.fields import StreamField

from network.errors import InvalidValue
from sites.content.base import Faults, edit_handler_of
from sites.pages.tabled import TabledPage
from sites.pages.tables import hold_table, number_of


class StatisticsPage(TabledPage):
    """One release. ``chart_column`` counts the columns of the table from 1; 0 draws nothing."""

    period = models.CharField(_("统计期间"), max_length=60, help_text=_("例如：2012年第一季度"))
    as_of = models.DateField(_("截至"), null=True, blank=True)
    unit = models.CharField(_("单位"), max_length=20, blank=True, help_text=_("图中所画一列的单位，例如：户"))
    counted_by = models.CharField(_("统计机关"), max_length=100, blank=True)
    note = models.TextField(_("口径说明"), max_length=1000, blank=True)
    table = StreamField(
        [("table", TableBlock(label=_("表格")))], verbose_name=_("数据表"), blank=True, default=list, max_num=1
    )
    chart_column = models.PositiveSmallIntegerField(
        _("画图的列"), default=2, help_text=_("从1数起，第1列是时间或类别，一般画第2列；0为不画图")
    )

    content_kind = "statistics"
    past_days = ("created_on", "as_of")
    edit_handler = edit_handler_of(
        [
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("period"), FieldPanel("as_of")]),
                    FieldRowPanel([FieldPanel("unit"), FieldPanel("counted_by")]),
                ],
                heading=_("统计要素"),
            ),
            MultiFieldPanel(
                [FieldPanel("spreadsheet"), FieldPanel("table"), FieldPanel("chart_column"), FieldPanel("note")],
                heading=_("数据"),
            ),
        ]
    )

    class Meta:
        verbose_name = _("统计数据")
        verbose_name_plural = _("统计数据")

    def contradictions(self) -> Faults:
        faults: Faults = {}
        rows = self.rows()
        if not rows:
            return faults
        header, *data = rows
        wrong = hold_table(header, data)
        if wrong:
            return {**faults, "table": wrong}
        if self.chart_column > len(header) or self.chart_column == 1:
            sentence = say("画图的列“%(column)s”不在第2列至第%(last)s列之内，0为不画图。")
            return {**faults, "chart_column": [sentence % {"column": self.chart_column, "last": len(header)}]}
        if self.chart_column:
            faults.update(_hold_drawn(data, self.chart_column))
        return faults

    def gaps(self) -> Faults:
        faults: Faults = {}
        if not self.table:
            faults["table"] = [say("请填写数据表，或者选择 xlsx、csv 文件。")]
        if self.chart_column and not self.unit:
            faults["unit"] = [say("画图须写明单位。")]
        if self.as_of is None:
            faults["as_of"] = [say("请填写数据截至哪一日。")]
        return faults

    @property
    def body_facts(self) -> list[tuple[str, str]]:
        facts = [
            (say("统计期间"), self.period),
            (say("截至"), self.as_of.isoformat() if self.as_of else ""),
            (say("统计机关"), self.counted_by),
            (say("口径说明"), self.note),
        ]
        return [(label, value) for label, value in facts if value]

    def details(self, writer: Any) -> dict[str, Any]:
        header, *rows = self.rows() or [[]]
        return {
            "kind": "statistics",
            "period": self.period,
            "as_of": self.as_of.isoformat() if self.as_of else "",
            "unit": self.unit,
            "counted_by": self.counted_by,
            "note": self.note,
            "header": header,
            "rows": rows,
            "chart_column": self.chart_column,
        }


def _hold_drawn(rows: list[list[str]], column: int) -> Faults:
    """The column that is drawn must be numbers, none below nothing, at least one."""
    numbers = []
    for place, row in enumerate(rows, start=1):
        try:
            numbers.append(number_of(row[column - 1]))
        except InvalidValue as error:
            return {"table": [say("第%(row)s行：%(why)s") % {"row": place, "why": error.message}]}
    if all(number is None for number in numbers):
        return {"chart_column": [say("第%(column)s列没有数，请改画其他列，或者填0不画图。") % {"column": column}]}
    below = [number for number in numbers if number is not None and number < 0]
    if below:
        sentence = say("第%(column)s列有小于零的数“%(number)s”，柱状图画不出来，请改画其他列，或者填0不画图。")
        return {"chart_column": [sentence % {"column": column, "number": below[0]}]}
    return {}
