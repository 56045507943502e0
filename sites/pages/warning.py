"""A consumer warning with the products it warns of."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import StreamField

from sites.content.base import Faults, edit_handler_of
from sites.pages.item import ItemPage


class Field(models.TextChoices):
    """What a warning or a notice of supervision is about (指导意见 二)."""

    FOOD = "food", _("食品安全")
    FARM = "farm", _("农资")
    TRADEMARK = "trademark", _("商标")
    ADVERTISING = "advertising", _("广告")
    GOODS = "goods", _("商品质量")
    SERVICE = "service", _("服务消费")
    OTHER = "other", _("其他")


class ProductBlock(blocks.StructBlock):
    """One product that was found wanting."""

    product = blocks.CharBlock(label=_("产品名称"), max_length=80)
    brand = blocks.CharBlock(label=_("商标"), max_length=40, required=False)
    producer = blocks.CharBlock(label=_("标称生产者"), max_length=100, required=False)
    seller = blocks.CharBlock(label=_("被抽检经营者"), max_length=100, required=False)
    model = blocks.CharBlock(label=_("规格型号"), max_length=60, required=False)
    batch = blocks.CharBlock(label=_("生产日期或批号"), max_length=60, required=False)
    problem = blocks.CharBlock(label=_("不合格项目"), max_length=200)

    class Meta:
        icon = "warning"
        label = _("产品")


COLUMNS = ("product", "brand", "producer", "seller", "model", "batch", "problem")


def product_header() -> list[str]:
    """Names of the columns of a table of products."""
    known = ProductBlock().child_blocks
    return [str(known[name].label) for name in COLUMNS]


class WarningPage(ItemPage):
    """One warning. Without products it warns of a practice, and says what to do all the same."""

    field = models.CharField(_("领域"), max_length=16, choices=Field.choices, default=Field.GOODS)
    advice = models.TextField(
        _("给消费者的提示"), max_length=600, blank=True, help_text=_("怎样识别、怎样避免、怎样维权")
    )
    measures = models.TextField(_("已采取的措施"), max_length=600, blank=True)
    checked_by = models.CharField(_("检验机构"), max_length=100, blank=True)
    basis = models.CharField(_("判定依据"), max_length=200, blank=True, help_text=_("标准的名称和编号"))
    products = StreamField([("product", ProductBlock())], verbose_name=_("产品"), blank=True, default=list)

    content_kind = "warning"
    edit_handler = edit_handler_of(
        [
            FieldPanel("field"),
            FieldPanel("advice"),
            FieldPanel("measures"),
            MultiFieldPanel(
                [FieldRowPanel([FieldPanel("checked_by"), FieldPanel("basis")]), FieldPanel("products")],
                heading=_("产品信息"),
            ),
        ]
    )

    class Meta:
        verbose_name = _("消费警示")
        verbose_name_plural = _("消费警示")

    def contradictions(self) -> Faults:
        faults: Faults = {}
        seen: set[tuple[str, ...]] = set()
        for child in self.products:
            key = tuple(str(child.value[name]).strip() for name in ("product", "producer", "model", "batch"))
            if key in seen:
                sentence = say("产品“%(product)s”（%(batch)s）写了两次，请合并为一行。")
                faults["products"] = [sentence % {"product": key[0], "batch": key[3] or "—"}]
            seen.add(key)
        return faults

    def gaps(self) -> Faults:
        faults: Faults = {}
        if not self.advice:
            faults["advice"] = [say("请写明消费者应当怎样做。")]
        if self.products and not self.checked_by:
            faults["checked_by"] = [say("列了产品，请写明由哪个机构检验。")]
        unnamed = [
            child.value["product"] for child in self.products if not (child.value["producer"] or child.value["seller"])
        ]
        if unnamed:
            sentence = say("产品“%(products)s”没有写生产者或经营者，请至少写一个。")
            faults["products"] = [sentence % {"products": "、".join(unnamed)}]
        return faults

    @property
    def body_facts(self) -> list[tuple[str, str]]:
        facts = [
            (say("领域"), str(Field(self.field).label)),
            (say("检验机构"), self.checked_by),
            (say("判定依据"), self.basis),
            (say("已采取的措施"), self.measures),
        ]
        return [(label, value) for label, value in facts if value]

    def details(self, writer: Any) -> dict[str, Any]:
        return {
            "kind": "warning",
            "topic": self.field,
            "advice": self.advice,
            "measures": self.measures,
            "checked_by": self.checked_by,
            "basis": self.basis,
            "header": product_header() if self.products else [],
            "rows": [[str(child.value[name] or "") for name in COLUMNS] for child in self.products],
        }
