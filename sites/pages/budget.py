"""A budget or the accounts of a year, with their tables."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.fields import StreamField

from sites.content.base import Faults, edit_handler_of
from sites.pages.item import ItemPage
from sites.pages.tables import hold_table, rows_of

FIRST_YEAR = 1949


class Form(models.TextChoices):
    """Plan of money, account of it."""

    BUDGET = "budget", _("部门预算")
    ACCOUNTS = "accounts", _("部门决算")


class BudgetPage(ItemPage):
    """One year. Sums are in the unit that the page states, by default ten thousand yuan."""

    form = models.CharField(_("种类"), max_length=10, choices=Form.choices, default=Form.BUDGET)
    year = models.PositiveSmallIntegerField(_("年度"))
    unit = models.CharField(_("金额单位"), max_length=10, default="万元")
    income = models.DecimalField(_("收入总计"), max_digits=16, decimal_places=2, null=True, blank=True)
    spending = models.DecimalField(_("支出总计"), max_digits=16, decimal_places=2, null=True, blank=True)
    receptions = models.DecimalField(_("“三公”经费合计"), max_digits=16, decimal_places=2, null=True, blank=True)
    tables = StreamField(
        [("table", TableBlock(label=_("表")))], verbose_name=_("表"), blank=True, default=list, max_num=20
    )

    content_kind = "budget"
    edit_handler = edit_handler_of(
        [
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("form"), FieldPanel("year"), FieldPanel("unit")]),
                    FieldRowPanel([FieldPanel("income"), FieldPanel("spending"), FieldPanel("receptions")]),
                ],
                heading=_("预算和决算"),
            ),
            FieldPanel("tables"),
        ]
    )

    class Meta:
        verbose_name = _("预算决算")
        verbose_name_plural = _("预算决算")

    def contradictions(self) -> Faults:
        faults: Faults = {}
        if self.year is None:
            return faults  # a field left blank is told by the form
        this_year = timezone.localdate().year
        if not FIRST_YEAR <= self.year <= this_year + 1:
            faults["year"] = [say("年度“%(year)s”不对，请核对。") % {"year": self.year}]
        elif self.form == Form.ACCOUNTS and self.year >= this_year:
            faults["year"] = [say("%(year)s年度还没有结束，不会有决算，请核对年度或者种类。") % {"year": self.year}]
        twin = BudgetPage.objects.exclude(pk=self.pk).filter(form=self.form, year=self.year).first()
        if twin is not None:
            sentence = say("%(year)s年度的%(form)s已有“%(title)s”，请修改那一页，不要另发一篇。")
            values = {"year": self.year, "form": Form(self.form).label, "title": twin.title}
            faults.setdefault("year", []).append(sentence % values)
        if self.receptions is not None and self.spending is not None and self.receptions > self.spending:
            values = {"part": self.receptions, "all": self.spending}
            faults["receptions"] = [say("“三公”经费“%(part)s”大于支出总计“%(all)s”，请核对。") % values]
        wrong = [
            say("第%(number)s张表：%(why)s") % {"number": number, "why": why}
            for number, child in enumerate(self.tables, start=1)
            for header, *rows in [rows_of(child.value) or [[]]]
            for why in hold_table(header, rows)
        ]
        if wrong:
            faults["tables"] = wrong
        return faults

    def gaps(self) -> Faults:
        faults: Faults = {}
        for name in ("income", "spending", "receptions"):
            if getattr(self, name) is None:
                label = self._meta.get_field(name).verbose_name
                faults[name] = [say("请填写%(field)s，没有的填0。") % {"field": label}]
        if not self.tables and "attachment" not in {child.block_type for child in self.body}:
            faults["tables"] = [say("请填写表格，或者在正文中附上文件。")]
        return faults

    @property
    def body_facts(self) -> list[tuple[str, str]]:
        sums = [
            (self._meta.get_field(name).verbose_name, getattr(self, name))
            for name in ("income", "spending", "receptions")
        ]
        facts = [(say("种类"), str(Form(self.form).label)), (say("年度"), str(self.year))]
        facts += [(str(label), f"{value:,.2f} {self.unit}") for label, value in sums if value is not None]
        return facts

    def details(self, writer: Any) -> dict[str, Any]:
        tables = [(child.value, rows_of(child.value)) for child in self.tables]
        return {
            "kind": "budget",
            "type": self.form,
            "year": self.year,
            "unit": self.unit,
            **{
                name: "" if (value := getattr(self, name)) is None else str(value)
                for name in ("income", "spending", "receptions")
            },
            "tables": [
                {"title": value.get("table_caption") or str(self.title), "header": rows[0], "rows": rows[1:]}
                for value, rows in tables
                if rows
            ],
        }
