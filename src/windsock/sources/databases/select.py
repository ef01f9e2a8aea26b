"""Make the one statement that reads: checked as a syntax tree to be one SELECT that changes nothing, written anew from the tree."""

from __future__ import annotations

import re
from decimal import Decimal

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from windsock.kernel.errors import InvalidInput
from windsock.sources.databases.model import Ask, moved_back

TEXT_MAX = 20_000
_CHANGES = (
    exp.Insert, exp.Update, exp.Delete, exp.Merge, exp.Create, exp.Drop, exp.Alter, exp.Command, exp.Set, exp.Into, exp.Lock, exp.Copy,
    exp.Attach, exp.Detach, exp.Pragma, exp.Use, exp.Transaction, exp.Commit, exp.Rollback, exp.TruncateTable, exp.Kill, exp.LoadData,
)  # fmt: skip
_RISKY = re.compile(
    r"pg_read_\w*|pg_ls_\w*|pg_stat_file|lo_\w+|dblink\w*|pg_sleep\w*|sleep|benchmark|load_file|nextval|setval|set_config|pg_terminate_backend|"
    r"pg_cancel_backend|query_to_xml\w*|read_\w+|parquet_scan|sqlite_scan|postgres_scan|mysql_scan|glob|load_extension|writefile|readfile|getenv",
    re.IGNORECASE,
)


def statement_of(ask: Ask, dialect: str, cursor: str | None, most: int) -> str:
    """Return the text of the statement.

    Args:
        ask: what to read.
        dialect: of the database.
        cursor: up to where it was read, or None.
        most: most rows.

    Raises:
        InvalidInput: it is not one SELECT, or it does more than read.
    """
    query = _query(ask, dialect)
    rows = exp.select("*").from_(query.subquery("windsock_rows"))
    if ask.cursor_column:
        column = exp.column(exp.to_identifier(ask.cursor_column, quoted=True))
        if cursor is not None:
            rows = rows.where(exp.GTE(this=column.copy(), expression=_since(cursor, ask.overlap)))
        rows = rows.order_by(column)
    return rows.limit(most).sql(dialect=dialect)


def _since(cursor: str, overlap: int) -> exp.Expr:
    sort, text = moved_back(cursor, overlap)
    return exp.Literal.number(format(Decimal(text), "f")) if sort == "n" else exp.Literal.string(text)


def _query(ask: Ask, dialect: str) -> exp.Query:
    if bool(ask.table.strip()) == bool(ask.select.strip()):
        raise InvalidInput("Either a table or a SELECT is needed.", where="query", fix="Name a table, or write one SELECT.")
    if ask.table.strip():
        parts = [part.strip().strip('"`') for part in ask.table.strip().split(".")]
        if not 1 <= len(parts) <= 3 or not all(parts) or len(ask.table) > 200:
            raise InvalidInput("That is no name of a table.", where="table", fix="Write table, or schema.table.")
        table = exp.Table(this=exp.to_identifier(parts[-1], quoted=True))
        for place, name in zip(("db", "catalog"), reversed(parts[:-1]), strict=False):
            table.set(place, exp.to_identifier(name, quoted=True))
        return exp.select("*").from_(table)
    return checked(ask.select, dialect)


def checked(text: str, dialect: str) -> exp.Query:
    """Return a SELECT as a tree.

    Raises:
        InvalidInput: it is none, more than one, or does more than read.
    """
    if len(text) > TEXT_MAX:
        raise InvalidInput("The SELECT is too long.", where="select", fix=f"Use at most {TEXT_MAX:,} characters, or a view.")
    try:
        trees = [tree for tree in sqlglot.parse(text, read=dialect) if tree is not None]
    except (SqlglotError, RecursionError) as error:
        raise InvalidInput("The SELECT cannot be read.", where="select", fix=str(error).splitlines()[0][:200]) from None
    if len(trees) != 1 or not isinstance(trees[0], exp.Query):
        raise InvalidInput("One SELECT is needed.", where="select", fix="Write a single SELECT statement, without anything before or behind it.")
    for node in trees[0].walk():
        if isinstance(node, _CHANGES):
            raise InvalidInput("The statement does more than read.", where=f"select: {type(node).__name__.upper()}", fix="Write a SELECT only.")
        name = node.name if isinstance(node, exp.Anonymous) else node.sql_name() if isinstance(node, exp.Func) else ""
        if name and _RISKY.fullmatch(name):
            raise InvalidInput(f"The function '{name[:40]}' reaches beyond the tables.", where="select", fix="Leave it out, or make a view of it.")
        if isinstance(node, exp.Table) and not node.name:
            raise InvalidInput("Only tables and views can be read.", where="select", fix="Name tables after FROM.")
    return trees[0]
