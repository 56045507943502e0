"""Personnel: recruitment with its posts, public notice before an appointment, appointments."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.fields import StreamField

from sites.content.base import Faults, edit_handler_of
from sites.pages.holding import hold_order
from sites.pages.item import ItemPage


class Step(models.TextChoices):
    """What a notice of personnel announces."""

    RECRUITING = "recruiting", _("招录公告")
    EXAMINING = "examining", _("考试面试公告")
    PROPOSED = "proposed", _("拟录用公示")
    BEFORE = "before", _("任前公示")
    APPOINTED = "appointed", _("任免")


PUBLIC_NOTICES = (Step.PROPOSED, Step.BEFORE)


class PostBlock(blocks.StructBlock):
    """One post that is filled."""

    unit = blocks.CharBlock(label=_("单位"), max_length=60)
    post = blocks.CharBlock(label=_("职位"), max_length=60)
    number = blocks.IntegerBlock(label=_("人数"), min_value=1)
    needs = blocks.CharBlock(label=_("条件"), max_length=300, required=False)

    class Meta:
        icon = "user"
        label = _("职位")


class PersonnelPage(ItemPage):
    """One notice."""

    step = models.CharField(_("事项"), max_length=16, choices=Step.choices, default=Step.RECRUITING)
    apply_from = models.DateField(_("报名开始"), null=True, blank=True)
    apply_to = models.DateField(_("报名截止"), null=True, blank=True)
    shown_from = models.DateField(_("公示开始"), null=True, blank=True)
    shown_to = models.DateField(_("公示截止"), null=True, blank=True)
    phone = models.CharField(_("咨询、监督电话"), max_length=60, blank=True)
    posts = StreamField([("post", PostBlock())], verbose_name=_("职位"), blank=True, default=list)

    content_kind = "personnel"
    edit_handler = edit_handler_of(
        [
            FieldPanel("step"),
            FieldRowPanel([FieldPanel("apply_from"), FieldPanel("apply_to")]),
            FieldRowPanel([FieldPanel("shown_from"), FieldPanel("shown_to")]),
            FieldPanel("phone"),
            FieldPanel("posts"),
        ]
    )

    class Meta:
        verbose_name = _("人事信息")
        verbose_name_plural = _("人事信息")

    def contradictions(self) -> Faults:
        faults: Faults = {}
        hold_order(faults, self, "apply_from", "apply_to")
        hold_order(faults, self, "shown_from", "shown_to")
        return faults

    def gaps(self) -> Faults:
        faults: Faults = {}
        if self.step == Step.RECRUITING:
            if not self.posts:
                faults["posts"] = [say("招录公告须列出职位。")]
            if self.apply_to is None:
                faults["apply_to"] = [say("招录公告须写明报名截止日期。")]
        if self.step in PUBLIC_NOTICES:
            if self.shown_from is None or self.shown_to is None:
                faults["shown_to"] = [say("公示须写明起止日期。")]
            if not self.phone:
                faults["phone"] = [say("公示须写明监督电话。")]
        return faults

    @property
    def body_facts(self) -> list[tuple[str, str]]:
        def span(first: Any, last: Any) -> str:
            return " — ".join(day.isoformat() for day in (first, last) if day)

        facts = [
            (say("事项"), str(Step(self.step).label)),
            (say("报名时间"), span(self.apply_from, self.apply_to)),
            (say("公示时间"), span(self.shown_from, self.shown_to)),
            (say("咨询、监督电话"), self.phone),
        ]
        return [(label, value) for label, value in facts if value]

    def details(self, writer: Any) -> dict[str, Any]:
        known = PostBlock().child_blocks
        names = ("unit", "post", "number", "needs")
        rows = [
            [str(child.value[name] if child.value[name] is not None else "") for name in names] for child in self.posts
        ]
        days = ("apply_from", "apply_to", "shown_from", "shown_to")
        header = [str(known[name].label) for name in names]
        return {
            "kind": "personnel",
            "step": self.step,
            "phone": self.phone,
            **{name: day.isoformat() if (day := getattr(self, name)) else "" for name in days},
            "tables": [{"title": str(say("职位表")), "header": header, "rows": rows}] if rows else [],
        }
