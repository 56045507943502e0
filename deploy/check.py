"""Checks the running demo as its users would; see docs/how-to/check-the-demo.md."""

import sys
from pathlib import Path

if __name__ == "__main__":
    # The script's own folder would shadow packages by the names of ours: settings, demo, urls.
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    from deploy.checking.cli import main

    sys.exit(main(sys.argv[1:]))
