"""The column type of transaction numbers."""

from __future__ import annotations

from typing import Any

from django.db import models


class TransactionNumberField(models.Field):
    """PostgreSQL's ``xid8`` as an integer: the number of a transaction, which never repeats."""

    def db_type(self, connection: Any) -> str:
        return "xid8"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> int | None:
        return None if value is None else int(value)

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else str(value)
