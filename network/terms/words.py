"""What is typed about a word, cleaned; the same for the hub's list as for a site's own."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.utils.translation import gettext as _

from network.errors import InvalidValue
from network.terms.models import LONGEST_WORD, TermKind

SHORTEST = 2
"""A single character stands in too many right words."""


def clean_facts(
    *, kind: str, word: str, use_instead: str = "", exceptions: str = "", document: str = "", clause: str = ""
) -> dict[str, Any]:
    """Fields of a term from what was typed. Raises InvalidValue that names the value with the remedy."""
    word, use_instead = normal_text(word).strip(), normal_text(use_instead).strip()
    document, clause = document.strip(), clause.strip()
    if kind not in TermKind.values:
        raise InvalidValue(_("类别“%(kind)s”不在所列之内，请从列表中选择。") % {"kind": kind})
    if not SHORTEST <= len(word) <= LONGEST_WORD:
        raise InvalidValue(
            _("词语“%(word)s”应为 %(least)s 至 %(most)s 个字。")
            % {"word": word, "least": SHORTEST, "most": LONGEST_WORD}
        )
    if word == use_instead:
        raise InvalidValue(_("“%(word)s”与改用的写法相同。") % {"word": word})
    if word in use_instead:
        # A text with the right expression would be found again and again.
        exceptions = f"{exceptions}\n{use_instead}"
    if bool(document) != bool(clause):
        raise InvalidValue(_("依据须同时写明文件和条款；没有依据的，两项都留空，作为建议只提示、不拦截。"))
    lines = dict.fromkeys(normal_text(line).strip() for line in exceptions.splitlines() if line.strip())
    wrong = [line for line in lines if word not in line or line == word]
    if wrong:
        raise InvalidValue(
            _("“%(line)s”应当含有“%(word)s”并且比它长，例如“卫生部门”之于“卫生部”。") % {"line": wrong[0], "word": word}
        )
    return {
        "kind": kind,
        "word": word,
        "use_instead": use_instead,
        "exceptions": "\n".join(lines),
        "document": document,
        "clause": clause,
    }


def normal_text(text: str) -> str:
    """Text as it is compared: full-width letters and digits as plain ones, no characters without width."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(sign for sign in plain if unicodedata.category(sign) != "Cf")
