"""Errors that people or other programs are meant to read."""

from __future__ import annotations

from typing import Any


class NetworkError(Exception):
    """A refusal with a stable code, a sentence for people, the fields it speaks of.

    The sentence names the value that was refused, then the remedy.
    """

    code = "network.error"

    def __init__(self, message: str, **fields: Any) -> None:
        super().__init__(message)
        self.message = message
        self.fields = fields


def sentence_of(error: Exception) -> str:
    """What an error says in one line: a refusal's own sentence, the first line of the database's."""
    return error.message if isinstance(error, NetworkError) else str(error).splitlines()[0]


class NotAllowed(NetworkError):
    """The acting person or site may not do this."""

    code = "network.not_allowed"


class InvalidValue(NetworkError):
    """A value given from outside does not hold."""

    code = "network.invalid_value"


class StaleVersion(NetworkError):
    """An older or equal version arrived after a newer one."""

    code = "network.stale_version"


class PoisonedItem(NetworkError):
    """This item of work can never succeed; retrying is of no use."""

    code = "network.poisoned_item"
