"""The opaque key of a site: schema name, host label."""

from __future__ import annotations

import re

from network.errors import InvalidValue

SLUG = re.compile(r"[a-z][a-z0-9]*")
HUB_SLUG = "hub"
HUB_SCHEMA = "national"
TEMPLATE_SCHEMA = "govsites_template_schema"
RESERVED = frozenset({HUB_SCHEMA, "public", "template", TEMPLATE_SCHEMA, "information", "pg", "www", "localhost"})
MAX_LENGTH = 48


def schema_for(slug: str) -> str:
    """The schema of a site: its slug, the hub alone excepted (architecture, decision 3)."""
    return HUB_SCHEMA if slug == HUB_SLUG else slug


def validate_slug(slug: str) -> None:
    """Refuse a key that cannot be both schema name and host label."""
    if not SLUG.fullmatch(slug) or len(slug) > MAX_LENGTH or slug.startswith("pg"):
        raise InvalidValue(
            f"站点标识“{slug}”无效：只能用小写字母和数字，以字母开头，不超过 {MAX_LENGTH} 个字符，例如“guangdong”。",
            slug=slug,
        )
    if slug in RESERVED:
        raise InvalidValue(f"站点标识“{slug}”为系统保留，请换一个，例如“{slug}ju”。", slug=slug)
