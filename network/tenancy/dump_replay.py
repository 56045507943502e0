"""Replaying a plain dump of one schema inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

SKIPPED = ("\\restrict", "\\unrestrict", "SET ", "SELECT pg_catalog.set_config(")
END_OF_ROWS = "\\."


def replay_dump(dump: str) -> None:
    """Run the dump's statements, send its rows; session settings of its preamble are left out."""
    with connection.cursor() as cursor:
        for statements, copy, rows in _parts(dump):
            if statements.strip():
                # The raw cursor sends the text as one simple query, since it holds many statements.
                cursor.cursor.execute(statements)
            if copy:
                with cursor.cursor.copy(copy) as sink:
                    sink.write(rows)


def _parts(dump: str) -> Iterator[tuple[str, str, str]]:
    """``(statements, COPY statement, its rows)`` in order; the last has no COPY."""
    statements: list[str] = []
    lines = iter(dump.split("\n"))
    for line in lines:
        if line.startswith("COPY ") and line.endswith(" FROM stdin;"):
            rows = []
            for row in lines:
                if row == END_OF_ROWS:
                    break
                rows.append(row + "\n")
            yield "\n".join(statements), line.removesuffix(";"), "".join(rows)
            statements = []
        elif not line.startswith(SKIPPED):
            statements.append(line)
    yield "\n".join(statements), "", ""
