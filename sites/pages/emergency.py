"""An emergency release: level, area, time, what people should do, until it is lifted.

Source: 突发事件应对法 (levels by colour; the four kinds of events).
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel

from sites.content.base import Faults, edit_handler_of
from sites.pages.item import ItemPage


class Level(models.TextChoices):
    """Levels, the gravest first."""

    RED = "red", _("一级（红色）")
    ORANGE = "orange", _("二级（橙色）")
    YELLOW = "yellow", _("三级（黄色）")
    BLUE = "blue", _("四级（蓝色）")


class Event(models.TextChoices):
    """Kinds of events."""

    NATURAL = "natural", _("自然灾害")
    ACCIDENT = "accident", _("事故灾难")
    HEALTH = "health", _("公共卫生事件")
    SECURITY = "security", _("社会安全事件")
    MARKET = "market", _("市场秩序异常")


class EmergencyPage(ItemPage):
    """One release. ``lifted_at`` ends it: the page stays and says so."""

    level = models.CharField(_("级别"), max_length=8, choices=Level.choices, default=Level.BLUE)
    event = models.CharField(_("类别"), max_length=16, choices=Event.choices, default=Event.MARKET)
    area = models.CharField(_("影响范围"), max_length=200, blank=True)
    began_at = models.DateTimeField(_("生效时间"), null=True, blank=True)
    lifted_at = models.DateTimeField(_("解除时间"), null=True, blank=True)
    advice = models.TextField(_("公众应当怎样做"), max_length=600, blank=True)
    hotline = models.CharField(_("咨询电话"), max_length=60, blank=True)

    content_kind = "emergency"
    edit_handler = edit_handler_of(
        [
            FieldRowPanel([FieldPanel("level"), FieldPanel("event")]),
            FieldPanel("area"),
            FieldRowPanel([FieldPanel("began_at"), FieldPanel("lifted_at")]),
            FieldPanel("advice"),
            FieldPanel("hotline"),
        ]
    )

    class Meta:
        verbose_name = _("应急信息")
        verbose_name_plural = _("应急信息")

    def contradictions(self) -> Faults:
        faults: Faults = {}
        if self.began_at is not None and self.lifted_at is not None and self.lifted_at <= self.began_at:
            values = {"lifted": _minute(self.lifted_at), "began": _minute(self.began_at)}
            sentence = say("解除时间“%(lifted)s”不晚于生效时间“%(began)s”，请核对。")
            faults["lifted_at"] = [sentence % values]
        return faults

    def gaps(self) -> Faults:
        faults: Faults = {}
        for name in ("area", "began_at", "advice", "hotline"):
            if not getattr(self, name):
                label = self._meta.get_field(name).verbose_name
                faults[name] = [say("请填写%(field)s。") % {"field": label}]
        return faults

    @property
    def body_facts(self) -> list[tuple[str, str]]:
        facts = [
            (say("级别"), str(Level(self.level).label)),
            (say("类别"), str(Event(self.event).label)),
            (say("影响范围"), self.area),
            (say("生效时间"), _minute(self.began_at)),
            (say("解除时间"), _minute(self.lifted_at)),
            (say("咨询电话"), self.hotline),
        ]
        return [(label, value) for label, value in facts if value]

    def details(self, writer: Any) -> dict[str, Any]:
        plain = ("level", "event", "area", "advice", "hotline")
        return {
            "kind": "emergency",
            **{name: getattr(self, name) for name in plain},
            "began_at": self.began_at.isoformat() if self.began_at else "",
            "lifted_at": self.lifted_at.isoformat() if self.lifted_at else "",
        }


def _minute(moment: Any) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""
