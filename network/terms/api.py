"""The door of the list of words."""

from network.terms.actions import add_row, retire_row
from network.terms.forms import TermForm
from network.terms.models import SharedTerm, TermFacts, TermKind
from network.terms.queries import list_context, list_state, words_in_use
from network.terms.words import clean_facts, normal_text

__all__ = [
    "SharedTerm",
    "TermFacts",
    "TermForm",
    "TermKind",
    "add_row",
    "clean_facts",
    "list_context",
    "list_state",
    "normal_text",
    "retire_row",
    "words_in_use",
]
