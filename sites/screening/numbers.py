"""Personal numbers in a text, told from other numbers by their check digits.

Sources: citizen identity number GB 11643-1999 (18 places, ISO 7064 MOD 11-2); bank card number
ISO/IEC 7812-1 (Luhn); mobile numbers as the ministry gives them out (11 places, beginning 13 to 19).
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence

from django.utils import timezone

GAP = r"[ \-]?"
IDENTITY = re.compile(rf"(?<![0-9A-Za-z])[1-9](?:{GAP}\d){{16}}{GAP}[\dXx](?![0-9A-Za-z])")
CARD = re.compile(rf"(?<![0-9A-Za-z])\d(?:{GAP}\d){{12,18}}(?![0-9A-Za-z])")
MOBILE = re.compile(rf"(?<![0-9A-Za-z])(?:\+?86{GAP})?1[3-9]\d{GAP}\d{{4}}{GAP}\d{{4}}(?![0-9A-Za-z])")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_SIGNS = "10X98765432"
PROVINCES = frozenset({*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66)})
"""First two places of a division code; 71, 81, 82, 83 are of Taiwan, Hong Kong, Macao and their residence permits."""
OUTSIDE = frozenset({71, 81, 82, 83})
FIRST_YEAR = 1870
MASK_START, MASK_END = 3, 4


def identity_numbers(text: str) -> Iterator[str]:
    """Citizen identity numbers whose division, birthday and check digit hold."""
    for found in IDENTITY.finditer(text):
        number = _digits(found.group()).upper()
        if _is_identity(number):
            yield number


def card_numbers(text: str, issuers: Mapping[str, Sequence[int]]) -> Iterator[str]:
    """Bank card numbers: an issuer's prefix with its lengths, a right check digit, no identity number."""
    for found in CARD.finditer(text):
        number = _digits(found.group())
        is_issued = any(number.startswith(start) and len(number) in lengths for start, lengths in issuers.items())
        if is_issued and is_luhn(number) and not _is_identity(number):
            yield number


def mobile_numbers(text: str) -> Iterator[str]:
    """Mobile telephone numbers; an office's own line is none."""
    for found in MOBILE.finditer(text):
        yield _digits(found.group()).removeprefix("+")[-11:]


def covered(number: str) -> str:
    """The number with its middle covered, as it may be shown and kept."""
    return f"{number[:MASK_START]}{'*' * (len(number) - MASK_START - MASK_END)}{number[-MASK_END:]}"


def is_luhn(number: str) -> bool:
    """Whether the last digit is the check digit of those before it."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        doubled = int(digit) * (2 if place % 2 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def _is_identity(number: str) -> bool:
    if len(number) != 18 or int(number[:2]) not in PROVINCES | OUTSIDE:
        return False
    try:
        birthday = datetime.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    if not datetime.date(FIRST_YEAR, 1, 1) <= birthday <= timezone.localdate():
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], WEIGHTS, strict=True))
    return CHECK_SIGNS[total % 11] == number[17]


def _digits(found: str) -> str:
    return found.replace(" ", "").replace("-", "")
