"""What an upgrade would do, told before it does it."""

from __future__ import annotations

import hashlib
import inspect
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.migrations import RunPython
from django.db.migrations.loader import MigrationLoader
from django_migration_linter.sql_analyser import PostgresqlAnalyser, analyse_sql_statements
from django_tenants.utils import schema_context

from network.errors import InvalidValue
from network.events import table_steps, template_steps, upgrade_steps
from network.tenancy.contexts import in_public
from network.tenancy.models import Maintenance, Site
from network.tenancy.names import TEMPLATE_SCHEMA
from network.tenancy.schema_states import SchemaState, applied_migrations, schema_states
from network.tenancy.upgrading_ledger import failures, versions

EXCEPTIONS = Path(__file__).parent / "data" / "migration_exceptions.toml"
Names = list[str]
HALF = 32
"""Characters of a version for the migrations, as many for the steps."""


@dataclass(frozen=True)
class Differences:
    """Schemas that an upgrade must work on, by reason; ``missing`` have no schema at all."""

    migrations: Names = field(default_factory=list)
    identities: Names = field(default_factory=list)
    steps: Names = field(default_factory=list)
    unfinished: Names = field(default_factory=list)
    missing: Names = field(default_factory=list)

    @property
    def pending(self) -> Names:
        """Every schema to work on, once."""
        return list(dict.fromkeys([*self.migrations, *self.identities, *self.steps, *self.unfinished]))


@dataclass(frozen=True)
class Plan:
    """Migrations per schema as ``app.name``, with the breaking ones and what makes them so."""

    public: Names
    template: Names
    sites: dict[str, Names]
    differences: Differences
    breaking: dict[str, Names]

    @property
    def is_empty(self) -> bool:
        return not (self.public or self.template or self.sites or self.differences.missing)


def steps_version() -> str:
    """Names the state of the code of all steps that every schema goes through."""
    digest = hashlib.sha256()
    for registry in (template_steps, upgrade_steps, table_steps):
        for name, step in registry.items():
            digest.update(name.encode())
            digest.update(inspect.getsource(inspect.getmodule(step) or step).encode())
    return digest.hexdigest()


def find_differences(sites: list[Site], *, version: str, wanted: SchemaState | None = None) -> Differences:
    """Compare all sites with the template."""
    states = schema_states([TEMPLATE_SCHEMA, *(site.schema_name for site in sites)])
    template = wanted or states.get(TEMPLATE_SCHEMA)
    reached, broken = versions(), failures()
    found = Differences()
    for site in sites:
        name = site.schema_name
        state = states.get(name)
        if state is None or template is None:
            found.missing.append(name)
        elif state.migrations != template.migrations:
            found.migrations.append(name)
        elif state.identities != template.identities:
            found.identities.append(name)
        elif reached.get(name) != version and name not in broken:
            found.steps.append(name)
        elif name in broken or site.maintenance == Maintenance.UPGRADE:
            found.unfinished.append(name)
    return found


def all_site_rows(slugs: tuple[str, ...] = ()) -> list[Site]:
    """The sites to look at, in official order. Raises InvalidValue for an unknown key."""
    with in_public():
        rows = list(Site.objects.order_by("sort_order", "slug"))
    unknown = set(slugs) - {site.slug for site in rows}
    if unknown:
        raise InvalidValue(f"没有站点“{'、'.join(sorted(unknown))}”，请核对站点标识。", sites=sorted(unknown))
    return [site for site in rows if not slugs or site.slug in slugs]


