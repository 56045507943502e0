"""The demo network's sites with their staff."""

from __future__ import annotations

import base64
import json
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password

from deploy.launcher.files import write_json
from network.tenancy.divisions import Division, divisions, hub_facts
from network.tenancy.models import Site
from network.tenancy.opening_many import Wish, open_sites

LOGINS_FILE = "logins.json"
PROVINCE_WITH_CITIES = "440000"
PASSWORD_BYTES = 9
TOTP_BYTES = 20

STAFF = (
    ("editor", "编辑员", ["editor"], "办公室"),
    ("reviewer", "初审员", ["reviewer"], "办公室"),
    ("final", "终审员", ["final_reviewer"], "局领导"),
    ("secrecy", "保密审查员", ["secrecy_reviewer"], "保密办"),
    ("publisher", "发布员", ["publisher"], "信息中心"),
    ("watch", "值班员", ["editor", "emergency"], "值班室"),
    ("webmaster", "站点管理员", ["webmaster"], "信息中心"),
    ("security", "安全管理员", ["security_administrator"], "保密办"),
    ("auditor", "审计员", ["auditor"], "监察室"),
)
NETWORK_LEVELS = ("national", "province")


def wanted_divisions(*, with_all: bool) -> list[Division]:
    """Provinces with the cities of one of them, or with every city."""
    return [
        division
        for division in divisions()
        if division.level == "province" or with_all or division.parent == PROVINCE_WITH_CITIES
    ]


class Logins:
    """Names, passwords, second-factor keys of the demo's staff, made once per install, kept beside the data."""

    def __init__(self) -> None:
        self.path = Path(settings.STATE_DIR) / LOGINS_FILE
        self.rows: list[dict[str, str]] = []
        if self.path.exists():
            self.rows = json.loads(self.path.read_text(encoding="utf-8"))

    def staff_of(self, slug: str, short_name: str, level: str) -> list[dict[str, Any]]:
        """Staff entries of a site request; their passwords and keys go into the logins file only."""
        staff = []
        for username, name, roles, department in STAFF:
            password = secrets.token_urlsafe(PASSWORD_BYTES)
            totp_secret = base64.b32encode(secrets.token_bytes(TOTP_BYTES)).decode()
            held = [*roles, "network_manager"] if username == "webmaster" and level in NETWORK_LEVELS else roles
            staff.append(
                {
                    "username": username,
                    "name": name,
                    "department": department,
                    "roles": held,
                    "password_hash": make_password(password),
                    "totp_secret": totp_secret,
                }
            )
            self.rows.append(
                {
                    "host": f"{slug}.localhost",
                    "site": slug,
                    "site_name": short_name,
                    "role": name,
                    "username": username,
                    "password": password,
                    "totp_secret": totp_secret,
                    "url": f"http://{slug}.localhost:{settings.PUBLIC_PORT}/admin/",
                }
            )
        return staff

    def save(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # In one step: a start that is cut off here would leave a file that no later start can read.
        write_json(self.path, self.rows)


def site_facts(division: Division) -> dict[str, Any]:
    """Registry facts of a demo site. Numbers of filing are placeholders and say so."""
    parent = next((row.slug for row in divisions() if row.code == division.parent), "hub")
    return {
        "level": division.bureau_level,
        "division_code": division.code,
        "full_name": division.full_name,
        "short_name": division.bureau_short,
        "english_name": division.english_name,
        "site_code": division.site_code,
        "icp_number": f"样例ICP备{division.code}号",
        "public_security_number": f"样例公网安备{division.code}号",
        "sponsor": division.full_name,
        "contact_phone": "12315（样例）",
        "contact_address": f"{division.name}（样例地址）",
        "sort_order": division.order,
        "tile_row": division.tile_row,
        "tile_column": division.tile_column,
        "parent": parent,
    }


def hub_site_facts() -> dict[str, Any]:
    """Registry facts of the demo hub."""
    facts = hub_facts()
    return {
        "level": "national",
        "full_name": facts["full_name"],
        "short_name": facts["bureau_short"],
        "english_name": facts["english_name"],
        "site_code": facts["site_code"],
        "icp_number": "样例ICP备000000号",
        "public_security_number": "样例公网安备000000号",
        "sponsor": facts["full_name"],
        "contact_phone": "12315（样例）",
        "contact_address": "北京市（样例地址）",
        "sort_order": 0,
    }


def open_network(*, with_all: bool, report: Any) -> int:
    """Open every site of the demo that is not open yet; returns how many were opened."""
    logins = Logins()
    present = set(Site.objects.values_list("slug", flat=True))
    wanted: list[tuple[str, dict[str, Any], str]] = [("hub", hub_site_facts(), hub_facts()["domain"])]
    wanted += [
        (division.slug, site_facts(division), division.domain) for division in wanted_divisions(with_all=with_all)
    ]
    wishes = []
    for slug, facts, domain in wanted:
        if slug in present:
            continue
        logins.rows = [row for row in logins.rows if row["site"] != slug]
        staff = logins.staff_of(slug, facts["short_name"], facts["level"])
        wishes.append(Wish(slug=slug, facts=facts, domain=domain, staff=staff))
    # Before the first site is there: a start that is cut off must not leave a site that nobody can enter.
    logins.save()
    opened: list[str] = []

    def note(wish: Wish) -> None:
        opened.append(wish.slug)
        report(f"开通站点 {len(opened)}/{len(wishes)}：{wish.facts['full_name']}")

    open_sites(wishes, requested_by="demo", on_open=note)
    return len(opened)
