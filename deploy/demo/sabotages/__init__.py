"""The sabotages by subject; importing this package registers them."""

from deploy.demo.sabotages import (
    accounts,
    auditing,
    disclosing,
    frame,
    hosts,
    importing,
    isolation,
    lives,
    moving,
    operating,
    review,
    searching,
    sign_in,
    travel,
    upkeep,
    visiting,
)

__all__ = [
    "accounts",
    "auditing",
    "disclosing",
    "frame",
    "hosts",
    "importing",
    "isolation",
    "lives",
    "moving",
    "operating",
    "review",
    "searching",
    "sign_in",
    "travel",
    "upkeep",
    "visiting",
]
