"""Prepares the database of the tests ahead of them, while checks run that need none."""

from __future__ import annotations

import django


def main() -> None:
    django.setup()
    # Models load only after the set-up above.
    from tests.databases import ensure_prepared, release

    ensure_prepared()
    release()


if __name__ == "__main__":
    main()
