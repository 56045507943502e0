"""Command line: ``python -m deploy.screenshots --port 8000 --out docs/screenshots``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from deploy.launcher.paths import ROOT, demo_state
from deploy.screenshots.taking import MissingPiece, take_all


def main() -> int:
    """Take every picture of the demo on a port; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m deploy.screenshots", description="为运行中的演示拍摄文档用图")
    parser.add_argument("--port", type=int, default=8000, help="演示的端口（默认 8000）")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "screenshots", help="存放图片的目录")
    parser.add_argument("--logins", type=Path, help="登录账号文件；默认取该端口演示的")
    parser.add_argument("--sheet", action="store_true", help="只拍全部页面种类的样张")
    options = parser.parse_args()
    logins = options.logins or demo_state(options.port).logins
    try:
        total = 0
        for path in take_all(port=options.port, out=options.out, logins=logins, is_sheet_only=options.sheet):
            size = path.stat().st_size
            total += size
            sys.stdout.write(f"{path.name} {size // 1024} KB\n")
    except MissingPiece as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"共 {total // 1024} KB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
