"""Finding what stands in one schema at a cost that does not grow with the number of sites."""

from __future__ import annotations

RELATIONS_OF_SCHEMA = """pg_depend AS held JOIN pg_class AS relation
    ON relation.oid = held.objid AND held.classid = 'pg_class'::regclass
    AND held.refclassid = 'pg_namespace'::regclass
    AND held.refobjid = (SELECT oid FROM pg_namespace WHERE nspname = %(schema)s)"""
"""For FROM: ``relation`` are the rows of pg_class in ``%(schema)s``, through the dependencies of the schema.

pg_class has no index by schema; asked by it, each site would read the catalogue of all.
"""
