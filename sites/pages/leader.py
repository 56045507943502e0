"""A leader of the bureau: post, duties, resume."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.fields import StreamField
from wagtail.images import get_image_model_string

from sites.content.base import Faults, edit_handler_of
from sites.pages.item import ItemPage


class LeaderPage(ItemPage):
    """One leader; the title is the name. It speaks of its own site, so it does not travel."""

    post = models.CharField(_("职务"), max_length=80)
    place = models.PositiveSmallIntegerField(_("排序"), default=1, help_text=_("主要负责人为1，依次往后"))
    charge = models.TextField(_("工作分工"), max_length=600, blank=True)
    portrait = models.ForeignKey(
        get_image_model_string(),
        verbose_name=_("照片"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    resume = StreamField(
        [("paragraph", blocks.TextBlock(label=_("一段"), rows=2))], verbose_name=_("简历"), blank=True, default=list
    )

    content_kind = "leader"
    travels = False
    edit_handler = edit_handler_of(
        [
            FieldRowPanel([FieldPanel("post"), FieldPanel("place")]),
            FieldPanel("charge"),
            FieldPanel("portrait"),
            FieldPanel("resume"),
        ]
    )

    class Meta:
        verbose_name = _("领导信息")
        verbose_name_plural = _("领导信息")

    def contradictions(self) -> Faults:
        faults: Faults = {}
        twin = LeaderPage.objects.live().exclude(pk=self.pk).filter(place=self.place).first()
        if self.place == 0:
            faults["place"] = [say("排序从1开始，请改为1或更大的数。")]
        elif twin is not None:
            values = {"place": self.place, "name": twin.title}
            faults["place"] = [say("排序“%(place)s”已由%(name)s使用，请改用其他数。") % values]
        same = LeaderPage.objects.live().exclude(pk=self.pk).filter(title=self.title, post=self.post).first()
        if same is not None:
            values = {"name": self.title, "post": self.post}
            faults["title"] = [say("%(name)s（%(post)s）已经登载，请修改那一页，不要另建。") % values]
        return faults

    def gaps(self) -> Faults:
        faults: Faults = {}
        if not self.charge:
            faults["charge"] = [say("请填写工作分工。")]
        if not self.resume:
            faults["resume"] = [say("请填写简历。")]
        return faults

    def details(self, writer: Any) -> dict[str, Any]:
        return {
            "kind": "leader",
            "post": self.post,
            "charge": self.charge,
            "portrait": writer.file(self.portrait) if self.portrait is not None else None,
            "resume": [child.value for child in self.resume],
        }
