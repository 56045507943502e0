"""Every write of the hub's list of words."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from network.audit.api import record
from network.errors import InvalidValue, NotAllowed
from network.tenancy.api import Site, require_network_manager
from network.terms.models import SharedTerm, TermFacts
from network.terms.words import clean_facts

Term = TypeVar("Term", bound=TermFacts)


def require_may_edit(person: Any, site: Site) -> None:
    """The list for all sites is the hub's network manager's. Raises NotAllowed."""
    require_network_manager(person, site)
    if not site.is_hub:
        raise NotAllowed(_("全群词表由总站维护，“%(site)s”可以在本站词表中补充。") % {"site": site.short_name})


def add_shared_term(*, acting_user: Any, site: Site, **facts: Any) -> SharedTerm:
    """Put a word on the list of all sites; it holds from the next check on. Raises NotAllowed, InvalidValue."""
    require_may_edit(acting_user, site)
    return add_row(SharedTerm, acting_user=acting_user, site=site, **facts)


def retire_shared_term(term_id: int, *, acting_user: Any, site: Site) -> SharedTerm:
    """Take a word off the list of all sites. Raises NotAllowed, InvalidValue."""
    require_may_edit(acting_user, site)
    return retire_row(SharedTerm, term_id, acting_user=acting_user, site=site)


def add_row(model: type[Term], *, acting_user: Any, site: Site, **facts: Any) -> Term:
    """Write a word that the caller may write. Raises InvalidValue."""
    cleaned = clean_facts(**facts)
    person = acting_user.get_username()
    try:
        with transaction.atomic():
            term = model.objects.create(added_by=person, **cleaned)
            _record("term.add", term, site=site, person=person)
    except IntegrityError as error:
        if "word_once" not in str(error):
            raise
        raise InvalidValue(_("“%(word)s”已在词表中，不必重复。") % {"word": cleaned["word"]}) from error
    return term


@transaction.atomic
def retire_row(model: type[Term], term_id: int, *, acting_user: Any, site: Site) -> Term:
    """Retire a word that the caller may retire. Raises InvalidValue."""
    term = model.objects.select_for_update().filter(pk=term_id, retired_at=None).first()
    if term is None:
        raise InvalidValue(_("词表中没有这个在用的词语，可能已经停用。"))
    term.retired_at = timezone.now()
    term.save()
    _record("term.retire", term, site=site, person=acting_user.get_username())
    return term


def _record(act: str, term: TermFacts, *, site: Site, person: str) -> None:
    record(
        act,
        site=site.slug,
        person=person,
        object_kind=term._meta.label_lower,
        object_id=term.pk,
        object_title=term.word,
        detail={"kind": term.kind, "use_instead": term.use_instead, "document": term.document, "clause": term.clause},
    )
