"""A program with a release loaded: runs each upgrade it is told of in a fork, which starts at once.

Each line of the input is an upgrade as JSON: its arguments, files for what it prints and says. The answer is the
process number; the exit code goes into a file when the fork ends. The program ends with its input.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

import django

CODE_SUFFIX = ".code"


def main() -> None:
    gc.disable()
    django.setup()
    # Both need the set-up above; no connection is open, so nothing is shared with a fork.
    from deploy.operations.operator_runs import execute
    from network.tenancy.probing import loaded_handler

    loaded_handler()
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _run(order, execute)
        threading.Thread(target=_note_code, args=(pid, Path(order["out"] + CODE_SUFFIX))).start()
        print(pid, flush=True)  # noqa: T201  the answer


def _run(order: dict[str, Any], execute: Any) -> None:
    os.setsid()
    for number, name in ((1, "out"), (2, "said")):
        os.dup2(os.open(order[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
    code = 1
    try:
        execute(["manage.py", "migrate_network", "--json", *order["arguments"]])
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _note_code(pid: int, path: Path) -> None:
    """The exit code, negative for a signal, as subprocess says it."""
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    unfinished = path.with_suffix(".writing")
    unfinished.write_text(str(code))
    unfinished.rename(path)


if __name__ == "__main__":
    main()
