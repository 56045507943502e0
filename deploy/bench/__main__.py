"""Entry of ``python -m deploy.bench``, which ``deploy/run bench`` calls with the network's environment."""

from __future__ import annotations

import sys

import django

from deploy.bench.arguments import parse

if __name__ == "__main__":
    options = parse(sys.argv[1:])
    django.setup()
    from deploy.bench.running import run  # models can be imported from here on

    sys.exit(run(options))
