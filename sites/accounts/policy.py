"""What the rules in force ask of the accounts of a site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from network.rules.api import rule_values
from network.tenancy.api import current_site, once_per_request

PREFIX = "accounts."


@dataclass(frozen=True)
class AccountPolicy:
    """The rules on accounts, in force today at the level of one site. Sources: network/rules/data/accounts.toml."""

    second_factor_roles: tuple[str, ...]
    """Keys of the duties that have no way in without a second factor."""

    password_length: int
    password_classes: int
    password_history: int
    password_days: int
    lock_failures: int
    lock_minutes: int
    session_idle_minutes: int
    session_hours: int
    idle_account_days: int
    review_days: int


def account_policy() -> AccountPolicy:
    """The policy of the site that is entered. Raises LookupError that names what no rule says."""
    return once_per_request("account_policy", _read)


def _read() -> AccountPolicy:
    level = current_site().level
    found: dict[str, Any] = rule_values(PREFIX, level=level)
    missing = [name for name in AccountPolicy.__dataclass_fields__ if name not in found]
    if missing:
        raise LookupError(
            f"规则“{PREFIX}{missing[0]}”在层级“{level}”没有生效的条目，请在 network/rules/data/accounts.toml 中补充。"
        )
    values: dict[str, Any] = {name: found[name] for name in AccountPolicy.__dataclass_fields__}
    values["second_factor_roles"] = tuple(found["second_factor_roles"])
    return AccountPolicy(**values)
