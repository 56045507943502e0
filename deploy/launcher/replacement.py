"""Rules for servers that the environment names instead of the embedded ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from deploy.launcher.errors import LauncherError


@dataclass(frozen=True)
class GivenServers:
    """Addresses from the environment. None: embedded; empty: switched off."""

    database: str | None
    database_admin: str | None
    elasticsearch: str | None
    redis: str | None


def given_servers(environment: Mapping[str, str]) -> GivenServers:
    """Read which servers are given. Raises LauncherError when only one of the two database URLs is."""
    database = environment.get("DATABASE_URL", "").strip() or None
    admin = environment.get("DATABASE_ADMIN_URL", "").strip() or None
    if bool(database) != bool(admin):
        present, missing, role = (
            ("DATABASE_URL", "DATABASE_ADMIN_URL", "属主角色")
            if database
            else ("DATABASE_ADMIN_URL", "DATABASE_URL", "应用角色")
        )
        raise LauncherError(
            f"设置了 {present},但没有设置 {missing}({role})。"
            f"请同时设置两个变量，例如 {missing}=postgres://用户:口令@127.0.0.1:5432/govsites；"
            "或两个都不设，使用自带的 PostgreSQL。"
        )
    elasticsearch = environment.get("ELASTICSEARCH_URL")
    redis = environment.get("REDIS_URL")
    return GivenServers(
        database=database,
        database_admin=admin,
        elasticsearch=None if elasticsearch is None else elasticsearch.strip(),
        redis=None if redis is None else redis.strip(),
    )
