"""Sites of the tests: the hub, two provinces, two cities of one of them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.hashers import make_password

from network.tenancy.divisions import divisions, hub_facts

SEEDED = ("hub", "guangdong", "hebei", "guangzhou", "shenzhen")
PASSWORD = "Correct-horse-12"
TOTP_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""The key of RFC 6238's own examples, for every person of the tests."""

STAFF = (
    ("editor", ["editor"]),
    ("editor2", ["editor"]),
    ("reviewer", ["reviewer"]),
    ("final", ["final_reviewer"]),
    ("secrecy", ["secrecy_reviewer"]),
    ("webmaster", ["webmaster"]),
    ("security", ["security_administrator"]),
    ("auditor", ["auditor"]),
)


def staff_wish(level: str) -> list[dict[str, Any]]:
    """Staff of a site request: one person per duty, a network manager where the level has one."""
    people = [*STAFF, *([("manager", ["network_manager"])] if level in ("national", "province") else [])]
    return [
        {
            "username": username,
            "name": username,
            "department": "",
            "roles": roles,
            "password_hash": make_password(PASSWORD),
            "totp_secret": TOTP_SECRET,
        }
        for username, roles in people
    ]


def site_wish(slug: str, **changes: Any) -> dict[str, Any]:
    """Arguments of ``request_site`` for a place of the division table (or the hub), with changes to its facts."""
    if slug == "hub":
        facts = hub_facts()
        domain = str(facts["domain"])
        wish = {
            "level": "national",
            "full_name": facts["full_name"],
            "short_name": facts["bureau_short"],
            "english_name": facts["english_name"],
            "site_code": facts["site_code"],
        }
    else:
        division = next(row for row in divisions() if row.slug == slug)
        domain = division.domain
        wish = {
            "level": division.bureau_level,
            "division_code": division.code,
            "full_name": division.full_name,
            "short_name": division.bureau_short,
            "english_name": division.english_name,
            "site_code": division.site_code,
            "sort_order": division.order,
            "parent": next((row.slug for row in divisions() if row.code == division.parent), "hub"),
        }
    wish.update(changes)
    return {"facts": wish, "domain": domain, "staff": staff_wish(wish["level"]), "requested_by": "tests"}
