"""An article: news, notices, explanations, warnings, other items of plain form."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from sites.content.base import edit_handler_of
from sites.content.forms import ContentPageForm
from sites.pages.item import ItemPage


class Kind(models.TextChoices):
    """Kinds of items as search facets and lists name them."""

    NEWS = "news", _("动态")
    NOTICE = "notice", _("通知公告")
    POLICY = "policy", _("政策文件")
    INTERPRETATION = "interpretation", _("政策解读")
    STATISTICS = "statistics", _("统计数据")
    WARNING = "warning", _("消费警示")
    SPECIAL = "special", _("专题")


WRITTEN = (Kind.NEWS, Kind.NOTICE)
"""Kinds that an article may be written as. The others have page types of their own by now: what was written before
keeps its kind, nothing new takes it."""


class ArticleForm(ContentPageForm):
    """The kinds that may be written, with the one that an older article has."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "kind" in self.fields:
            offered = {*WRITTEN, *([self.instance.kind] if self.instance.pk else [])}
            self.fields["kind"].choices = [choice for choice in Kind.choices if choice[0] in offered]


class ArticlePage(ItemPage):
    """One reviewed article."""

    base_form_class = ArticleForm

    kind = models.CharField(_("信息类别"), max_length=16, choices=Kind.choices, default=Kind.NEWS)

    kind_field = "kind"
    edit_handler = edit_handler_of([FieldPanel("kind")])

    class Meta:
        verbose_name = _("文章")
        verbose_name_plural = _("文章")
