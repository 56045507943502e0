"""Migration operations that hold accounts in the database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db.migrations.operations import RunSQL

SQL = Path(__file__).parent / "sql" / "duties.sql"
# Two schemas may migrate at the same time; replacing one function twice at once is an error.
LOCK = "SELECT pg_advisory_xact_lock(hashtext('sites.accounts functions'));"


class InstallAccountFunctions(RunSQL):
    """(Re)places the group-wide functions behind the triggers."""

    def __init__(self) -> None:
        super().__init__(sql=[LOCK, SQL.read_text(encoding="utf-8")], reverse_sql=RunSQL.noop)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__qualname__, [], {})


class HoldAccounts(RunSQL):
    """Keeps duties of control apart, accounts from being deleted or renamed, in one site."""

    def __init__(self) -> None:
        super().__init__(
            sql="""
            CREATE CONSTRAINT TRIGGER duties_apart AFTER INSERT OR UPDATE ON sites_accounts_staff_groups
                DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.accounts_duties_apart();
            CREATE TRIGGER account_stays BEFORE DELETE ON sites_accounts_staff
                FOR EACH ROW EXECUTE FUNCTION public.accounts_keep_person();
            CREATE TRIGGER account_keeps_its_name BEFORE UPDATE OF username ON sites_accounts_staff
                FOR EACH ROW WHEN (OLD.username IS DISTINCT FROM NEW.username)
                EXECUTE FUNCTION public.accounts_keep_person();
            """,
            reverse_sql="""
            DROP TRIGGER account_keeps_its_name ON sites_accounts_staff;
            DROP TRIGGER account_stays ON sites_accounts_staff;
            DROP TRIGGER duties_apart ON sites_accounts_staff_groups;
            """,
        )

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__qualname__, [], {})
