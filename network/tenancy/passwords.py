"""Passwords that are drawn for a person and hold for one sign-in."""

from __future__ import annotations

import secrets
import string

PASSWORD_LENGTH = 16
ALPHABET = "".join(sign for sign in string.ascii_letters + string.digits if sign not in "0O1lI")
"""Passwords are copied by hand: no signs that look alike."""

SYMBOLS = "-!@#"


def new_password(length: int = PASSWORD_LENGTH) -> str:
    """A random password with letters, digits and a sign, as every rule for passwords asks."""
    while True:
        drawn = [secrets.choice(ALPHABET) for _number in range(length - 1)]
        drawn.insert(secrets.randbelow(length - 1) + 1, secrets.choice(SYMBOLS))
        if all(any(kind(sign) for sign in drawn) for kind in (str.islower, str.isupper, str.isdigit)):
            return "".join(drawn)
