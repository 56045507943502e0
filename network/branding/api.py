"""What other folders may ask about the group's brand."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone

from network.branding.names import fill_pattern, find_wrong_names, normalise_name
from network.branding.policy import (
    BrandPolicy,
    BrandPolicyError,
    Emblem,
    FooterRule,
    choose_policy,
    shipped_policies,
)

__all__ = [
    "BrandPolicy",
    "BrandPolicyError",
    "Emblem",
    "FooterField",
    "FooterRule",
    "default_full_name",
    "find_wrong_names",
    "footer_fields",
    "level_label",
    "normalise_name",
    "policy_in_force",
    "wrong_names_in",
]


@dataclass(frozen=True, kw_only=True)
class FooterField:
    """One field of a site's footer, filled. An unfilled fact reads 待补充 and is never dropped."""

    key: str
    label: str
    text: str
    url: str
    kind: str


MISSING = "待补充"


def policy_in_force(day: datetime.date | None = None) -> BrandPolicy:
    """The brand policy of a day, today's by default."""
    return choose_policy(shipped_policies(), day=day or timezone.localdate())


def default_full_name(level: str, *, division: str, day: datetime.date | None = None) -> str:
    """The name a bureau gets until the registry says otherwise.

    Raises:
        LookupError: the level is not one of the policy's.
    """
    names = policy_in_force(day).names
    if level not in names:
        raise LookupError(f"Level '{level}' has no name pattern. Use one of: {', '.join(sorted(names))}.")
    return fill_pattern(names[level], division=division)


def level_label(level: str, *, day: datetime.date | None = None) -> str:
    """What readers call a level, empty for an unknown one."""
    return policy_in_force(day).level_labels.get(level, "")


def footer_fields(
    facts: Mapping[str, str], *, is_demo: bool = False, day: datetime.date | None = None
) -> list[FooterField]:
    """The footer of a site: every field of the policy, filled from the registry's facts."""
    values = {key: value or MISSING for key, value in facts.items()}
    fields = []
    for rule in policy_in_force(day).footer:
        text = (is_demo and rule.demo_text) or rule.text
        url = (is_demo and rule.demo_url) or rule.url
        fields.append(
            FooterField(
                key=rule.key,
                label=rule.label,
                text=text.format_map(values),
                url=url.format_map(values),
                kind=rule.kind,
            )
        )
    return fields


def wrong_names_in(text: str, *, day: datetime.date | None = None) -> list[tuple[int, str, str]]:
    """Where a text names a body wrongly under the policy of a day."""
    return find_wrong_names(text, wrong_names=policy_in_force(day).wrong_names)
