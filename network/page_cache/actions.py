"""Which tables of a site move its token, with the triggers that do it."""

from __future__ import annotations

from typing import Any

from django.db import connection
from psycopg import sql

from network.page_cache.models import PageToken
from network.tenancy.api import RELATIONS_OF_SCHEMA

UNWATCHED = (
    # Accounts, sessions, second factors, locks, rights.
    "auth_%",
    "axes_%",
    "django_%",
    "otp_%",
    "sites_accounts_%",
    "wagtailusers_%",
    "wagtailcore_group%",
    "wagtailcore_apitoken",
    # Drafts, their review and history: what of them goes on line is written to the page's own tables.
    "sites_editing_decision",
    "sites_editing_dutytask",
    "sites_editing_emergencymark",
    "sites_editing_gatedtable",
    "sites_editing_publish%",
    "sites_feeds_%",
    "sites_screening_ownterm",
    "sites_importing_%",
    "sites_transfer_%",
    # Who keeps a column, what the standard tree said of it.
    "sites_upkeep_%",
    "wagtailadmin_%",
    "wagtailcore_comment%",
    "wagtailcore_modellogentry",
    "wagtailcore_pagelogentry",
    "wagtailcore_pagesubscription",
    "wagtailcore_referenceindex",
    "wagtailcore_revision",
    "wagtailcore_task%",
    "wagtailcore_uploadedfile",
    "wagtailcore_workflow%",
    "wagtailforms_%",
    "wagtailsearch_%",
)
"""What no public page shows, as patterns. Every other table of a site moves its token, a new one by itself."""

PAGE_TABLE = "wagtailcore_page"
UNSEEN_COLUMNS = (
    "draft_title",
    "expire_at",
    "expired",
    "go_live_at",
    "has_unpublished_changes",
    "latest_revision_created_at",
    "latest_revision_id",
    "live_revision_id",
    "locked",
    "locked_at",
    "locked_by_id",
    "numchild",
    "owner_id",
)
"""Columns of the page table that saving a draft writes, or that no reader sees."""

_LACKING = f"""
SELECT relation.relname FROM {RELATIONS_OF_SCHEMA}
WHERE relation.relkind = 'r'
    AND relation.relname NOT LIKE ALL(%(unwatched)s)
    AND NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = relation.oid AND tgname = 'moves_page_token')
ORDER BY relation.relname
"""

_WATCH = """
CREATE TRIGGER moves_page_token AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION public.network_site_pages_changed()
"""

_WATCH_PAGES = """
CREATE TRIGGER moves_page_token AFTER INSERT OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION public.network_site_pages_changed();
CREATE TRIGGER moves_page_token_if_seen AFTER UPDATE ON {table} REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION public.network_site_pages_edited({unseen})
"""


def watch_tables() -> None:
    """Give every table of the site that is entered its trigger, where it has none yet. Owner role."""
    schema = connection.schema_name
    with connection.cursor() as cursor:
        cursor.execute(_LACKING, {"schema": schema, "unwatched": list(UNWATCHED)})
        for (name,) in cursor.fetchall():
            table = sql.Identifier(schema, name)
            if name == PAGE_TABLE:
                unseen = sql.SQL(", ").join(map(sql.Literal, UNSEEN_COLUMNS))
                cursor.execute(sql.SQL(_WATCH_PAGES).format(table=table, unseen=unseen))
            else:
                cursor.execute(sql.SQL(_WATCH).format(table=table))


def forget_site(site: Any) -> None:
    """A removed site has no pages. Owner role."""
    PageToken.objects.filter(schema_name=site.schema_name).delete()
