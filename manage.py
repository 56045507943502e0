#!/usr/bin/env python
"""Django's command line for this project; what an operator runs leaves a row in the audit log."""

import gc
import os
import sys


def main() -> None:
    # Loading makes only objects that stay; searching them for rubbish is a quarter of the start and of the end.
    gc.disable()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings.demo")
    from deploy.operations.operator_runs import execute  # settings must be named first

    execute(sys.argv)


if __name__ == "__main__":
    main()
