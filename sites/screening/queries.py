"""Holding a page against every check."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from network.rules.api import site_rules
from network.tenancy.api import Site, current_site, once_per_act
from network.terms.api import TermKind, normal_text
from sites.content.openness import Openness
from sites.screening.dates import impossible_dates
from sites.screening.files import file_faults
from sites.screening.findings import Check, Finding, Outcome, Place
from sites.screening.links import link_faults
from sites.screening.numbers import card_numbers, covered, identity_numbers, mobile_numbers
from sites.screening.texts import Parts, parts_of
from sites.screening.words import Word, find_words, word_list

PREFIX = "screening."


@dataclass(frozen=True)
class Rules:
    """What the rules in force make of each check."""

    entries: dict[str, Any]

    def finding(self, check: Check, place: Place, sentence: str, *, basis: str = "") -> Finding:
        """A finding under its rule. A rule that is not there lets nothing pass unsaid: LookupError names it."""
        entry = self._entry(check)
        return Finding(
            check=check,
            place=place,
            sentence=sentence,
            outcome=Outcome(entry.value["outcome"]),
            basis=basis or f"{entry.document} {entry.clause}",
        )

    def value(self, check: Check, name: str) -> Any:
        return self._entry(check).value[name]

    def _entry(self, check: Check) -> Any:
        try:
            return self.entries[check]
        except KeyError:
            raise LookupError(f"规则“{PREFIX}{check}”没有生效的条目，请在 network/rules/data 中补充。") from None


def screen(page: Page) -> list[Finding]:
    """Everything to mend on a page as it stands in memory, blocking findings first, each place in its order."""
    site = current_site()
    rules = once_per_act("screening", lambda: Rules(site_rules(site, PREFIX)))
    parts = parts_of(page)
    found = [
        *_found_in_texts(parts, rules, site),
        *_found_in_links(parts, rules, site),
        *_found_in_files(parts, rules),
        *_found_missing(page, parts, rules),
        *_found_in_openness(page, rules),
        *_found_in_days(page, parts, rules),
    ]
    return sorted(dict.fromkeys(found), key=lambda finding: not finding.is_blocking)


def _found_in_texts(parts: Parts, rules: Rules, site: Site) -> Iterator[Finding]:
    listed = once_per_act("words", lambda: word_list(site))
    issuers = rules.value(Check.BANK_CARD, "issuers")
    for text in parts.texts:
        words = normal_text(text.words)
        for number in identity_numbers(words):
            sentence = _("有居民身份证号码“%(number)s”，请删除或遮盖。") % {"number": covered(number)}
            yield rules.finding(Check.IDENTITY_NUMBER, text.place, sentence)
        for number in card_numbers(words, issuers):
            sentence = _("有银行卡号“%(number)s”，请删除或遮盖。") % {"number": covered(number)}
            yield rules.finding(Check.BANK_CARD, text.place, sentence)
        for number in mobile_numbers(words):
            sentence = _("有手机号码“%(number)s”，属于个人的请删除，办公联系请改用座机。") % {"number": covered(number)}
            yield rules.finding(Check.PHONE_NUMBER, text.place, sentence)
        for sentence in impossible_dates(words):
            yield rules.finding(Check.IMPOSSIBLE_DATE, text.place, sentence)
        for word in find_words(words, listed):
            yield _word_finding(word, text.place, rules)


def _word_finding(word: Word, place: Place, rules: Rules) -> Finding:
    """A word with a source has the outcome of its kind's rule; a proposal is only pointed out."""
    said = {"word": word.word, "instead": word.use_instead, "kind": TermKind(word.kind).label}
    if word.use_instead:
        sentence = _("“%(word)s”是%(kind)s，请改为“%(instead)s”。") % said
    else:
        sentence = _("“%(word)s”是%(kind)s，请改用其他说法。") % said
    finding = rules.finding(Check(word.kind), place, sentence, basis=word.basis or str(_("建议")))
    if word.basis:
        return finding
    return Finding(check=finding.check, place=place, sentence=sentence, outcome=Outcome.WARN, basis=finding.basis)


def _found_in_links(parts: Parts, rules: Rules, site: Site) -> Iterator[Finding]:
    for fault in link_faults(parts.markups, site):
        yield rules.finding(fault.check, fault.place, fault.sentence)


def _found_in_files(parts: Parts, rules: Rules) -> Iterator[Finding]:
    for fault in file_faults(parts.files, parts.markups):
        yield rules.finding(fault.check, fault.place, fault.sentence)


def _found_missing(page: Page, parts: Parts, rules: Rules) -> Iterator[Finding]:
    if not getattr(page, "source", "-").strip():
        sentence = _("没有填写来源。本站自己的稿件请写本机关名称，转载的请写原发布机关。")
        yield rules.finding(Check.MISSING_SOURCE, Place(field="source"), sentence)
    for picture in parts.pictures:
        if not picture.image.alt_text.strip():
            sentence = _("图片“%(title)s”没有替代文字，看不见图片的人无从了解。请在图片库中填写。") % {
                "title": picture.image.title
            }
            yield rules.finding(Check.MISSING_ALTERNATIVE, picture.place, sentence)


def _found_in_openness(page: Page, rules: Rules) -> Iterator[Finding]:
    """What is not open stays off line, but for the bare entry of what is given on request, with its ground."""
    openness = getattr(page, "openness", Openness.OPEN)
    if openness == Openness.OPEN:
        return
    if openness == Openness.WITHHELD:
        sentence = _("“不予公开”的信息不能送审发布，请留作草稿，或改正公开属性。")
        yield rules.finding(Check.NOT_OPEN, Place(field="openness"), sentence)
    elif len(page.body):
        sentence = _("“依申请公开”的信息只公布条目：名称、概述、依据。请移出正文、图片和附件。")
        yield rules.finding(Check.NOT_OPEN, Place(field="body"), sentence)
    if not page.openness_ground.strip():
        sentence = _("没有写明不公开的依据，请填写法律条款和审查意见。")
        yield rules.finding(Check.MISSING_GROUND, Place(field="openness_ground"), sentence)
    if page.review_on is None:
        sentence = _("没有填写下次评估日期，到期要重新评估能否公开。")
        yield rules.finding(Check.MISSING_GROUND, Place(field="review_on"), sentence)


def _found_in_days(page: Page, parts: Parts, rules: Rules) -> Iterator[Finding]:
    today = timezone.localdate()
    for name in getattr(page, "past_days", ()):
        day = parts.days.get(name)
        if day is not None and day > today:
            label = page._meta.get_field(name).verbose_name
            sentence = _("%(label)s“%(day)s”还没有到，请核对。") % {"label": label, "day": day.isoformat()}
            yield rules.finding(Check.FUTURE_DATE, Place(field=name), sentence)
