"""Request parameters of a search, parsed against a whitelist.

Whatever else a request carries is not read: which sites a search may see is decided by the server.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from search.backends.base import FACETS
from search.bounds import FACET_VALUES_CHOSEN, PAGE_SIZE, QUERY_CHARACTERS, RESULT_WINDOW
from search.tokens import segments

SCOPES = ("group", "site")
SORTS = ("relevance", "date")

_CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f]+")
_VALUE_PATTERNS = {
    "region": re.compile(r"/(?:\d{6}/){0,3}"),
    "level": re.compile(r"[a-z_]{1,20}"),
    "kind": re.compile(r"[a-z_\-]{1,40}"),
    "year": re.compile(r"(?:19|20)\d{2}"),
}


@dataclass(frozen=True, kw_only=True)
class Parameters:
    """What a visitor asked for. ``error`` is a sentence when it cannot be answered."""

    text: str = ""
    scope: str = "group"
    sort: str = "relevance"
    page: int = 1
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    error: str = ""

    @property
    def is_searchable(self) -> bool:
        return bool(self.text) and not self.error

    @property
    def offset(self) -> int:
        return (self.page - 1) * PAGE_SIZE

    def toggled(self, name: str, value: str) -> Parameters:
        """The same search with one facet value added or taken away, from the first page."""
        held = self.filters.get(name, ())
        values = tuple(each for each in held if each != value) if value in held else (*held, value)
        return replace(self, filters={**self.filters, name: values}, page=1)

    def toggle_url(self, name: str) -> Callable[[str], str]:
        """What ``toggled(name, value).url()`` gives, by value; the parts that all values share are written once."""
        held = self.filters.get(name, ())
        place = FACETS.index(name)
        asked = [("q", self.text), ("scope", self.scope), *self._chosen_pairs(FACETS[:place])]
        before = "?" + urlencode(asked)
        rest = urlencode([*self._chosen_pairs(FACETS[place + 1 :]), *self._sort_pairs()])
        after = f"&{rest}" if rest else ""

        def url(value: str) -> str:
            values = [each for each in held if each != value] if value in held else [*held, value]
            return before + "".join(_pair(name, each) for each in values) + after

        return url

    def on_page(self, page: int) -> Parameters:
        """The same search on another page."""
        return replace(self, page=page)

    def pairs(self) -> list[tuple[str, str]]:
        """(name, value) pairs besides query, scope, page: what a form carries on."""
        return [*self._chosen_pairs(FACETS), *self._sort_pairs()]

    def _chosen_pairs(self, names: Sequence[str]) -> list[tuple[str, str]]:
        return [(name, value) for name in names for value in self.filters.get(name, ())]

    def _sort_pairs(self) -> list[tuple[str, str]]:
        return [("sort", self.sort)] if self.sort != SORTS[0] else []

    def url(self) -> str:
        """Address of these results, relative to the search page."""
        asked = [("q", self.text), ("scope", self.scope), *self.pairs()]
        if self.page > 1:
            asked.append(("page", str(self.page)))
        return "?" + urlencode(asked)


@lru_cache(maxsize=1024)
def _pair(name: str, value: str) -> str:
    return "&" + urlencode([(name, value)])


def parse(given: QueryDict | Mapping[str, Any]) -> Parameters:
    """Read the known parameters; unknown names, values out of pattern are left out."""
    text = " ".join(_CONTROL_CHARACTERS.sub(" ", str(given.get("q", ""))).split())
    scope, sort = str(given.get("scope", "")), str(given.get("sort", ""))
    page = str(given.get("page", "1"))
    parameters = Parameters(
        text=text[:QUERY_CHARACTERS],
        scope=scope if scope in SCOPES else SCOPES[0],
        sort=sort if sort in SORTS else SORTS[0],
        page=max(int(page), 1) if re.fullmatch(r"[0-9]{1,6}", page) else 1,
        filters={name: chosen for name in FACETS if (chosen := _chosen(given, name))},
    )
    return replace(parameters, error=_objection(parameters, text))


def _objection(parameters: Parameters, text: str) -> str:
    if len(text) > QUERY_CHARACTERS:
        return _("检索词共 %(given)d 个字，最多 %(most)d 个字。请缩短后再试。") % {
            "given": len(text),
            "most": QUERY_CHARACTERS,
        }
    if text and not segments(text):
        return _("检索词“%(text)s”只有标点或符号。请输入文字，例如“营业执照”。") % {"text": text}
    if parameters.page * PAGE_SIZE > RESULT_WINDOW:
        return _("第 %(page)d 页超出可翻阅的范围，最多到第 %(last)d 页。请用筛选条件缩小范围。") % {
            "page": parameters.page,
            "last": RESULT_WINDOW // PAGE_SIZE,
        }
    return ""


def _chosen(given: QueryDict | Mapping[str, Any], name: str) -> tuple[str, ...]:
    if isinstance(given, QueryDict):
        values = given.getlist(name)
    else:
        held = given.get(name, ())
        values = [held] if isinstance(held, str) else list(held)
    pattern = _VALUE_PATTERNS[name]
    known = dict.fromkeys(str(value) for value in values if pattern.fullmatch(str(value)))
    return tuple(known)[:FACET_VALUES_CHOSEN]
