"""Rows inside a row (``{'t': ..., 'v': ...}``): which fields a column of them has, as other engines know fields by their place."""

from __future__ import annotations

from sqlglot import exp

from windsock.warehouse.engines.refuse import refuse


def fields_of(node: exp.Expr, engine: str) -> list[str]:
    """Return the names of the fields of an expression, in order, as its type says.

    Raises:
        NotAvailable: nobody knows.
    """
    found = node.type
    if found is None or found.this != exp.DType.STRUCT or not found.expressions:
        refuse(engine, f"A field of {node.sql(dialect='duckdb')[:60]}")
    return [one.name for one in found.expressions]
