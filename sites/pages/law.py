"""A document: law, regulation, rule, normative document, with how it came to be and whether it is in force."""

from __future__ import annotations

import datetime
import re
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Case, JSONField, Value, When
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from sites.content.base import Faults, edit_handler_of
from sites.content.openness import labels_of
from sites.pages.holding import hold_order
from sites.pages.item import ItemPage
from sites.pages.linking import REPEALS, UID_OF_PAGE, LawLinks, backward_of, neutral_links
from sites.pages.validity import Validity

BRACKETS = str.maketrans({"[": "〔", "]": "〕", "(": "〔", ")": "〕", "（": "〔", "）": "〕", "［": "〔", "］": "〕"})
EMPTY = Value([], output_field=JSONField())
DIGITS = re.compile(r"\d+")
SPACES = re.compile(r"\s+")


class Rank(models.TextChoices):
    """Kinds of documents by who may make them (立法法)."""

    LAW = "law", _("法律")
    REGULATION = "regulation", _("行政法规")
    LOCAL = "local", _("地方性法规")
    RULE = "rule", _("规章")
    JUDICIAL = "judicial", _("司法解释")
    NORMATIVE = "normative", _("规范性文件")
    OTHER = "other", _("其他文件")


def same_number(number: str) -> str:
    """A document number without the ways in which people write it differently."""
    return SPACES.sub("", number).translate(BRACKETS)


