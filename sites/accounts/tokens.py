"""Password-reset tokens that hold on one site only."""

from __future__ import annotations

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import connection

from sites.accounts.models import Staff


class SiteTokenGenerator(PasswordResetTokenGenerator):
    """The schema is part of what is signed: an account with equal key and password elsewhere gets nothing."""

    def _make_hash_value(self, user: Staff, timestamp: int) -> str:
        return f"{connection.schema_name}{super()._make_hash_value(user, timestamp)}"