def disk_migrations() -> tuple[MigrationLoader, set[tuple[str, str]]]:
    """The migrations that this code knows, with their loader."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return loader, {key for key in loader.graph.nodes if key[0] in loader.migrated_apps}


def missing_migrations(schema: str, known: set[tuple[str, str]]) -> Names:
    """What the code knows and the schema has not had, as ``app.name``."""
    return sorted(f"{app}.{name}" for app, name in known - applied_migrations(schema))


def make_plan(slugs: tuple[str, ...] = ()) -> Plan:
    """Read what would happen. Writes nothing."""
    loader, known = disk_migrations()
    sites = all_site_rows(slugs)
    version = plan_version(known)
    differences = find_differences(sites, version=version)
    template = missing_migrations(TEMPLATE_SCHEMA, known)
    by_schema: dict[str, Names] = {}
    held: dict[str, Names] = {}
    states = schema_states([site.schema_name for site in sites])
    for site in sites:
        name = site.schema_name
        if name not in states:
            continue
        state = states[name].migrations
        if state not in held:
            held[state] = missing_migrations(name, known)
        if held[state] or name in differences.pending:
            by_schema[name] = held[state]
    wanted = sorted({key for keys in by_schema.values() for key in keys} | set(template))
    return Plan(
        public=missing_migrations("public", known),
        template=template,
        sites=by_schema,
        differences=differences,
        breaking=breaking_migrations(loader, wanted),
    )


def plan_version(known: set[tuple[str, str]]) -> str:
    """Names what a schema has had when it is up to date: these migrations, then these steps."""
    text = "\n".join(f"{app}.{name}" for app, name in sorted(known))
    return f"{hashlib.sha256(text.encode()).hexdigest()[:HALF]}{steps_version()[:HALF]}"


def had_steps_of(held: str, version: str) -> bool:
    """Whether a schema at ``held`` went through the steps of ``version`` already."""
    return held[HALF:] == version[HALF:]


def migration_statements(loader: MigrationLoader, key: str) -> list[str]:
    """The statements of one migration in a site, for reading. Raises InvalidValue for an unknown one."""
    app, _, name = key.partition(".")
    if (app, name) not in loader.graph.nodes:
        raise InvalidValue(f"没有迁移“{key}”，写法如“sites_pages.0002_name”。", migration=key)
    migration = loader.graph.nodes[app, name]
    is_public = app.startswith(("network_", "search", "deploy_")) or app == "themes"
    with schema_context("public" if is_public else TEMPLATE_SCHEMA):
        state = loader.project_state((app, name), at_end=False)
        with connection.schema_editor(collect_sql=True, atomic=migration.atomic) as editor:
            migration.apply(state, editor, collect_sql=True)
        return [str(statement) for statement in editor.collected_sql]


def breaking_migrations(loader: MigrationLoader, keys: Names) -> dict[str, Names]:
    """Migrations that the code before them does not survive, with the linter's reasons.

    Those named with a reason in the file of exceptions are left out.
    """
    excused = exceptions()
    found: dict[str, Names] = {}
    for key in keys:
        statements = migration_statements(loader, key)
        errors, _, _ = analyse_sql_statements(PostgresqlAnalyser, statements, sorted(excused.get(key, {})))
        reasons = [f"{error.code}: {error.message}" for error in errors]
        app, _, name = key.partition(".")
        reasons += _irreversible_data(loader.graph.nodes[app, name], excused.get(key, {}))
        if reasons:
            found[key] = reasons
    return found


def _irreversible_data(migration: Any, excused: dict[str, str]) -> Names:
    is_stuck = any(isinstance(operation, RunPython) and not operation.reversible for operation in migration.operations)
    if not is_stuck or "RUNPYTHON_REVERSIBLE" in excused:
        return []
    return ["RUNPYTHON_REVERSIBLE: a data migration cannot be taken back"]


def exceptions() -> dict[str, dict[str, str]]:
    """Migration to the linter's codes that it may break, each with the reason."""
    entries = tomllib.loads(EXCEPTIONS.read_text(encoding="utf-8")).get("exception", [])
    found: dict[str, dict[str, str]] = {}
    for entry in entries:
        found.setdefault(entry["migration"], {})[entry["code"]] = entry["reason"]
    return found
