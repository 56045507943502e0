"""A site's own additions to the list of words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from network.terms.api import TermFacts


class OwnTerm(TermFacts):
    """A word that the texts of this site alone are held against."""

    class Meta(TermFacts.Meta):
        verbose_name = _("本站词表")
        verbose_name_plural = _("本站词表")
