"""Rule files into rows."""

from __future__ import annotations

import datetime
import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction

from network.errors import InvalidValue
from network.rules.models import Rule

DATA = Path(__file__).parent / "data"
REQUIRED = ("key", "value", "level", "document", "clause", "effective_from", "sure")


def read_rules(folder: Path = DATA) -> list[Rule]:
    """Every entry of every file. An entry without its source is refused, naming file and key."""
    rules: list[Rule] = []
    for path in sorted(folder.glob("*.toml")):
        for entry in tomllib.loads(path.read_text(encoding="utf-8")).get("rule", []):
            rules.append(_rule(path, entry))
    return rules


def _rule(path: Path, entry: dict[str, Any]) -> Rule:
    missing = [name for name in REQUIRED if entry.get(name) in (None, "")]
    if missing:
        raise InvalidValue(
            f"规则文件 {path.name} 的条目“{entry.get('key', '?')}”缺少 {', '.join(missing)}。"
            "每条规则必须写明文件和条款。",
            file=path.name,
            key=entry.get("key", ""),
        )
    for name in ("effective_from", "effective_to"):
        value = entry.get(name)
        if value is not None and not isinstance(value, datetime.date):
            raise InvalidValue(f"规则文件 {path.name} 的“{name}”应为日期，例如 2011-01-29，而不是“{value}”。")
    return Rule(
        key=entry["key"],
        level=entry["level"],
        value=entry["value"],
        comparison=entry.get("comparison", ""),
        document=entry["document"],
        clause=entry["clause"],
        effective_from=entry["effective_from"],
        effective_to=entry.get("effective_to"),
        sure=entry["sure"],
        note=entry.get("note", ""),
    )


def load_rules(folder: Path = DATA) -> int:
    """Replace the table by what the files say, in one transaction; returns the number of entries."""
    rules = read_rules(folder)
    with transaction.atomic():
        Rule.objects.all().delete()
        Rule.objects.bulk_create(rules)
    return len(rules)
