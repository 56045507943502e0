"""A special (专题): a subject for a time, with sections of its own, archived when it is over."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import JSONField
from django.db.models.expressions import RawSQL
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.fields import StreamField
from wagtail.images import get_image_model_string

from sites.content.base import NOTHING, Faults, edit_handler_of
from sites.pages.holding import hold_order
from sites.pages.item import ItemPage


class SectionBlock(blocks.StructBlock):
    """A section of a special: items chosen one by one, or the newest of a column."""

    title = blocks.CharBlock(label=_("板块名称"), max_length=20)
    intro = blocks.TextBlock(label=_("板块说明"), max_length=200, required=False, rows=2)
    items = blocks.ListBlock(blocks.PageChooserBlock(label=_("信息")), label=_("选定的信息"), default=[])
    column = blocks.PageChooserBlock(
        page_type="sites_pages.ColumnPage",
        label=_("取最新信息的栏目"),
        required=False,
        help_text=_("选定的信息排在前面，之后接本栏目的最新信息"),
    )

    class Meta:
        icon = "list-ul"
        label = _("板块")


class SpecialPage(ItemPage):
    """One special. Its sections choose from the site's own and received items, so it does not travel itself."""

    banner = models.ForeignKey(
        get_image_model_string(),
        verbose_name=_("题图"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    opened_on = models.DateField(_("开设日期"), null=True, blank=True)
    archived_on = models.DateField(_("归档日期"), null=True, blank=True, help_text=_("自这一天起注明已归档，不再更新"))
    sections = StreamField([("section", SectionBlock())], verbose_name=_("板块"), blank=True, default=list)

    content_kind = "special"
    travels = False
    edit_handler = edit_handler_of(
        [
            FieldRowPanel([FieldPanel("opened_on"), FieldPanel("archived_on")]),
            FieldPanel("banner"),
            FieldPanel("sections"),
        ]
    )

    class Meta:
        verbose_name = _("专题")
        verbose_name_plural = _("专题")

    @classmethod
    def list_expressions(cls) -> tuple[Any, Any]:
        state = RawSQL(
            "jsonb_build_array(CASE WHEN sites_pages_specialpage.archived_on"
            " <= (now() AT TIME ZONE 'Asia/Shanghai')::date THEN 'archived' ELSE 'valid' END, NULL)",
            [],
            output_field=JSONField(),
        )
        return NOTHING, state

    def contradictions(self) -> Faults:
        faults: Faults = {}
        hold_order(faults, self, "opened_on", "archived_on")
        names = [child.value["title"].strip() for child in self.sections]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            faults["sections"] = [say("板块“%(names)s”出现两次，请改名或合并。") % {"names": "、".join(twice)}]
        return faults

    def gaps(self) -> Faults:
        faults: Faults = {}
        if not self.summary:
            faults["summary"] = [say("请用摘要说明专题的主题。")]
        if self.opened_on is None:
            faults["opened_on"] = [say("请填写开设日期。")]
        empty = [
            child.value["title"] for child in self.sections if not child.value["items"] and not child.value["column"]
        ]
        if not self.sections:
            faults["sections"] = [say("专题须有板块，请至少加一个。")]
        elif empty:
            sentence = say("板块“%(names)s”既没有选定信息，也没有选栏目，请补上或删去。")
            faults["sections"] = [sentence % {"names": "、".join(empty)}]
        return faults

    def details(self, writer: Any) -> dict[str, Any]:
        """Words for the search; the sections' items are read when the page is shown."""
        return {
            "kind": "special",
            "banner": writer.file(self.banner) if self.banner is not None else None,
            "opened_on": self.opened_on.isoformat() if self.opened_on else "",
            "archived_on": self.archived_on.isoformat() if self.archived_on else "",
            "sections": [{"title": child.value["title"], "intro": child.value["intro"]} for child in self.sections],
        }

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        from sites.pages.special_sections import serve_special  # reads lists, which know every page type

        return serve_special(request, self)
