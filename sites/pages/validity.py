"""Whether a document is in force: what it says of itself, with what live documents say of it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sites.pages.linking import AMENDS, REPEALS, Link


class Validity(models.TextChoices):
    """States of a document."""

    VALID = "valid", gettext_lazy("有效")
    AMENDED = "amended", gettext_lazy("已修改")
    REPEALED = "repealed", gettext_lazy("已废止")
    EXPIRED = "expired", gettext_lazy("已失效")


ARCHIVED = "archived"
"""What lists say of a special that is over."""

STRONGER = (Validity.REPEALED, Validity.EXPIRED, Validity.AMENDED, Validity.VALID)
"""Of two states the one that stands first holds."""


@dataclass(frozen=True, kw_only=True)
class State:
    """A document's state today with a sentence on why."""

    validity: Validity
    note: str = ""


def state_of(
    stated: str,
    *,
    note: str = "",
    expires_on: datetime.date | None = None,
    backward: Sequence[Link] = (),
    today: datetime.date | None = None,
) -> State:
    """The state that holds today. A repeal or amendment counts from the day on which its document takes effect."""
    day = today or timezone.localdate()
    found = [State(validity=Validity(stated) if stated in Validity.values else Validity.VALID, note=note)]
    if expires_on is not None and expires_on < day:
        found.append(State(validity=Validity.EXPIRED, note=_("有效期至%(day)s。") % {"day": expires_on.isoformat()}))
    coming = ""
    for link in backward:
        if link.kind not in (AMENDS, REPEALS):
            continue
        is_in_force = link.effective_on is None or link.effective_on <= day
        sentence = _sentence(link, is_in_force=is_in_force)
        if is_in_force:
            validity = Validity.REPEALED if link.kind == REPEALS else Validity.AMENDED
            found.append(State(validity=validity, note=sentence))
        else:
            coming += sentence
    strongest = min((state.validity for state in found), key=STRONGER.index)
    notes = [state.note for state in found if state.validity == strongest and state.note]
    return State(validity=strongest, note="".join(dict.fromkeys(notes)) + coming)


def _sentence(link: Link, *, is_in_force: bool) -> str:
    named = _("《%(title)s》") % {"title": link.title}
    if link.number:
        named += _("（%(number)s）") % {"number": link.number}
    values = {"by": named, "day": link.effective_on.isoformat() if link.effective_on else ""}
    if link.kind == REPEALS:
        if not is_in_force:
            return _("将自%(day)s起由%(by)s废止。") % values
        return _("自%(day)s起由%(by)s废止。") % values if link.effective_on else _("由%(by)s废止。") % values
    if not is_in_force:
        return _("将自%(day)s起由%(by)s修改。") % values
    return _("自%(day)s起由%(by)s修改。") % values if link.effective_on else _("由%(by)s修改。") % values
