"""Password-reset tokens that hold on one site only."""

from __future__ import annotations

from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import connection

from sites.accounts.models import Staff


class SiteTokenGenerator(PasswordResetTokenGenerator):
    """The schema is part of what is signed: an account with equal key and password elsewhere gets nothing.

    So is whether the account is open: a leaver's link ends with the account.
    """

    def _make_hash_value(self, user: Staff, timestamp: int) -> str:
        return (
            f"{connection.schema_name}{user.is_active}{user.session_epoch}{super()._make_hash_value(user, timestamp)}"
        )
