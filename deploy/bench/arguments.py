"""Command line of the measurements."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

LINES = (
    "provision",
    "fanout",
    "recall",
    "search",
    "index_rate",
    "index_numbers",
    "gate_cost",
    "upgrade_noop",
    "upgrade_apply",
    "tenant_switch",
    "memory_flat",
    "leaks",
    "export_import",
    "import_rate",
    "page_cached",
    "page_app_cached",
    "page_uncached",
    "first_view",
    "duty_board",
)

ITEMS = 10_000
"""Of ``import_rate``."""


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the person asked for. ``sites`` limits how many sites an item is sent to; 0: all there are.

    ``corpus`` is a folder with ``news/news.jsonl.gz`` and ``laws/laws.jsonl.gz`` to import; None: made-up items.
    ``items`` is how many are imported.
    """

    only: tuple[str, ...] = LINES
    sites: int = 0
    as_json: bool = False
    corpus: Path | None = None
    items: int = ITEMS


def _at_least_one(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} 无效，应为正整数，例如 20")
    return int(text)


def parse(arguments: Sequence[str]) -> Options:
    """Read the arguments."""
    parser = argparse.ArgumentParser(prog="deploy/run bench", description="与参照物同场计时")
    parser.add_argument("--port", type=int, help="使用这个端口上运行中的演示；不写则在 .local/bench 中启动自己的网络")
    parser.add_argument("--only", action="append", choices=LINES, metavar="名称", help="只测这一项，可重复写")
    width = parser.add_mutually_exclusive_group()
    width.add_argument("--sites", type=_at_least_one, default=0, metavar="N", help="下发和撤回只用 N 个站点")
    width.add_argument("--all", action="store_true", help="自己的网络建立全部 333 个地市站")
    parser.add_argument(
        "--corpus", type=Path, metavar="目录", help="import_rate 导入其中的新闻和法规，不写则用生成的稿件"
    )
    parser.add_argument(
        "--items", type=_at_least_one, default=ITEMS, metavar="N", help=f"import_rate 导入的篇数，缺省 {ITEMS}"
    )
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    given = parser.parse_args(list(arguments))
    return Options(
        only=tuple(given.only or LINES),
        sites=given.sites,
        as_json=given.json,
        corpus=given.corpus,
        items=given.items,
    )
