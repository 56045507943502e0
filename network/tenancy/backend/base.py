"""django-tenants' PostgreSQL backend without its two traps.

A failed ``SET search_path`` raises instead of running the next statement on the old path
(unless the transaction is broken already), since the statement would reach another site. The
content type cache is kept across switches: ids are equal in every schema, which a deploy check
holds, and clearing it on every request would cost a query and a race between threads. After a
number of distinct schemas the connection is given up, because a PostgreSQL backend keeps the
catalogue of every schema it saw. What runs on commit runs in the schema in which it was asked for,
whatever is entered by then: a deleted file must be the own one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.postgresql.operations import DatabaseOperations
from django_tenants.postgresql_backend import base as tenants_base
from django_tenants.utils import get_public_schema_name, quote_schema_name
from psycopg.pq import TransactionStatus

RECYCLE_AFTER_SCHEMAS = 60
ONLY_WHEN_ASKED = 2**31
MOST_PLANS = 20
"""Kept by one connection at a time."""


def search_path_of(schema: str) -> str:
    """The search path of a site as PostgreSQL writes it."""
    return ",".join(quote_schema_name(name) for name in (schema, get_public_schema_name()))


class PlannedCursor(ServerBindingCursor):
    """Binds on the server, which keeps the plan."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        return super().execute(query, params, **{**options, "prepare": True})  # type: ignore[misc]  # defined at run time


class Operations(DatabaseOperations):
    """As PostgreSQL's, where a statement is told whose plan was kept: psycopg has no text of it with its values."""

    def last_executed_query(self, cursor: Any, sql: Any, params: Any) -> str:
        return super().last_executed_query(cursor, sql, params) or str(sql)


class DatabaseWrapper(tenants_base.DatabaseWrapper):
    """The wrapper that Django opens connections with."""

    ops_class = Operations
    _setting_search_path: bool
    _is_planning = False
    _path_of: str = ""
    """Schema whose search path a statement left on the raw connection; empty when that is not known."""

    @property
    def schemas_seen(self) -> set[str]:
        """Schemas that the raw connection in use has served; kept on it, as the pool hands it around."""
        seen = getattr(self.connection, "govsites_schemas_seen", None)
        if seen is None:
            seen = set()
            self.connection.govsites_schemas_seen = seen
        return seen

    def set_tenant(self, tenant: Any, include_public: bool = True) -> None:
        self.tenant = tenant
        self.schema_name = tenant.schema_name
        self.include_public_schema = include_public
        self.set_settings_schema(self.schema_name)
        self.search_path_set_schemas = None

    def path_was_set(self, schema: str) -> None:
        """A statement that succeeded just now set ``search_path_of(schema)``: switching to that site costs none."""
        self._path_of = schema
        if schema != self.schema_name:
            self.search_path_set_schemas = None

    def _handle_search_path(self, cursor: Any = None) -> None:
        if self._setting_search_path:
            return
        if self.search_path_set_schemas is None:
            if self._path_of == self.schema_name and self.include_public_schema:
                self.search_path_set_schemas = self._get_cursor_search_paths()
            self._path_of = ""
        super()._handle_search_path(cursor)
        if self._setting_search_path:
            return
        if self.search_path_set_schemas is not None:
            self.schemas_seen.add(self.schema_name)
            return
        if self.connection is None:
            return
        if self.connection.info.transaction_status == TransactionStatus.INERROR:
            return
        raise DatabaseError(f"The search path could not be set to '{self.schema_name}'; the statement was not run.")

    @contextmanager
    def unswitched_cursor(self) -> Iterator[Any]:
        """A cursor on whatever search path the connection was left with: for statements that name every schema."""
        outer = self._setting_search_path
        self._setting_search_path = True
        try:
            with self.cursor() as cursor:
                yield cursor
        finally:
            self._setting_search_path = outer

    @contextmanager
    def planning_cursor(self) -> Iterator[Any]:
        """A cursor whose statements PostgreSQL plans once in a connection, not each time.

        For the few that take longer to plan than to run. They must name the type of each result: a plan is kept
        across sites and upgrades, and PostgreSQL refuses one whose result changed.
        """
        if self.connection is None or not (self._setting_search_path or self.search_path_set_schemas):
            with self.cursor():  # connects, switches to the site: of these statements no plan is kept
                pass
        outer = self._is_planning
        self._is_planning = True
        try:
            made = self.cursor()
        finally:
            self._is_planning = outer
        with made as cursor:
            yield cursor

    def create_cursor(self, name: str | None = None) -> Any:
        if not self._is_planning:
            return super().create_cursor(name)
        if self.connection.prepare_threshold is None:  # Django's word for: keep no plan at all
            self.connection.prepare_threshold, self.connection.prepared_max = ONLY_WHEN_ASKED, MOST_PLANS
        return PlannedCursor(self.connection)  # type: ignore[call-arg]  # as above

    @contextmanager
    def unswitched_planning_cursor(self) -> Iterator[Any]:
        """Both: for the statement that every request begins with."""
        with self.unswitched_cursor(), self.planning_cursor() as cursor:
            yield cursor

    def rollback(self) -> None:
        self._path_of = ""
        super().rollback()

    def savepoint_rollback(self, sid: str) -> None:
        self._path_of = ""
        super().savepoint_rollback(sid)

    def on_commit(self, func: Callable[[], object], robust: bool = False) -> None:
        tenant = self.tenant

        @wraps(func)  # whoever looks through the waiting hooks finds the function itself
        def in_the_schema_of_the_call() -> None:
            entered = self.tenant
            if entered.schema_name == tenant.schema_name:
                func()
                return
            self.set_tenant(tenant)
            try:
                func()
            finally:
                self.set_tenant(entered)

        super().on_commit(in_the_schema_of_the_call, robust)

    def retire(self) -> None:
        """Give up the raw connection with all that its backend remembers; within a transaction nothing happens.

        For whoever opened a site: a backend goes through every table that it made at each later change of
        structure, the three hundredth site took it four times as long as the first.
        """
        if self.connection is not None and not self.in_atomic_block:
            # Closing the raw connection makes the pool replace it instead of keeping it.
            self.connection.close()
            super().close()

    def close(self) -> None:
        limit = getattr(settings, "TENANT_SCHEMAS_PER_CONNECTION", RECYCLE_AFTER_SCHEMAS)
        if self.connection is not None and len(self.schemas_seen) > limit:
            self.retire()
        self._path_of = ""
        super().close()
