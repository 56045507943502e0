"""Words that must not go on line as they stand: wrong or retired names, banned words, confusable words."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

LONGEST_WORD = 60


class TermKind(models.TextChoices):
    WRONG_NAME = "wrong_name", _("错误的机关名称")
    RETIRED_NAME = "retired_name", _("已停用的机关名称")
    BANNED = "banned", _("禁用词")
    CONFUSABLE = "confusable", _("易错词")


class TermFacts(models.Model):
    """One word of a list. Rows are retired, never deleted, so that count and last change name a list's state.

    ``exceptions`` are right expressions that hold the word, one a line (卫生部门 for 卫生部). A word without
    ``document`` is a proposal: it is pointed out and never stops a text.
    """

    kind = models.CharField(_("类别"), max_length=16, choices=TermKind.choices)
    word = models.CharField(_("词语"), max_length=LONGEST_WORD)
    use_instead = models.CharField(_("改用"), max_length=LONGEST_WORD, blank=True)
    exceptions = models.TextField(_("不算在内的说法"), blank=True, help_text=_("含有该词语而写法正确的，一行一个。"))
    document = models.CharField(_("依据文件"), max_length=100, blank=True)
    clause = models.CharField(_("条款"), max_length=100, blank=True)
    added_by = models.CharField(max_length=150)
    changed_at = models.DateTimeField(auto_now=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        ordering = ["kind", "word"]
        constraints = [
            models.UniqueConstraint(
                fields=["word"], condition=Q(retired_at__isnull=True), name="%(app_label)s_word_once"
            ),
            models.CheckConstraint(condition=~Q(word=""), name="%(app_label)s_has_a_word"),
            models.CheckConstraint(
                condition=(Q(document="") & Q(clause="")) | (~Q(document="") & ~Q(clause="")),
                name="%(app_label)s_whole_source",
            ),
        ]

    @property
    def exception_words(self) -> list[str]:
        return [line.strip() for line in self.exceptions.splitlines() if line.strip()]


class SharedTerm(TermFacts):
    """A word of the hub's list, which every site's texts are held against."""

    class Meta(TermFacts.Meta):
        verbose_name = _("词表")
        verbose_name_plural = _("词表")
