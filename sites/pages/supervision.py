"""A notice of supervision: what was looked at in food, farm inputs, trademarks, advertising, what was found.

Source: 工商办字〔2011〕19号 二 (监管信息).
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import StreamField

from sites.content.base import Faults, edit_handler_of
from sites.pages.holding import hold_order
from sites.pages.item import ItemPage
from sites.pages.warning import COLUMNS, Field, ProductBlock, product_header


class SupervisionPage(ItemPage):
    """One round of supervision with its counts and what did not pass."""

    field = models.CharField(_("领域"), max_length=16, choices=Field.choices, default=Field.FOOD)
    begun_on = models.DateField(_("检查开始"), null=True, blank=True)
    ended_on = models.DateField(_("检查结束"), null=True, blank=True)
    looked_at = models.PositiveIntegerField(_("检查数"), null=True, blank=True, help_text=_("批次、户数或者件数"))
    failed = models.PositiveIntegerField(_("不合格数"), null=True, blank=True)
    unit = models.CharField(_("计数单位"), max_length=10, default="批次")
    checked_by = models.CharField(_("检查或检验机构"), max_length=100, blank=True)
    handled = models.TextField(_("处理情况"), max_length=600, blank=True)
    products = StreamField([("product", ProductBlock())], verbose_name=_("不合格的"), blank=True, default=list)

    content_kind = "supervision"
    past_days = ("created_on", "begun_on", "ended_on")
    edit_handler = edit_handler_of(
        [
            MultiFieldPanel(
                [
                    FieldPanel("field"),
                    FieldRowPanel([FieldPanel("begun_on"), FieldPanel("ended_on")]),
                    FieldRowPanel([FieldPanel("looked_at"), FieldPanel("failed"), FieldPanel("unit")]),
                    FieldPanel("checked_by"),
                    FieldPanel("handled"),
                ],
                heading=_("检查情况"),
            ),
            FieldPanel("products"),
        ]
    )

    class Meta:
        verbose_name = _("监管公告")
        verbose_name_plural = _("监管公告")

    def contradictions(self) -> Faults:
        faults: Faults = {}
        hold_order(faults, self, "begun_on", "ended_on")
        if self.looked_at is not None and self.failed is not None and self.failed > self.looked_at:
            values = {"failed": self.failed, "all": self.looked_at}
            faults["failed"] = [say("不合格数“%(failed)s”大于检查数“%(all)s”，请核对。") % values]
        elif self.failed is not None and len(self.products) > self.failed:
            values = {"listed": len(self.products), "failed": self.failed}
            faults["products"] = [say("列了%(listed)s条，不合格数是%(failed)s，请核对。") % values]
        return faults

    def gaps(self) -> Faults:
        faults: Faults = {}
        for name in ("looked_at", "failed", "checked_by"):
            if getattr(self, name) in (None, ""):
                label = self._meta.get_field(name).verbose_name
                faults[name] = [say("请填写%(field)s。") % {"field": label}]
        if self.failed and not self.handled:
            faults["handled"] = [say("有不合格的，请写明怎样处理。")]
        return faults

    @property
    def body_facts(self) -> list[tuple[str, str]]:
        days = [day.isoformat() for day in (self.begun_on, self.ended_on) if day]
        facts = [
            (say("领域"), str(Field(self.field).label)),
            (say("检查时间"), " — ".join(days)),
            (say("检查数"), f"{self.looked_at} {self.unit}" if self.looked_at is not None else ""),
            (say("不合格数"), f"{self.failed} {self.unit}" if self.failed is not None else ""),
            (say("检查或检验机构"), self.checked_by),
            (say("处理情况"), self.handled),
        ]
        return [(label, value) for label, value in facts if value]

    def details(self, writer: Any) -> dict[str, Any]:
        rows = [[str(child.value[name] or "") for name in COLUMNS] for child in self.products]
        plain = ("unit", "checked_by", "handled", "looked_at", "failed")
        return {
            "kind": "supervision",
            "topic": self.field,
            "begun_on": self.begun_on.isoformat() if self.begun_on else "",
            "ended_on": self.ended_on.isoformat() if self.ended_on else "",
            **{name: getattr(self, name) for name in plain},
            "tables": [{"title": str(say("不合格的")), "header": product_header(), "rows": rows}] if rows else [],
        }
