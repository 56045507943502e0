"""One edition to every site until placed and receipted, beside COPY of the same rows."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence

import psycopg
from django.db import connection
from psycopg import sql

from deploy.bench import copies
from deploy.bench.items import Item, dispatch, items_on_line, manager, wait_until_placed, wait_until_settled
from deploy.bench.network import Network
from deploy.bench.results import Result
from network.tenancy.contexts import in_site
from network.tenancy.models import Site

ROUNDS = 5
MOST_TIMES = 20

SITE_TABLES = {
    "wagtailcore_page": "id = {page}",
    "sites_inbox_placementpage": "page_ptr_id = {page}",
    "sites_editing_approval": "page_id = {page}",
    "wagtailcore_pagelogentry": "page_id = {page}",
    "wagtailsearch_indexentry": "object_id = {page}::text AND content_type_id = (SELECT content_type_id"
    " FROM {schema}.wagtailcore_page WHERE id = {page})",
}
"""What a delivery writes at a site, with the condition that finds it."""

DELIVERY = "network_syndication_delivery"


def measure(network: Network) -> Result:
    """Dispatch, then copy what that wrote, in turns."""
    sites = network.receivers()
    ours: list[float] = []
    reference: list[float] = []
    whole: list[float] = []
    with items_on_line(network, ROUNDS) as items:
        wait_until_settled()
        copies.prepare()
        tables = _copy_tables(sites)
        # One connection for all rounds: after the first it knows every copy, as the worker's knows every site.
        with _raw_connection() as raw:
            for item in items:
                ours.append(_dispatch(network, item, sites))
                wait_until_settled()
                rows = _read_rows(raw, item, sites)
                reference.append(_copy(raw, rows, tables))
                whole.append(_copy_whole(raw, rows))
                network.report(f"下发 {ours[-1]:.3f} 秒，COPY {reference[-1]:.3f} 秒（每表一次 {whole[-1]:.3f} 秒）")
    ratio = statistics.median(ours) / statistics.median(reference)
    return Result(
        name="fanout",
        ours=statistics.median(ours),
        reference=statistics.median(reference),
        unit="s",
        ratio=ratio,
        goal=f"within {MOST_TIMES} times",
        is_met=ratio <= MOST_TIMES,
        details={
            "sites": len(sites),
            "ours_rounds": ours,
            "reference_rounds": reference,
            "one_copy_per_table_rounds": whole,
        },
    )


def _dispatch(network: Network, item: Item, sites: Sequence[Site]) -> float:
    with in_site(network.hub):
        person = manager(network)
        began = time.perf_counter()
        dispatch(network, item, acting_user=person, sites=sites)
    wait_until_placed([item], len(sites))
    return time.perf_counter() - began


def _copy_tables(sites: Sequence[Site]) -> dict[tuple[str, str], sql.Identifier]:
    """A copy of each table of each site, by schema and table; the group's table once."""
    tables = {("public", DELIVERY): copies.copy_table("public", DELIVERY)}
    for site in sites:
        for table in SITE_TABLES:
            tables[site.schema_name, table] = copies.copy_table(
                site.schema_name, table, name=f"{table}__{site.schema_name}"
            )
    return tables


def _read_rows(raw: psycopg.Connection, item: Item, sites: Sequence[Site]) -> dict[tuple[str, str], bytes]:
    """The rows that a dispatch left, as COPY writes them."""
    rows = {}
    with raw.cursor() as cursor:
        for site in sites:
            schema = sql.Identifier(site.schema_name)
            found = cursor.execute(
                sql.SQL("SELECT page_ptr_id FROM {}.sites_inbox_placementpage WHERE content_id = %s").format(schema),
                [item.content_id],
            ).fetchone()
            assert found is not None
            for table, condition in SITE_TABLES.items():
                where = sql.SQL(condition).format(page=sql.Literal(found[0]), schema=schema)
                rows[site.schema_name, table] = _copy_out(cursor, schema, table, where)
        rows["public", DELIVERY] = _copy_out(
            cursor,
            sql.Identifier("public"),
            DELIVERY,
            sql.SQL("content_id = {}").format(sql.Literal(str(item.content_id))),
        )
    raw.commit()
    return rows


def _copy_out(cursor: psycopg.Cursor, schema: sql.Identifier, table: str, where: sql.Composed) -> bytes:
    statement = sql.SQL("COPY (SELECT * FROM {}.{} WHERE {}) TO STDOUT").format(schema, sql.Identifier(table), where)
    with cursor.copy(statement) as stream:
        text = b"".join(bytes(block) for block in stream)
    if not text:
        raise LookupError(f"The dispatch left no row in {table}.")
    return text


def _copy(
    raw: psycopg.Connection, rows: dict[tuple[str, str], bytes], tables: dict[tuple[str, str], sql.Identifier]
) -> float:
    """Seconds of one transaction with a COPY into each site's own copy of each table."""
    statements = [(sql.SQL("COPY {} FROM STDIN").format(tables[place]), text) for place, text in rows.items()]
    return _run_copies(raw, statements)


def _copy_whole(raw: psycopg.Connection, rows: dict[tuple[str, str], bytes]) -> float:
    """Seconds of one COPY per table for all sites together, into copies that no site has: a lower bound."""
    together: dict[str, list[bytes]] = {}
    for (_, table), text in rows.items():
        together.setdefault(table, []).append(text)
    names = {}
    for table in together:
        name = sql.Identifier(copies.SCHEMA, f"whole_{table}")
        source = next(schema for schema, held in rows if held == table)
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(name))
            # Keys of different sites meet here, so the copies go without uniqueness.
            cursor.execute(sql.SQL("CREATE TABLE {} (LIKE {})").format(name, sql.Identifier(source, table)))
        names[table] = name
    return _run_copies(
        raw,
        [(sql.SQL("COPY {} FROM STDIN").format(names[table]), b"".join(texts)) for table, texts in together.items()],
    )


def _run_copies(raw: psycopg.Connection, statements: Sequence[tuple[sql.Composed, bytes]]) -> float:
    with raw.cursor() as cursor:
        began = time.perf_counter()
        for statement, text in statements:
            with cursor.copy(statement) as stream:
                stream.write(text)
        raw.commit()
        return time.perf_counter() - began


def _raw_connection() -> psycopg.Connection:
    """A connection without the platform's wrapper."""
    given = connection.settings_dict
    return psycopg.connect(
        host=given["HOST"], port=given["PORT"], user=given["USER"], password=given["PASSWORD"], dbname=given["NAME"]
    )
