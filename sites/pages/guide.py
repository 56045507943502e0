"""The guide to the disclosure of a bureau's information: what there is, how it is ordered, how one gets at it.

Source: 政府信息公开条例（国务院令第711号）第十二条 (分类、编排体系、获取方式; 工作机构的名称、办公地址、办公时间、
联系电话、传真号码、互联网联系方式); 第二十九至三十六条 for the steps of a request.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.documents import get_document_model_string
from wagtail.fields import StreamField

from sites.content.base import Faults, edit_handler_of
from sites.content.queries import site_path
from sites.pages.item import ItemPage
from sites.pages.organisation import POST_CODE

GUIDE_PLAIN = ("arrangement", "organ", "address", "post_code", "hours", "phone", "fax", "email", "fees", "remedies")
NEEDED = ("organ", "address", "hours", "phone", "fax", "email", "classes", "arrangement", "ways")
"""What article 12 names: of the body in charge, of its information."""


class ClassBlock(blocks.StructBlock):
    """A class of information with what belongs to it, where it is published."""

    name = blocks.CharBlock(label=_("类别"), max_length=40)
    covers = blocks.TextBlock(label=_("内容"), rows=2)
    column = blocks.PageChooserBlock(label=_("登载的栏目"), page_type="sites_pages.ColumnPage", required=False)

    class Meta:
        icon = "list-ul"
        label = _("一类")


class WayBlock(blocks.StructBlock):
    """A way to get at what is published."""

    name = blocks.CharBlock(label=_("途径"), max_length=40)
    how = blocks.TextBlock(label=_("说明"), rows=2)

    class Meta:
        icon = "link"
        label = _("一种途径")


class StepBlock(blocks.StructBlock):
    """A step of a request, with its term."""

    name = blocks.CharBlock(label=_("步骤"), max_length=40)
    what = blocks.TextBlock(label=_("说明"), rows=2)
    term = blocks.CharBlock(label=_("时限"), max_length=60, required=False)

    class Meta:
        icon = "list-ol"
        label = _("一步")


class GuidePage(ItemPage):
    """One per site. It speaks of its own site, so it does not travel."""

    classes = StreamField([("class", ClassBlock())], verbose_name=_("信息分类"), blank=True, default=list)
    arrangement = models.TextField(
        _("编排体系"), blank=True, max_length=1000, help_text=_("目录按什么编排、索引号怎样编制")
    )
    ways = StreamField([("way", WayBlock())], verbose_name=_("获取方式"), blank=True, default=list)
    organ = models.CharField(_("工作机构"), max_length=100, blank=True, help_text=_("政府信息公开工作机构的名称"))
    address = models.CharField(_("办公地址"), max_length=200, blank=True)
    post_code = models.CharField(_("邮政编码"), max_length=6, blank=True)
    hours = models.CharField(_("办公时间"), max_length=200, blank=True)
    phone = models.CharField(_("联系电话"), max_length=60, blank=True)
    fax = models.CharField(_("传真号码"), max_length=60, blank=True)
    email = models.EmailField(_("电子邮箱"), blank=True)
    steps = StreamField([("step", StepBlock())], verbose_name=_("申请程序"), blank=True, default=list)
    request_form = models.ForeignKey(
        get_document_model_string(),
        verbose_name=_("申请表"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    fees = models.CharField(_("收费"), max_length=300, blank=True)
    remedies = models.TextField(_("监督和救济"), max_length=1000, blank=True)
    updated_on = models.DateField(_("更新日期"), null=True, blank=True, help_text=_("指南内容最近一次核对、更新的日期"))

    content_kind = "guide"
    travels = False
    max_count = 1
    past_days = ("created_on", "updated_on")
    edit_handler = edit_handler_of(
        [
            FieldPanel("updated_on"),
            FieldPanel("classes"),
            FieldPanel("arrangement"),
            FieldPanel("ways"),
            MultiFieldPanel(
                [
                    FieldPanel("organ"),
                    FieldRowPanel([FieldPanel("address"), FieldPanel("post_code")]),
                    FieldRowPanel([FieldPanel("hours"), FieldPanel("phone")]),
                    FieldRowPanel([FieldPanel("fax"), FieldPanel("email")]),
                ],
                heading=_("工作机构"),
            ),
            MultiFieldPanel(
                [FieldPanel("steps"), FieldPanel("request_form"), FieldPanel("fees"), FieldPanel("remedies")],
                heading=_("依申请公开"),
            ),
        ]
    )

    class Meta:
        verbose_name = _("信息公开指南")
        verbose_name_plural = _("信息公开指南")

    def contradictions(self) -> Faults:
        faults: Faults = {}
        if self.post_code and not POST_CODE.fullmatch(self.post_code):
            faults["post_code"] = [say("邮政编码“%(code)s”不是六位数字，请核对。") % {"code": self.post_code}]
        names = [(child.value["name"] or "").strip() for child in self.classes]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            faults["classes"] = [say("类别“%(names)s”写了两次，请合并。") % {"names": "、".join(twice)}]
        return faults

    def gaps(self) -> Faults:
        faults: Faults = {}
        for name in NEEDED:
            if not getattr(self, name):
                label = self._meta.get_field(name).verbose_name
                faults[name] = [say("请填写%(field)s，条例第十二条要求指南写明。") % {"field": label}]
        if not self.steps:
            faults["steps"] = [say("请逐步写明怎样申请公开。")]
        if self.updated_on is None:
            faults["updated_on"] = [say("请填写更新日期。")]
        return faults

    def details(self, writer: Any) -> dict[str, Any]:
        return {
            "kind": "guide",
            "updated_on": self.updated_on.isoformat() if self.updated_on else "",
            "classes": [
                {"name": child.value["name"], "covers": child.value["covers"], "path": _path(child.value["column"])}
                for child in self.classes
            ],
            "ways": [{name: child.value[name] for name in ("name", "how")} for child in self.ways],
            "steps": [{name: child.value[name] or "" for name in ("name", "what", "term")} for child in self.steps],
            "request_form": writer.file(self.request_form) if self.request_form is not None else None,
            **{name: getattr(self, name) for name in GUIDE_PLAIN},
        }


def _path(column: Any) -> str:
    """Where a column stands; empty for one that is off line."""
    return site_path(column.url_path) if column is not None and column.live else ""