class LawPage(ItemPage):
    """One document. ``adoption`` tells when and by whom it was adopted and amended, in its own words.

    ``validity`` is what the document's own site states; what others repeal or amend is added when it is shown
    (``sites.pages.validity``).
    """

    rank = models.CharField(_("文件种类"), max_length=16, choices=Rank.choices, blank=True, default="", db_default="")
    category = models.CharField(_("效力类别"), max_length=40, blank=True)
    issuing_body = models.CharField(_("制定机关"), max_length=200, blank=True)
    adopted_on = models.DateField(_("成文日期"), null=True, blank=True)
    announced_on = models.DateField(_("公布日期"), null=True, blank=True)
    effective_date = models.DateField(_("施行日期"), null=True, blank=True)
    expires_on = models.DateField(_("有效期至"), null=True, blank=True, help_text=_("没有写明有效期的留空"))
    version_date = models.DateField(_("版本日期"), null=True, blank=True)
    adoption = models.TextField(_("制定与修改情况"), blank=True)
    validity = models.CharField(
        _("有效性"),
        max_length=16,
        choices=Validity.choices,
        default=Validity.VALID,
        db_default=Validity.VALID,
        help_text=_("本站登载的文件修改、废止本文的，在那份文件上选择本文即可，本文自其施行之日起自动注明"),
    )
    validity_note = models.CharField(
        _("有效性说明"),
        max_length=300,
        blank=True,
        default="",
        db_default="",
        help_text=_("由何文件、自何日起修改、废止"),
    )
    relations = StreamField(LawLinks(), verbose_name=_("修改、废止的文件"), blank=True, default=list, db_default=EMPTY)

    content_kind = "law"
    shown_apart = ("subject",)
    past_days = ("created_on", "adopted_on", "announced_on", "version_date")
    edit_handler = edit_handler_of(
        [
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("rank"), FieldPanel("category")]),
                    FieldPanel("issuing_body"),
                    FieldRowPanel([FieldPanel("adopted_on"), FieldPanel("announced_on")]),
                    FieldRowPanel([FieldPanel("effective_date"), FieldPanel("expires_on")]),
                    FieldPanel("version_date"),
                    FieldPanel("adoption"),
                ],
                heading=_("文件要素"),
            ),
            MultiFieldPanel(
                [FieldPanel("validity"), FieldPanel("validity_note"), FieldPanel("relations")],
                heading=_("有效性"),
            ),
        ]
    )

    class Meta:
        verbose_name = _("法规文件")
        verbose_name_plural = _("法规文件")
        indexes = [GinIndex(fields=["relations"], name="law_relations", opclasses=["jsonb_path_ops"])]

    @property
    def kind_key(self) -> str:
        return "policy" if self.rank == Rank.NORMATIVE else self.content_kind

    @classmethod
    def kind_expression(cls) -> Any:
        return Case(When(rank=Rank.NORMATIVE, then=Value("policy")), default=Value(cls.content_kind))

    @classmethod
    def list_expressions(cls) -> tuple[Any, Any]:
        key = "sites_pages_lawpage.page_ptr_id"
        validity = RawSQL(
            "jsonb_build_array(sites_pages_lawpage.validity, sites_pages_lawpage.expires_on)",
            [],
            output_field=JSONField(),
        )
        return backward_of(key, UID_OF_PAGE.format(key=key)), validity

    def contradictions(self) -> Faults:
        faults: Faults = {}
        hold_order(faults, self, "adopted_on", "announced_on")
        hold_order(faults, self, "adopted_on", "effective_date")
        hold_order(faults, self, "effective_date", "expires_on")
        twin = self._twin()
        if twin is not None:
            sentence = say("文号“%(number)s”已用于《%(title)s》。请核对文号，或者修改那一篇，不要另发一篇。")
            faults.setdefault("document_number", []).append(
                sentence % {"number": self.document_number, "title": twin.title}
            )
        named = [child.value for child in self.relations if child.value is not None]
        if self.pk and self.pk in {page.pk for page in named}:
            faults.setdefault("relations", []).append(say("文件不能修改、废止自己，请改选其他文件。"))
        back = self._repealed_by(named)
        if back is not None:
            sentence = say("《%(title)s》已写明废止本文，两份文件不能互相废止。请核对哪一份在后。")
            faults.setdefault("relations", []).append(sentence % {"title": back.title})
        return faults

    def gaps(self) -> Faults:
        faults: Faults = {}
        if self.rank and not self.issuing_body:
            faults["issuing_body"] = [say("请填写制定机关。")]
        if self.rank == Rank.NORMATIVE and not self.document_number:
            faults["document_number"] = [say("规范性文件须有文号，例如：工商办字〔2011〕19号。")]
        is_changed = self.validity in (Validity.AMENDED, Validity.REPEALED)
        if is_changed and not self.validity_note:
            sentence = say("有效性选了“%(word)s”，请写明由何文件、自何日起。")
            faults["validity_note"] = [sentence % {"word": Validity(self.validity).label}]
        if self.validity == Validity.EXPIRED and not (self.validity_note or self.expires_on):
            faults["expires_on"] = [say("有效性选了“已失效”，请填写有效期至哪一日，或者在说明中写明原因。")]
        return faults

    def _twin(self) -> LawPage | None:
        """Another document of the same body, year and number: orders are counted anew by every body and every year."""
        number = same_number(self.document_number)
        if not number:
            return None
        digits = DIGITS.findall(number)
        others = LawPage.objects.exclude(pk=self.pk).exclude(document_number="")
        for other in others.filter(document_number__contains=digits[-1]) if digits else others:
            if same_number(other.document_number) != number:
                continue
            bodies = {body for body in (self.issuing_body, other.issuing_body) if body}
            years = {day.year for day in (self._dated(), other._dated()) if day}
            if len(bodies) < 2 and len(years) < 2:
                return other
        return None

    def _dated(self) -> datetime.date | None:
        return self.announced_on or self.adopted_on

    def _repealed_by(self, named: list[Page]) -> LawPage | None:
        """One of the documents that this one repeals, which repeals this one."""
        if not self.pk:
            return None
        keys = [child.value.pk for child in self.relations if child.value is not None and child.block_type == REPEALS]
        says = [{"type": REPEALS, "value": self.pk}]
        return LawPage.objects.filter(pk__in=keys, relations__contains=says).first() if keys else None

    @property
    def body_facts(self) -> list[tuple[str, str]]:
        """What no field of the public frame holds."""
        facts = [
            (say("文件种类"), str(Rank(self.rank).label) if self.rank else ""),
            (say("效力类别"), self.category),
            (say("公布日期"), self.announced_on.isoformat() if self.announced_on else ""),
            (say("版本日期"), self.version_date.isoformat() if self.version_date else ""),
            (say("制定与修改情况"), self.adoption),
        ]
        return [(label, value) for label, value in facts if value]

    def details(self, writer: Any) -> dict[str, Any]:
        effective = self.effective_date.isoformat() if self.effective_date else ""
        return {
            "kind": "document",
            "document_number": self.document_number,
            "issuing_body": self.issuing_body,
            "subject": labels_of("subject").get(self.subject, self.subject),
            "rank": self.rank,
            "category": self.category,
            "adoption": self.adoption,
            "adopted_on": self.adopted_on.isoformat() if self.adopted_on else "",
            "announced_on": self.announced_on.isoformat() if self.announced_on else "",
            "version_date": self.version_date.isoformat() if self.version_date else "",
            "effective_on": effective,
            "expires_on": self.expires_on.isoformat() if self.expires_on else "",
            "validity": self.validity,
            "validity_note": self.validity_note,
            "links": neutral_links(self.relations, effective_on=effective, number=self.document_number),
        }
