"""Command line of the measurements."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

LINES = (
    "provision",
    "fanout",
    "recall",
    "search",
    "index_rate",
    "index_numbers",
    "upgrade_noop",
    "upgrade_apply",
    "tenant_switch",
    "memory_flat",
    "leaks",
    "export_import",
    "page_cached",
    "page_app_cached",
    "page_uncached",
    "first_view",
    "duty_board",
)


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the person asked for. ``sites`` limits how many sites an item is sent to; 0: all there are."""

    only: tuple[str, ...] = LINES
    sites: int = 0
    as_json: bool = False


def _at_least_one(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"站点数 {text!r} 无效，应为正整数，例如 20")
    return int(text)


def parse(arguments: Sequence[str]) -> Options:
    """Read the arguments."""
    parser = argparse.ArgumentParser(prog="deploy/run bench", description="与参照物同场计时")
    parser.add_argument("--port", type=int, help="使用这个端口上运行中的演示；不写则在 .local/bench 中启动自己的网络")
    parser.add_argument("--only", action="append", choices=LINES, metavar="名称", help="只测这一项，可重复写")
    width = parser.add_mutually_exclusive_group()
    width.add_argument("--sites", type=_at_least_one, default=0, metavar="N", help="下发和撤回只用 N 个站点")
    width.add_argument("--all", action="store_true", help="自己的网络建立全部 333 个地市站")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    given = parser.parse_args(list(arguments))
    return Options(only=tuple(given.only or LINES), sites=given.sites, as_json=given.json)
