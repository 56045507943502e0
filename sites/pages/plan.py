"""A plan with its tasks, or the report on one."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.fields import StreamField

from sites.content.base import Faults, edit_handler_of
from sites.pages.item import ItemPage


class Form(models.TextChoices):
    """Ahead of the work, after it."""

    PLAN = "plan", _("规划计划")
    REPORT = "report", _("工作总结")


class TaskBlock(blocks.StructBlock):
    """A task with who does it by when; a report says how far it came."""

    task = blocks.CharBlock(label=_("任务"), max_length=200)
    unit = blocks.CharBlock(label=_("责任单位"), max_length=60)
    due = blocks.CharBlock(label=_("完成时限"), max_length=40, required=False)
    progress = blocks.CharBlock(label=_("完成情况"), max_length=200, required=False)

    class Meta:
        icon = "tick"
        label = _("任务")


class PlanPage(ItemPage):
    """One plan or report for one or more years."""

    form = models.CharField(_("种类"), max_length=10, choices=Form.choices, default=Form.PLAN)
    first_year = models.PositiveSmallIntegerField(_("起始年度"))
    last_year = models.PositiveSmallIntegerField(_("终止年度"))
    tasks = StreamField([("task", TaskBlock())], verbose_name=_("任务分解"), blank=True, default=list)

    content_kind = "plan"
    edit_handler = edit_handler_of(
        [
            FieldRowPanel([FieldPanel("form"), FieldPanel("first_year"), FieldPanel("last_year")]),
            FieldPanel("tasks"),
        ]
    )

    class Meta:
        verbose_name = _("规划总结")
        verbose_name_plural = _("规划总结")

    def contradictions(self) -> Faults:
        faults: Faults = {}
        # A field left blank is told by the form.
        if None not in (self.first_year, self.last_year) and self.last_year < self.first_year:
            values = {"last": self.last_year, "first": self.first_year}
            faults["last_year"] = [say("终止年度“%(last)s”早于起始年度“%(first)s”，请核对。") % values]
        return faults

    def gaps(self) -> Faults:
        faults: Faults = {}
        if not self.body and not self.tasks:
            faults["body"] = [say("请填写正文，或者任务分解。")]
        if self.form == Form.REPORT:
            open_tasks = [child.value["task"] for child in self.tasks if not child.value["progress"]]
            if open_tasks:
                sentence = say("工作总结中任务“%(task)s”没有写完成情况，请补上。")
                faults["tasks"] = [sentence % {"task": open_tasks[0]}]
        return faults

    @property
    def body_facts(self) -> list[tuple[str, str]]:
        years = str(self.first_year) if self.first_year == self.last_year else f"{self.first_year}—{self.last_year}"
        return [(say("种类"), str(Form(self.form).label)), (say("年度"), years)]

    def details(self, writer: Any) -> dict[str, Any]:
        known = TaskBlock().child_blocks
        names = ("task", "unit", "due", "progress")
        rows = [[str(child.value[name] or "") for name in names] for child in self.tasks]
        header = [str(known[name].label) for name in names]
        return {
            "kind": "plan",
            "type": self.form,
            "first_year": self.first_year,
            "last_year": self.last_year,
            "tables": [{"title": str(say("任务分解")), "header": header, "rows": rows}] if rows else [],
        }
