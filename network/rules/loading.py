"""Rule files into rows."""

from __future__ import annotations

import datetime
import re
import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction

from network.errors import InvalidValue
from network.rules.models import Rule, Sure
from network.tenancy.models import Level

DATA = Path(__file__).parent / "data"
REQUIRED = ("key", "value", "level", "document", "clause", "effective_from", "sure")
KNOWN = frozenset({*REQUIRED, "place", "comparison", "effective_to", "note"})
LEVELS = frozenset({"all", *Level.values})
PLACE = re.compile(r"[a-z][a-z0-9]*")

# Functions of the database read these by level alone: an entry for one place would count everywhere.
NATIONAL_ONLY = ("review.", "site.closing_notice_months")


def read_rules(folder: Path = DATA) -> list[Rule]:
    """Every entry of every file. Raises InvalidValue, which names file and key, for one that lacks its source."""
    return [rule for path in rule_files(folder) for rule in read_file(path)]


def rule_files(folder: Path = DATA) -> list[Path]:
    """The files of rules, in order."""
    return sorted(folder.glob("*.toml"))


def read_file(path: Path) -> list[Rule]:
    """Every entry of one file, unsaved. Raises InvalidValue as ``read_rules`` does."""
    return [_rule(path, entry) for entry in tomllib.loads(path.read_text(encoding="utf-8")).get("rule", [])]


def _rule(path: Path, entry: dict[str, Any]) -> Rule:
    missing = [name for name in REQUIRED if _is_blank(entry.get(name))]
    if missing:
        raise InvalidValue(
            f"规则文件 {path.name} 的条目“{entry.get('key', '?')}”缺少 {', '.join(missing)}。"
            "每条规则必须写明文件和条款。",
            file=path.name,
            key=entry.get("key", ""),
        )
    _hold_words(path, entry)
    for name in ("effective_from", "effective_to"):
        value = entry.get(name)
        if value is not None and not isinstance(value, datetime.date):
            raise InvalidValue(f"规则文件 {path.name} 的“{name}”应为日期，例如 2011-01-29，而不是“{value}”。")
    return Rule(
        key=entry["key"],
        level=entry["level"],
        place=entry.get("place", ""),
        value=entry["value"],
        comparison=entry.get("comparison", ""),
        document=entry["document"],
        clause=entry["clause"],
        effective_from=entry["effective_from"],
        effective_to=entry.get("effective_to"),
        sure=entry["sure"],
        note=entry.get("note", ""),
    )


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _hold_words(path: Path, entry: dict[str, Any]) -> None:
    """Refuse words from no list: a misspelt field or layer would be a rule that nobody reads."""
    key, place = entry["key"], entry.get("place", "")
    wrong = {
        "字段": sorted(set(entry) - KNOWN),
        "level": [] if entry["level"] in LEVELS else [entry["level"]],
        "sure": [] if entry["sure"] in Sure.values else [entry["sure"]],
        "place": [] if not place or PLACE.fullmatch(place) else [place],
    }
    for name, values in wrong.items():
        if values:
            raise InvalidValue(
                f"规则文件 {path.name} 的条目“{key}”中 {name} 的取值“{'、'.join(map(str, values))}”不在词表内。",
                file=path.name,
                key=key,
            )
    if place and key.startswith(NATIONAL_ONLY):
        raise InvalidValue(
            f"规则文件 {path.name} 的条目“{key}”不能只为“{place}”规定：数据库按层级读它。请写成 level 的条目。",
            file=path.name,
            key=key,
        )


def load_rules(folder: Path = DATA) -> int:
    """Replace the table by what the files say, in one transaction; returns the number of entries."""
    rules = read_rules(folder)
    with transaction.atomic():
        Rule.objects.all().delete()
        Rule.objects.bulk_create(rules)
    return len(rules)
