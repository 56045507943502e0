"""The rules as a page of the documentation."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from network.rules.loading import DATA, read_file, rule_files
from network.rules.models import Rule, Sure

HEAD = (
    "# 规则\n\n"
    "本页由 `deploy/run manage describe_rules --to docs/reference/rules.md` 写出，不要手改；"
    "测试把它与 `network/rules/data` 比较。\n\n"
    "每条规则写明文件、条款、生效日期和把握程度，缺一项就不装入。改规则是加一条有日期的条目，不是改程序。"
    "条目分三层：`place` 为空的是全国，写省级、市级站点标识的只在当地有效，近的优先；"
    "同一层里本层级（`level`）的先于 `all`。\n\n"
    "## 把握程度\n\n"
)
TABLE_HEAD = """| 键 | 层 | 层级 | 值 | 文件 | 条款 | 生效 | 把握 | 说明 |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
"""


def rules_page(folder: Path = DATA) -> str:
    """The whole page as Markdown: how sure the entries are, then each file's entries in its order."""
    by_file = {path: read_file(path) for path in rule_files(folder)}
    rules = [rule for held in by_file.values() for rule in held]
    counted = Counter(rule.sure for rule in rules)
    lines = [f"| {Sure(key).label} | `{key}` | {counted[key]} |" for key in Sure.values]
    parts = [
        HEAD,
        "| 把握程度 | 取值 | 条数 |\n| --- | --- | --- |\n",
        "\n".join([*lines, f"| 合计 | | {len(rules)} |"]),
        "\n",
    ]
    for path, held in by_file.items():
        parts.append(f"\n## {path.name}\n\n")
        about = _comment(path)
        if about:
            parts.append(f"{about}\n\n")
        parts.append(TABLE_HEAD)
        parts += [_row(rule) for rule in held]
    return "".join(parts)


def _comment(path: Path) -> str:
    """The comment at the head of a file."""
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.lstrip("# ").rstrip())
    return "".join(lines)


def _row(rule: Rule) -> str:
    value = json.dumps(rule.value, ensure_ascii=False)
    days = f"{rule.effective_from}" + (f" 至 {rule.effective_to}" if rule.effective_to else "")
    cells = [
        f"`{rule.key}`",
        rule.place or "全国",
        rule.level,
        f"`{rule.comparison + ' ' if rule.comparison else ''}{value}`",
        rule.document,
        rule.clause,
        days,
        str(Sure(rule.sure).label),
        rule.note,
    ]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"
