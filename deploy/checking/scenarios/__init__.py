"""The steps of the check by subject; importing this package registers them in the order they run."""

from deploy.checking.scenarios import (  # noqa: I001  the order of import is the order of the steps
    addresses,
    frames,
    operator,
    national,
    duties,
    sign_in,
    travelling,
    province,
    neighbours,
    lives,
    isolation,
    moving,
    laws,
    operating,
    auditing,
    proofs,
)

__all__ = [
    "addresses",
    "auditing",
    "duties",
    "frames",
    "isolation",
    "laws",
    "lives",
    "moving",
    "national",
    "neighbours",
    "operating",
    "operator",
    "proofs",
    "province",
    "sign_in",
    "travelling",
]
