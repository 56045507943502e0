"""The bureau itself: what it is charged with, its departments, where and when it is open."""

from __future__ import annotations

import re
from typing import Any

from django.db import models
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import StreamField

from sites.content.base import Faults, edit_handler_of
from sites.pages.item import ItemPage

POST_CODE = re.compile(r"\d{6}")


class DepartmentBlock(blocks.StructBlock):
    """A department with its functions."""

    name = blocks.CharBlock(label=_("机构"), max_length=60)
    duties = blocks.TextBlock(label=_("职责"))
    head = blocks.CharBlock(label=_("负责人"), max_length=40, required=False)
    phone = blocks.CharBlock(label=_("电话"), max_length=60, required=False, help_text=_("办公电话，带区号"))
    room = blocks.CharBlock(label=_("房间"), max_length=40, required=False)

    class Meta:
        icon = "group"
        label = _("内设机构")


class OrganisationPage(ItemPage):
    """One per site. It speaks of its own site, so it does not travel."""

    basis = models.CharField(_("依据"), max_length=200, blank=True, help_text=_("“三定”规定的名称和文号"))
    duties = StreamField(
        [("duty", blocks.TextBlock(label=_("职责"), rows=2))], verbose_name=_("主要职责"), blank=True, default=list
    )
    departments = StreamField([("department", DepartmentBlock())], verbose_name=_("内设机构"), blank=True, default=list)
    address = models.CharField(_("办公地址"), max_length=200, blank=True)
    post_code = models.CharField(_("邮政编码"), max_length=6, blank=True)
    hours = models.CharField(_("办公时间"), max_length=200, blank=True)
    phone = models.CharField(_("联系电话"), max_length=60, blank=True)

    content_kind = "organisation"
    travels = False
    max_count = 1
    edit_handler = edit_handler_of(
        [
            FieldPanel("basis"),
            FieldPanel("duties"),
            FieldPanel("departments"),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("address"), FieldPanel("post_code")]),
                    FieldRowPanel([FieldPanel("hours"), FieldPanel("phone")]),
                ],
                heading=_("办公"),
            ),
        ]
    )

    class Meta:
        verbose_name = _("机构职能")
        verbose_name_plural = _("机构职能")

    def contradictions(self) -> Faults:
        faults: Faults = {}
        if self.post_code and not POST_CODE.fullmatch(self.post_code):
            faults["post_code"] = [say("邮政编码“%(code)s”不是六位数字，请核对。") % {"code": self.post_code}]
        names = [child.value["name"].strip() for child in self.departments]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            faults["departments"] = [say("内设机构“%(names)s”写了两次，请合并。") % {"names": "、".join(twice)}]
        return faults

    def gaps(self) -> Faults:
        faults: Faults = {}
        if not self.duties:
            faults["duties"] = [say("请逐条填写主要职责。")]
        for name in ("address", "hours", "phone"):
            if not getattr(self, name):
                label = self._meta.get_field(name).verbose_name
                faults[name] = [say("请填写%(field)s，公众据此办事。") % {"field": label}]
        return faults

    def details(self, writer: Any) -> dict[str, Any]:
        plain = ("basis", "address", "post_code", "hours", "phone")
        return {
            "kind": "organisation",
            "duties": [child.value for child in self.duties],
            "departments": [dict(child.value) for child in self.departments],
            **{name: getattr(self, name) for name in plain},
        }
