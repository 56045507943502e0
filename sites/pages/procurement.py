"""A procurement from its intention to its acceptance, each stage a dated entry of one page.

Source: 政府采购法实施条例 (国务院令第658号) 第八条; 财库〔2020〕10号 (采购意向).
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import StreamField

from sites.content.base import Faults, edit_handler_of
from sites.pages.item import ItemPage


class Stage(models.TextChoices):
    """Stages in their order."""

    INTENTION = "intention", _("采购意向")
    TENDER = "tender", _("采购公告")
    CORRECTION = "correction", _("更正公告")
    RESULT = "result", _("中标（成交）公告")
    CONTRACT = "contract", _("合同公告")
    ACCEPTANCE = "acceptance", _("验收公告")
    ENDED = "ended", _("终止公告")


class Method(models.TextChoices):
    """Ways of procuring (政府采购法 第二十六条)."""

    OPEN = "open", _("公开招标")
    INVITED = "invited", _("邀请招标")
    NEGOTIATED = "negotiated", _("竞争性谈判")
    CONSULTED = "consulted", _("竞争性磋商")
    SINGLE = "single", _("单一来源采购")
    INQUIRY = "inquiry", _("询价")
    OTHER = "other", _("其他方式")


AFTER = {
    Stage.CORRECTION: Stage.TENDER,
    Stage.RESULT: Stage.TENDER,
    Stage.CONTRACT: Stage.RESULT,
    Stage.ACCEPTANCE: Stage.CONTRACT,
}
"""What must stand before a stage."""


class StageBlock(blocks.StructBlock):
    """One stage."""

    stage = blocks.ChoiceBlock(choices=Stage.choices, label=_("阶段"))
    day = blocks.DateBlock(label=_("公告日期"))
    text = blocks.TextBlock(label=_("内容"), help_text=_("采购公告写明截止时间和递交方式；结果写明供应商和金额"))
    supplier = blocks.CharBlock(label=_("供应商"), max_length=100, required=False)
    amount = blocks.DecimalBlock(label=_("金额（元）"), required=False, min_value=0, max_digits=16, decimal_places=2)
    file = DocumentChooserBlock(label=_("公告文件"), required=False)

    class Meta:
        icon = "calendar"
        label = _("阶段")


class ProcurementPage(ItemPage):
    """One project; a new stage is a new approved form of the same page, under the same address."""

    number = models.CharField(_("项目编号"), max_length=60)
    method = models.CharField(_("采购方式"), max_length=16, choices=Method.choices, default=Method.OPEN)
    buyer = models.CharField(_("采购人"), max_length=100, blank=True)
    agent = models.CharField(_("代理机构"), max_length=100, blank=True)
    budget = models.DecimalField(_("预算金额（元）"), max_digits=16, decimal_places=2, null=True, blank=True)
    stages = StreamField([("stage", StageBlock())], verbose_name=_("阶段"), blank=True, default=list)

    content_kind = "procurement"
    edit_handler = edit_handler_of(
        [
            FieldRowPanel([FieldPanel("number"), FieldPanel("method")]),
            FieldRowPanel([FieldPanel("buyer"), FieldPanel("agent")]),
            FieldPanel("budget"),
            FieldPanel("stages"),
        ]
    )

    class Meta:
        verbose_name = _("政府采购")
        verbose_name_plural = _("政府采购")

    def contradictions(self) -> Faults:
        faults: Faults = {}
        twin = ProcurementPage.objects.exclude(pk=self.pk).filter(number=self.number.strip()).first()
        if self.number.strip() and twin is not None:
            sentence = say("项目编号“%(number)s”已用于“%(title)s”，新的阶段请加在那一页。")
            faults["number"] = [sentence % {"number": self.number, "title": twin.title}]
        wrong = self._wrong_stages()
        if wrong:
            faults["stages"] = wrong
        if self.budget is not None and self.budget < 0:
            faults["budget"] = [say("预算金额“%(budget)s”小于零，请核对。") % {"budget": self.budget}]
        return faults

    def _wrong_stages(self) -> list[str]:
        """Stages out of order, without the one before, dated in the future, after the end."""
        wrong, seen, last, today = [], set(), None, timezone.localdate()
        for child in self.stages:
            stage, day = Stage(child.value["stage"]), child.value["day"]
            if day > today:
                wrong.append(say("“%(stage)s”的日期“%(day)s”还没有到，请核对。") % {"stage": stage.label, "day": day})
            if last is not None and day < last:
                values = {"stage": stage.label, "day": day, "last": last}
                wrong.append(say("“%(stage)s”的日期“%(day)s”早于前一阶段“%(last)s”，请核对次序和日期。") % values)
            needed = AFTER.get(stage)
            if needed is not None and needed not in seen:
                values = {"stage": stage.label, "needed": needed.label}
                wrong.append(say("“%(stage)s”之前须有“%(needed)s”，请补上。") % values)
            if Stage.ENDED in seen:
                wrong.append(say("“终止公告”之后不能再有“%(stage)s”，请删去。") % {"stage": stage.label})
            seen.add(stage)
            last = day
        return wrong

    def gaps(self) -> Faults:
        faults: Faults = {}
        if not self.stages:
            faults["stages"] = [say("请至少填写一个阶段。")]
        for child in self.stages:
            is_result = child.value["stage"] in (Stage.RESULT, Stage.CONTRACT)
            if is_result and not (child.value["supplier"] and child.value["amount"] is not None):
                values = {"stage": Stage(child.value["stage"]).label}
                faults.setdefault("stages", []).append(say("“%(stage)s”须写明供应商和金额。") % values)
        if not self.buyer:
            faults["buyer"] = [say("请填写采购人。")]
        return faults

    @property
    def body_facts(self) -> list[tuple[str, str]]:
        newest = Stage(self.stages[-1].value["stage"]).label if self.stages else ""
        facts = [
            (say("项目编号"), self.number),
            (say("当前阶段"), str(newest)),
            (say("采购方式"), str(Method(self.method).label)),
            (say("采购人"), self.buyer),
            (say("代理机构"), self.agent),
            (say("预算金额（元）"), f"{self.budget:,.2f}" if self.budget is not None else ""),
        ]
        return [(label, value) for label, value in facts if value]

    def details(self, writer: Any) -> dict[str, Any]:
        return {
            "kind": "procurement",
            "number": self.number,
            "method": self.method,
            "buyer": self.buyer,
            "agent": self.agent,
            "budget": "" if self.budget is None else str(self.budget),
            "stages": [
                {
                    "type": child.value["stage"],
                    "day": child.value["day"].isoformat(),
                    "text": child.value["text"],
                    "supplier": child.value["supplier"] or "",
                    "amount": "" if child.value["amount"] is None else str(child.value["amount"]),
                    "file": writer.file(child.value["file"]) if child.value["file"] is not None else None,
                }
                for child in self.stages
            ],
        }
