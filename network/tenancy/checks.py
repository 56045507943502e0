"""System checks of the tenancy layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from network.tenancy.agreement import disagreements


@register(Tags.models)
def check_apps_are_on_one_side(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """No app may be listed on both schema sides: the search path would answer from public."""
    both = sorted(set(settings.SHARED_APPS) & set(settings.TENANT_APPS))
    return [
        Error(
            f"App '{name}' is listed in SHARED_APPS and in TENANT_APPS.",
            hint="List it once: group-wide tables in SHARED_APPS, tables of one site in TENANT_APPS.",
            id="network_tenancy.E001",
        )
        for name in both
    ]


@register(Tags.caches)
def check_caches_carry_the_site(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Every cache alias but 'shared' must put the schema into its keys."""
    return [
        Error(
            f"Cache '{alias}' has no tenant-aware KEY_FUNCTION.",
            hint="Set KEY_FUNCTION to 'django_tenants.cache.make_key'.",
            id="network_tenancy.E002",
        )
        for alias, options in settings.CACHES.items()
        if alias != "shared" and options.get("KEY_FUNCTION") != "django_tenants.cache.make_key"
    ]


@register(Tags.compatibility)
def check_sabotage_stays_in_the_demo(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A sabotage named outside the demo profile stops the start."""
    if settings.SABOTAGE and settings.PROFILE != "demo":
        return [
            Error(
                f"GOVSITES_SABOTAGE names {settings.SABOTAGE} in profile '{settings.PROFILE}'.",
                hint="Unset GOVSITES_SABOTAGE; sabotages exist for the demo's self-check only.",
                id="network_tenancy.E003",
            )
        ]
    return []


@register(Tags.database)
def check_schemas_agree(
    app_configs: Any, *, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Every site has its schema, with the template's content type ids; ``check --database default`` runs it.

    Ids are written into revisions, permissions, log entries, and kept by processes across sites.
    """
    if "default" not in (databases or ()):
        return []
    missing, differing = disagreements()
    return [
        *(
            Error(
                f"Site '{schema_name}' has no schema.",
                hint=f"Restore its backup, or open it: manage.py provision_site {schema_name}.",
                id="network_tenancy.E005",
            )
            for schema_name in missing
        ),
        *(
            Error(
                f"Content types of schema '{schema_name}' differ from the template's: {rows}.",
                hint="Restore the schema before it serves, then run manage.py migrate_network.",
                id="network_tenancy.E004",
            )
            for schema_name, rows in differing.items()
        ),
    ]
