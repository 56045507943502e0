"""The text of a ticket: signed, so that a made-up one is refused before the database is asked."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from django.core import signing

SALT = "network.entry.ticket"
SECRET_BYTES = 32
LONGEST_TEXT = 2000


class Forged(Exception):
    """The text was not written by this install, or was changed."""


@dataclass(frozen=True)
class TicketText:
    """What a ticket says: its row, its secret, the host it is for, whose it is."""

    ticket_id: int
    secret: str
    host: str
    person: str

    def sign(self) -> str:
        """The text that the form carries."""
        return signing.dumps([self.ticket_id, self.secret, self.host, self.person], salt=SALT)


def new_secret() -> str:
    return secrets.token_urlsafe(SECRET_BYTES)


def hash_secret(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def read_text(text: str) -> TicketText:
    """The ticket behind a text. Raises Forged."""
    if len(text) > LONGEST_TEXT:
        raise Forged
    try:
        ticket_id, secret, host, person = signing.loads(text, salt=SALT)
        return TicketText(ticket_id=int(ticket_id), secret=str(secret), host=str(host), person=str(person))
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise Forged from error
