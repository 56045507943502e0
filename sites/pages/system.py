"""The system of disclosure: the laws and documents that a bureau discloses its information by.

Source: 国办公开办函〔2019〕61号 (the column 政府信息公开制度 of the platform of disclosure).
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from network.errors import InvalidValue
from sites.content.base import Faults, edit_handler_of
from sites.content.leaving import read_target
from sites.pages.item import ItemPage
from sites.pages.linking import TARGETS


class Rank(models.TextChoices):
    """Of what rank a text is, the highest first."""

    LAW = "law", _("法律")
    REGULATION = "regulation", _("行政法规、地方性法规")
    RULE = "rule", _("规章")
    DOCUMENT = "document", _("规范性文件")
    OWN = "own", _("本机关制度")


class EntryBlock(blocks.StructBlock):
    """A text by name, number, author, day; it leads to a page of this site or to an address."""

    rank = blocks.ChoiceBlock(label=_("类别"), choices=Rank.choices)
    title = blocks.CharBlock(label=_("名称"), max_length=200)
    number = blocks.CharBlock(label=_("文号"), max_length=100, required=False)
    body = blocks.CharBlock(label=_("制定机关"), max_length=100)
    issued_on = blocks.DateBlock(label=_("公布日期"), required=False)
    page = blocks.PageChooserBlock(label=_("本站登载的文件"), page_type=TARGETS, required=False)
    address = blocks.URLBlock(label=_("网址"), required=False, help_text=_("本站没有登载的，填写公布机关的网址"))

    class Meta:
        icon = "doc-full"
        label = _("一件")


class SystemPage(ItemPage):
    """One per site. It speaks of its own site, so it does not travel."""

    entries = StreamField([("entry", EntryBlock())], verbose_name=_("法律和制度"), blank=True, default=list)

    content_kind = "system"
    travels = False
    max_count = 1
    edit_handler = edit_handler_of([FieldPanel("entries")])

    class Meta:
        verbose_name = _("信息公开制度")
        verbose_name_plural = _("信息公开制度")

    def contradictions(self) -> Faults:
        wrong = []
        titles = [(child.value["title"] or "").strip() for child in self.entries]
        for title in sorted({title for title in titles if titles.count(title) > 1}):
            wrong.append(say("《%(title)s》写了两次，请删去一次。") % {"title": title})
        for child in self.entries:
            address = child.value["address"]
            try:
                is_web = not address or bool(read_target(address).host)
            except InvalidValue:
                is_web = False
            if not is_web:
                values = {"title": child.value["title"], "address": address}
                wrong.append(say("《%(title)s》的网址“%(address)s”应以 https:// 或 http:// 开头。") % values)
        return {"entries": wrong} if wrong else {}

    def gaps(self) -> Faults:
        if not self.entries:
            return {"entries": [say("请列出法律、法规和本机关的制度。")]}
        lost = [
            child.value["title"] for child in self.entries if not child.value["page"] and not child.value["address"]
        ]
        sentence = say("《%(title)s》没有可以打开的地方，请选择本站登载的文件，或者填写网址。")
        return {"entries": [sentence % {"title": title} for title in lost]} if lost else {}

    def details(self, writer: Any) -> dict[str, Any]:
        return {
            "kind": "system",
            "entries": [
                {
                    "form": value["rank"],
                    "title": value["title"],
                    "number": value["number"] or "",
                    "body": value["body"],
                    "issued_on": value["issued_on"].isoformat() if value["issued_on"] else "",
                    "uid": str(value["page"].translation_key) if value["page"] is not None else "",
                    "path": value["address"] or "",
                }
                for value in (child.value for child in self.entries)
            ],
        }
