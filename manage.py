#!/usr/bin/env python
"""Django's command line for this project; what an operator runs leaves a row in the audit log."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings.demo")
    from deploy.operations.operator_runs import execute  # settings must be named first

    execute(sys.argv)


if __name__ == "__main__":
    main()
