"""The yearly report of disclosure work: six parts, three of them statutory tables.

Source: 政府信息公开条例（国务院令第711号）第四十九、五十条; the tables are 国办公开办函〔2021〕30号.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.blocks import StreamValue
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.fields import StreamField

from network.errors import InvalidValue
from network.tenancy.api import current_site
from sites.content.base import Faults, edit_handler_of
from sites.content.forms import ContentPageForm
from sites.media.fields import HeldFileField
from sites.pages.item import ItemPage
from sites.pages.report_form import FormTable, form_of_year, form_tables
from sites.pages.spreadsheet_form import stored_table
from sites.pages.tables import SPREADSHEETS, first_table, read_spreadsheet

FIRST_YEAR = 2008
"""政府信息公开条例（国务院令第492号） is in force since 1 May of it."""

TABLES = {"active": 2, "requests": 3, "disputes": 4}
TEXTS = {1: "overview", 5: "problems", 6: "others"}
PART_TITLES = {
    1: "总体情况",
    2: "主动公开政府信息情况",
    3: "收到和处理政府信息公开申请情况",
    4: "政府信息公开行政复议、行政诉讼情况",
    5: "存在的主要问题及改进情况",
    6: "其他需要报告的事项",
}
"""The six parts of a report by their number, as the statutory form names them."""

FILE_HELP = _("xlsx 的第一个工作表，或者 csv；各行各列与统一格式相同。选了文件，就替换下面的表格")


class YearlyReportForm(ContentPageForm):
    """A new report begins with the blank tables of the form in force; a spreadsheet may fill each."""

    active_file = HeldFileField(kinds=SPREADSHEETS, label=_("从文件填写"), required=False, help_text=FILE_HELP)
    requests_file = HeldFileField(kinds=SPREADSHEETS, label=_("从文件填写"), required=False, help_text=FILE_HELP)
    disputes_file = HeldFileField(kinds=SPREADSHEETS, label=_("从文件填写"), required=False, help_text=FILE_HELP)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        year = self.instance.year or timezone.localdate().year - 1
        tables = tables_of_year(year)
        for table in tables:
            address = reverse("sites_disclosure:blank_form", args=[year, table.key])
            words = format_html('{} <a href="{}">{}</a>', FILE_HELP, address, _("下载空表"))
            self.fields[f"{table.key}_file"].help_text = words
        if self.instance.pk is not None or self.is_bound:
            return
        self.initial["title"] = f"{year}年政府信息公开工作年度报告"
        self.initial["year"] = year
        for table in tables:
            self.initial[table.key] = _stream(table.key, table.blank())

    def clean(self) -> dict[str, Any]:
        year = self.cleaned_data.get("year")
        tables = {table.key: table for table in tables_of_year(year)} if year else {}
        for key in TABLES if year else ():
            upload, rows = self.cleaned_data.get(f"{key}_file"), first_table(self.cleaned_data.get(key))
            place = key if upload is None else f"{key}_file"
            try:
                if upload is not None:
                    rows = read_spreadsheet(upload.name, upload.read())
                if rows and key not in tables:
                    raise InvalidValue(without_form(year))
                if rows:
                    self.cleaned_data[key] = _stream(key, tables[key].fitted(rows))
            except InvalidValue as error:
                self.add_error(place, error.message)
        return super().clean()


def without_form(year: int) -> str:
    """Why a report on a year has no tables of its own."""
    return say("%(year)s年度没有统一的表格，请把表格写在正文中，或者作为附件。") % {"year": year}


def _table_field(label: Any) -> StreamField:
    return StreamField(
        [("table", TableBlock(label=_("表格")))], verbose_name=label, blank=True, default=list, max_num=1
    )


class YearlyReportPage(ItemPage):
    """One report on one year. It speaks of its own site, so it does not travel."""

    year = models.PositiveSmallIntegerField(_("年度"), help_text=_("报告所说的年份，次年1月公布"))
    overview = models.TextField(_("一、总体情况"), blank=True)
    active = _table_field(_("二、主动公开政府信息情况"))
    requests = _table_field(_("三、收到和处理政府信息公开申请情况"))
    disputes = _table_field(_("四、政府信息公开行政复议、行政诉讼情况"))
    problems = models.TextField(_("五、存在的主要问题及改进情况"), blank=True)
    others = models.TextField(_("六、其他需要报告的事项"), blank=True, help_text=_("没有的，写“无”"))

    content_kind = "yearly_report"
    travels = False
    base_form_class = YearlyReportForm
    edit_handler = edit_handler_of(
        [
            FieldRowPanel([FieldPanel("year")]),
            FieldPanel("overview"),
            MultiFieldPanel([FieldPanel("active_file"), FieldPanel("active")], heading=_("二、主动公开政府信息情况")),
            MultiFieldPanel(
                [FieldPanel("requests_file"), FieldPanel("requests")],
                heading=_("三、收到和处理政府信息公开申请情况"),
            ),
            MultiFieldPanel(
                [FieldPanel("disputes_file"), FieldPanel("disputes")],
                heading=_("四、政府信息公开行政复议、行政诉讼情况"),
            ),
            FieldPanel("problems"),
            FieldPanel("others"),
        ]
    )

    class Meta:
        verbose_name = _("信息公开年报")
        verbose_name_plural = _("信息公开年报")

    def rows(self, key: str) -> list[list[str]]:
        """One of the tables as text, the header first; empty while there is none."""
        return first_table(getattr(self, key))

    def contradictions(self) -> Faults:
        faults: Faults = {}
        if self.year is None:
            return faults  # the form says so itself
        last = timezone.localdate().year - 1
        if not FIRST_YEAR <= self.year <= last:
            values = {"year": self.year, "first": FIRST_YEAR, "last": last}
            sentence = say("年度“%(year)s”不在%(first)s至%(last)s之内：条例2008年起施行，年度结束以后才有报告。")
            return {"year": [sentence % values]}
        twin = YearlyReportPage.objects.live().exclude(pk=self.pk).filter(year=self.year).first()
        if twin is not None:
            values = {"year": self.year, "title": twin.title}
            faults["year"] = [say("%(year)s年度的报告《%(title)s》已经登载，请修改那一页，不要另建。") % values]
        tables = tables_of_year(self.year)
        for table in tables:
            rows = self.rows(table.key)
            wrong = table.faults(rows) if rows else []
            if wrong:
                faults[table.key] = wrong
        if not tables:
            faults |= {key: [without_form(self.year)] for key in TABLES if self.rows(key)}
        return faults

    def gaps(self) -> Faults:
        faults: Faults = {}
        if self.year is None:
            return faults
        for number, name in TEXTS.items():
            if not getattr(self, name).strip():
                faults[name] = [say("请填写“%(part)s”。") % {"part": PART_TITLES[number]}]
        tables = {table.key: table for table in tables_of_year(self.year)}
        for key, table in tables.items():
            rows = self.rows(key)
            missing = table.missing(rows) if rows else [say("请填写表格，或者选择 xlsx、csv 文件。")]
            if missing:
                faults[key] = missing
        if not tables and not self.body:
            faults["body"] = [say("%(year)s年度没有统一的表格，请填写正文。") % {"year": self.year}]
        if "requests" in tables and "requests" not in faults:
            faults |= self._break_with_the_year_before(tables["requests"])
        return faults

    def _break_with_the_year_before(self, table: FormTable) -> Faults:
        """What was carried over must be what the report before, if it is on line, carried out."""
        before = YearlyReportPage.objects.live().filter(year=self.year - 1).first()
        if before is None or not before.rows("requests"):
            return {}
        out = table.number_at(before.rows("requests"), "carried_out", table.total)
        held = table.number_at(self.rows("requests"), "carried_in", table.total)
        if out is None or held is None or out == held:
            return {}
        values = {"held": held, "before": before.year, "out": out}
        sentence = say("上年结转的总计是%(held)s，%(before)s年度报告结转下年度的总计是%(out)s，两者应相等，请核对。")
        return {"requests": [sentence % values]}

    @property
    def body_facts(self) -> list[tuple[str, str]]:
        return [(say("年度"), str(self.year))]

    def details(self, writer: Any) -> dict[str, Any]:
        rows = {key: self.rows(key) for key in TABLES}
        return {
            "kind": "yearly_report",
            "year": self.year,
            "form": form_of_year(current_site(), self.year),
            "texts": [{"part": number, "text": getattr(self, name)} for number, name in TEXTS.items()],
            "tables": [
                {"key": key, "part": part, "title": PART_TITLES[part], "header": rows[key][0], "rows": rows[key][1:]}
                for key, part in TABLES.items()
                if rows[key]
            ],
        }


def tables_of_year(year: int) -> tuple[FormTable, ...]:
    """The statutory tables of a report on a year; none for a year that had no common form."""
    if not FIRST_YEAR <= year <= timezone.localdate().year:
        return ()
    name = form_of_year(current_site(), year)
    return form_tables(name) if name else ()


def _stream(name: str, rows: list[list[str]]) -> StreamValue:
    value: StreamValue = YearlyReportPage._meta.get_field(name).to_python(stored_table(rows))
    return value
