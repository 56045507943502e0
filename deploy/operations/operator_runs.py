"""Commands as operators run them: every one that may write leaves a row in the audit log.

A command is recorded unless it stands in ``READING``; a new one is recorded by default.
"""

from __future__ import annotations

import gc
import getpass
import re
from typing import Any

from django.core.management import BaseCommand, ManagementUtility
from django.db import connection

READING = frozenset(
    {
        "check", "collectstatic", "compilemessages", "describe_rules",
        "diffsettings",  "findstatic",  "inspectdb", "judge_search",  "makemessages",
        "makemigrations", "network_status", "optimizemigration", "reconcile_search", "runserver", "sendtestemail",
        "showmigrations", "sqlflush", "sqlmigrate", "sqlsequencereset", "squashmigrations", "startapp", "startproject",
        "test", "testserver", "verify_audit", "verify_gate",
    }
)  # fmt: skip
HIDDEN = "***"
SECRET = re.compile(r"password|passwd|secret|token|credential|email|phone|mobile", re.IGNORECASE)
CODE = frozenset({"-c", "--command"})
IN_ADDRESS = re.compile(r"://[^/@\s]+@")
KNOWN = """
SELECT count(*) = 1 FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = 'network_audit_auditentry' AND column_name = 'txid'
"""


class RecordingUtility(ManagementUtility):
    """Django's own, with the row."""

    def fetch_command(self, subcommand: str) -> BaseCommand:
        command = super().fetch_command(subcommand)
        # What was loaded stays to the end; only what the command makes is looked through.
        gc.freeze()
        gc.enable()
        return command if subcommand in READING else _recorded(command, subcommand)


def execute(argv: list[str]) -> None:
    """Run the command that the arguments name."""
    RecordingUtility(argv).execute()


def without_secrets(arguments: list[str]) -> list[str]:
    """The arguments with the values hidden that may be secret or personal, code to run among them."""
    shown: list[str] = []
    hide_next = False
    for argument in arguments:
        name, equals, _value = argument.partition("=")
        is_option = name.startswith("-")
        if hide_next and not is_option:
            shown.append(HIDDEN)
            hide_next = False
            continue
        is_secret = is_option and (name in CODE or bool(SECRET.search(name)))
        hide_next = is_secret and not equals
        shown.append(f"{name}={HIDDEN}" if is_secret and equals else IN_ADDRESS.sub(f"://{HIDDEN}@", argument))
    return shown


def _recorded(command: BaseCommand, name: str) -> BaseCommand:
    run = command.run_from_argv

    def run_and_record(argv: list[str]) -> None:
        if {"--help", "-h", "--version"} & set(argv[2:]):
            run(argv)
            return
        detail = {"arguments": without_secrets(argv[2:]), "account": getpass.getuser()}
        # The very first migration makes the log; its row follows it.
        is_early = _log_exists()
        if is_early:
            _record(name, detail)
        try:
            run(argv)
        except BaseException as error:
            if not _succeeded(error) and _log_exists():
                _record(name, detail, is_failed=True)
            raise
        if not is_early and _log_exists():
            _record(name, detail)

    command.run_from_argv = run_and_record  # type: ignore[method-assign]
    return command


def _succeeded(error: BaseException) -> bool:
    return isinstance(error, SystemExit) and error.code in (None, 0)


def _log_exists() -> bool:
    from network.tenancy.api import in_public  # needs loaded models, which the command line has only by now

    with in_public(), connection.cursor() as cursor:
        cursor.execute(KNOWN)
        return bool(cursor.fetchone()[0])


def _record(name: str, detail: dict[str, Any], *, is_failed: bool = False) -> None:
    from network.audit.api import OPERATOR, record  # as above
    from network.tenancy.api import in_public

    with in_public():
        record(
            "operator.run", person=OPERATOR, object_kind="command", object_id=name, detail=detail, is_failed=is_failed
        )
