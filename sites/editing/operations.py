"""Migration operations that put tables behind the publish gate."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db.migrations.operations import RunSQL

FOLDER = Path(__file__).parent / "sql"
SQL, FILES_SQL, LEAVING_SQL = FOLDER / "gate.sql", FOLDER / "files.sql", FOLDER / "leaving.sql"
# Two schemas may migrate at the same time; replacing one function twice at once is an error.
LOCK = "SELECT pg_advisory_xact_lock(hashtext('sites.editing gate functions'));"
PAGE_COLUMNS = "live, title, seo_title, search_description, content_type_id, first_published_at"


RENEW = """
UPDATE sites_editing_approval AS approval
SET rows_hash = public.gate_page_hash(current_schema(), approval.page_id)
FROM kept_approvals WHERE kept_approvals.id = approval.id;
DROP TABLE kept_approvals;
"""


class NamedOperation(RunSQL):
    """An operation that a migration names without arguments: its SQL stands here."""

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__qualname__, [], {})


class InstallGateFunctions(NamedOperation):
    """(Re)places the group-wide gate functions."""

    def __init__(self) -> None:
        # Two PL/pgSQL records are read in branches only where they were assigned.
        texts = [path.read_text(encoding="utf-8") for path in (FILES_SQL, SQL, LEAVING_SQL)]
        super().__init__(sql=[LOCK, *texts], reverse_sql=RunSQL.noop)


class GatePages(NamedOperation):
    """Guards the page table; only the columns that a reader sees count, so tree moves pass."""

    def __init__(self) -> None:
        super().__init__(
            sql=f"""
            CREATE CONSTRAINT TRIGGER publish_gate AFTER INSERT OR UPDATE OF {PAGE_COLUMNS} ON wagtailcore_page
                DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.gate_check('id');
            CREATE TRIGGER publish_gate_void AFTER UPDATE OF live ON wagtailcore_page
                FOR EACH ROW WHEN (OLD.live AND NOT NEW.live) EXECUTE FUNCTION public.gate_void();
            """,
            reverse_sql="""
            DROP TRIGGER publish_gate_void ON wagtailcore_page;
            DROP TRIGGER publish_gate ON wagtailcore_page;
            """,
        )


class GatePlaces(NamedOperation):
    """Guards what makes a page this page: its key, content id, original, standing apart from the tree's root."""

    def __init__(self) -> None:
        super().__init__(
            sql="""
            CREATE CONSTRAINT TRIGGER publish_gate_alias AFTER UPDATE OF alias_of_id ON wagtailcore_page
                DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
                WHEN (NEW.live AND OLD.alias_of_id IS NOT NULL AND NEW.alias_of_id IS NULL)
                EXECUTE FUNCTION public.gate_alias();
            CREATE CONSTRAINT TRIGGER publish_gate_place
                AFTER UPDATE OF depth, url_path, alias_of_id ON wagtailcore_page
                DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
                WHEN (NEW.live AND (OLD.depth IS DISTINCT FROM NEW.depth OR (OLD.url_path = '/' AND NEW.url_path <> '/')
                    OR OLD.alias_of_id IS DISTINCT FROM NEW.alias_of_id))
                EXECUTE FUNCTION public.gate_check('id');
            CREATE TRIGGER publish_gate_identity BEFORE UPDATE OF id, translation_key ON wagtailcore_page
                FOR EACH ROW WHEN (OLD.id <> NEW.id
                    OR (OLD.live AND NEW.live AND OLD.translation_key <> NEW.translation_key))
                EXECUTE FUNCTION public.gate_identity();
            CREATE TRIGGER publish_gate_gone AFTER DELETE ON wagtailcore_page
                FOR EACH ROW EXECUTE FUNCTION public.gate_void();
            """,
            reverse_sql="""
            DROP TRIGGER publish_gate_gone ON wagtailcore_page;
            DROP TRIGGER publish_gate_identity ON wagtailcore_page;
            DROP TRIGGER publish_gate_place ON wagtailcore_page;
            DROP TRIGGER publish_gate_alias ON wagtailcore_page;
            """,
        )


class GateFiles(NamedOperation):
    """Guards the words of pictures and files, where redirects lead."""

    def __init__(self) -> None:
        super().__init__(
            sql="""
            CREATE CONSTRAINT TRIGGER publish_gate_words AFTER UPDATE OF title, alt_text ON sites_media_siteimage
                DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
                WHEN (OLD.title IS DISTINCT FROM NEW.title OR OLD.alt_text IS DISTINCT FROM NEW.alt_text)
                EXECUTE FUNCTION public.gate_words('image');
            CREATE CONSTRAINT TRIGGER publish_gate_words AFTER UPDATE OF title ON sites_media_sitedocument
                DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.title IS DISTINCT FROM NEW.title)
                EXECUTE FUNCTION public.gate_words('document');
            CREATE TRIGGER publish_gate_redirect BEFORE INSERT OR UPDATE ON wagtailredirects_redirect
                FOR EACH ROW EXECUTE FUNCTION public.gate_redirect();
            """,
            reverse_sql="""
            DROP TRIGGER publish_gate_redirect ON wagtailredirects_redirect;
            DROP TRIGGER publish_gate_words ON sites_media_sitedocument;
            DROP TRIGGER publish_gate_words ON sites_media_siteimage;
            """,
        )


class KeepApprovals(RunSQL):
    """First operation of a migration that adds columns to a gated table: notes the approvals that hold of its pages.

    New columns change what the hash is made of though nobody changed a word; ``RenewApprovals``, the last
    operation, writes the hash anew for those approvals that held before, for no others.
    """

    def __init__(self, table: str, page_column: str = "page_ptr_id") -> None:
        self.table, self.page_column = table, page_column
        super().__init__(
            sql=f"""
            CREATE TEMP TABLE kept_approvals ON COMMIT DROP AS
            SELECT approval.id FROM sites_editing_approval AS approval JOIN {table} AS held
                ON held.{page_column} = approval.page_id
            WHERE approval.voided_at IS NULL
              AND approval.rows_hash = public.gate_page_hash(current_schema(), approval.page_id);
            """,
            reverse_sql=RENEW,
        )

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__qualname__, [self.table, self.page_column], {})


class RenewApprovals(RunSQL):
    """Last operation of a migration that adds columns to a gated table."""

    def __init__(self, table: str, page_column: str = "page_ptr_id") -> None:
        self.table, self.page_column = table, page_column
        super().__init__(sql=RENEW, reverse_sql=KeepApprovals(table, page_column).sql)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__qualname__, [self.table, self.page_column], {})


class GateTable(RunSQL):
    """Guards one page-type table, or a child table with ``is_child``."""

    def __init__(self, table: str, page_column: str, is_child: bool = False) -> None:
        self.table, self.page_column, self.is_child = table, page_column, is_child
        super().__init__(
            sql=f"""
            CREATE CONSTRAINT TRIGGER publish_gate AFTER INSERT OR UPDATE OR DELETE ON {table}
                DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.gate_check('{page_column}');
            INSERT INTO sites_editing_gatedtable (table_name, page_column, is_child)
                VALUES ('{table}', '{page_column}', {str(is_child).lower()});
            """,
            reverse_sql=f"""
            DELETE FROM sites_editing_gatedtable WHERE table_name = '{table}';
            DROP TRIGGER publish_gate ON {table};
            """,
        )

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__qualname__, [self.table, self.page_column, self.is_child], {})
