"""Listed words in a text, all at once (Aho-Corasick), an exception around a word taking it back."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import ahocorasick
from django.db import connection

from network.tenancy.api import Site, all_sites, former_names
from network.terms.api import SharedTerm, TermFacts, TermKind, list_state, normal_text, words_in_use
from sites.screening.models import OwnTerm

REGISTRY = "站点登记的名称记录"
"""Basis of a name that a bureau of the group gave up."""


@dataclass(frozen=True, order=True)
class Word:
    """A listed word. ``basis`` is empty for a proposal."""

    kind: str
    word: str
    use_instead: str = ""
    basis: str = ""


@dataclass(frozen=True)
class WordList:
    """Words with their exceptions, ready for searching, in one state of the lists behind them."""

    state: tuple[Any, ...]
    automaton: Any


_held: dict[str, WordList] = {}
_lock = threading.Lock()


def find_words(text: str, listed: WordList) -> Iterator[Word]:
    """Every listed word in a text, each place once: the longer word before one inside it."""
    hits = [(end - length + 1, end, word) for end, (length, word) in listed.automaton.iter(text)]
    right = [(start, end) for start, end, word in hits if word is None]
    wrong = sorted((start, -end, word) for start, end, word in hits if word is not None)
    reached = -1
    for start, negative_end, word in wrong:
        end = -negative_end
        if start <= reached or any(begins <= start and end <= ends for begins, ends in right):
            continue
        reached = end
        yield word


def word_list(site: Site) -> WordList:
    """The words that hold at a site: the hub's list, the site's own, names that bureaux of the group gave up.

    What a bureau of the group is called today is right, whatever a list says. Kept by the process until the
    lists or the registry change.
    """
    names = former_names()
    state = (list_state(SharedTerm), list_state(OwnTerm), tuple(names), tuple(_names_in_force()))
    held = _held.get(connection.schema_name)
    if held is not None and held.state == state:
        return held
    listed = WordList(state, _automaton([*words_in_use(SharedTerm), *words_in_use(OwnTerm)], names))
    with _lock:
        _held[connection.schema_name] = listed
    return listed


def _names_in_force() -> list[str]:
    return [name for site in all_sites() for name in (site.full_name, site.short_name) if name]


def _automaton(terms: Iterable[TermFacts], former: Iterable[tuple[str, str]]) -> Any:
    automaton = ahocorasick.Automaton()
    right = set(_names_in_force())
    listed = {old: Word(TermKind.RETIRED_NAME, old, new, REGISTRY) for old, new in former}
    for term in terms:
        basis = f"{term.document} {term.clause}".strip()
        listed[term.word] = Word(term.kind, term.word, term.use_instead, basis)
        right.update(term.exception_words)
    for word, facts in listed.items():
        automaton.add_word(normal_text(word), (len(normal_text(word)), facts))
    for expression in right:
        plain = normal_text(expression)
        automaton.add_word(plain, (len(plain), None))
    automaton.make_automaton()
    return automaton
