"""Load orders: set-based, in the caller's transaction, versioned, so that the same again changes nothing.

A producer (a mapped file, the demo) gives flat lines that carry their order's header too. The loader gives each (source, order_ref) its dense
``order_key``, compares the content with what is held true, closes what changed and adds the new version with everything that hangs on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from windsock.kernel.errors import Broken
from windsock.orders import load_sql as text
from windsock.orders.model import LoadReport
from windsock.warehouse import schema, statement

if TYPE_CHECKING:
    from collections.abc import Mapping

    from windsock.orders.model import Batch
    from windsock.warehouse import Transaction

_KNOWN = ("known_from_ms", "known_to_ms")
_HEADER = (
    ("order_ref", pa.string()),
    ("row_hash", pa.string()),
    ("source_line", pa.int64()),
    ("state", pa.string()),
    ("paid_ms", pa.int64()),
    ("ticketed_ms", pa.int64()),
    ("changed_ms", pa.int64()),
    ("refunded_ms", pa.int64()),
    ("travelled_ms", pa.int64()),
    ("member_no", pa.string()),
    ("split_from", pa.string()),
    ("attributes", pa.string()),
)


def _fields(table: str, *without: str) -> list[tuple[str, pa.DataType]]:
    skip = {"order_key", *_KNOWN, *without}
    return [(field.name, field.type) for field in schema.BY_NAME[table].arrow() if field.name not in skip]


def _facts(table: str) -> pa.Schema:
    return pa.schema([("order_ref", pa.string()), *_fields(table)])


LINES: pa.Schema = pa.schema([*_HEADER, *_fields("order_line", "source")])
CHILDREN: dict[str, pa.Schema] = {name: _facts(name) for name in ("posting", "order_state", "passenger", "segment", "ticket")}
REQUIRED: dict[str, tuple[str, ...]] = {
    "order_line": ("order_ref", "line_no", "kind", "booked_ms", "booked_date", "currency", "booked_amount"),
    "posting": ("order_ref", "line_no", "at_ms", "at_date", "amount", "take_amount", "currency"),
    "order_state": ("order_ref", "state", "at_ms"),
    "passenger": ("order_ref", "pax_no"),
    "segment": ("order_ref", "line_no", "segment_no"),
    "ticket": ("order_ref", "ticket_no"),
}


@dataclass(frozen=True)
class OrderFacts:
    """Orders as a producer gives them: columns of the warehouse's tables, with ``order_ref`` in the place of ``order_key``.

    Attributes:
        lines: columns of ``LINES``; order_ref, line_no, kind, booked_ms, booked_date, currency and booked_amount must be there, what is
            missing else is NULL. All lines of an order come in one call. ``row_hash`` covers everything that the producer tells of the line and
            what hangs on it; where it is NULL the hash of the line itself is taken.
        postings: money paid or given back; ``at_date`` is the civil date of ``at_ms`` in the workspace's zone.
        states: states reached; when not given they are taken from the header's clocks.
        passengers: travellers.
        segments: flight segments.
        tickets: electronic tickets.
    """

    lines: pa.Table
    postings: pa.Table | None = None
    states: pa.Table | None = None
    passengers: pa.Table | None = None
    segments: pa.Table | None = None
    tickets: pa.Table | None = None


def conform(rows: pa.Table, wanted: pa.Schema, table: str) -> pa.Table:
    """Return rows with exactly the wanted columns: missing ones NULL, types cast.

    Raises:
        Broken: a column that nobody knows, a required one missing, or a value that does not fit its type.
    """
    unknown = sorted(set(rows.column_names) - set(wanted.names))
    missing = sorted(set(REQUIRED[table]) - set(rows.column_names))
    if unknown or missing:
        raise Broken(
            f"Rows for '{table}' have unknown or lack required columns.", where=f"unknown: {', '.join(unknown)}; lacking: {', '.join(missing)}"
        )
    arrays = [rows[field.name] if field.name in rows.column_names else pa.nulls(rows.num_rows, field.type) for field in wanted]
    try:
        return pa.Table.from_arrays(arrays, names=wanted.names).cast(wanted)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError) as error:
        raise Broken(f"Rows for '{table}' do not have its types.", where=str(error)[:300]) from error


def load_orders(tx: Transaction, batch: Batch, facts: OrderFacts) -> LoadReport:
    """Load orders with all that hangs on them, in the caller's transaction.

    Args:
        tx: the transaction; nothing is visible before it commits.
        batch: name, source and instant of the load.
        facts: the orders; a producer of many calls this with some 100,000 lines at a time, all lines of an order in one call.

    Returns:
        How many orders were new, changed or known. Orders whose content is held true already change nothing.

    Raises:
        Broken: columns or types are not those of ``OrderFacts``.
    """
    if facts.lines.num_rows == 0:
        return LoadReport(flags={})
    tx.stage("stage_given_lines", conform(facts.lines, LINES, "order_line"))
    tx.execute(statement(text.TAKE_LINES))
    children = {
        "posting": facts.postings,
        "order_state": facts.states,
        "passenger": facts.passengers,
        "segment": facts.segments,
        "ticket": facts.tickets,
    }
    staged: list[str] = []
    for name, rows in children.items():
        if rows is not None:
            tx.stage(f"stage_{name}", conform(rows, CHILDREN[name], name))
            staged.append(name)
    return load_staged(tx, batch, staged)


def run_statement(tx: Transaction, sql: str, params: Mapping[str, Any]) -> int:
    """Run a fixed statement with those of the values that it names; returns the rows touched."""
    asked = statement(sql)
    return tx.execute(asked, {name: value for name, value in params.items() if name in asked.names})


def load_staged(tx: Transaction, batch: Batch, children: list[str]) -> LoadReport:
    """Load what stands in ``stage_lines`` (columns of ``LINES``) and ``stage_<child>`` of this transaction."""
    params: dict[str, Any] = {"source": batch.source, "now": batch.now_ms, "batch": batch.batch_id}

    def run(sql: str) -> int:
        return run_statement(tx, sql, params)

    run(text.hash_bare_lines(LINES.names))
    several = tx.query(statement(text.HAS_LINES)).to_pylist()[0]["lines"]
    run(text.PLAN if several else text.PLAN_OF_ONE_LINE)
    report = _counts(tx)
    if report["changed"]:
        run(text.CARRY_CLOCKS)
        for table in text.CLOSED:
            run(text.CLOSE.format(table=table))
    if report["new"] or report["changed"]:
        if run(text.ADD_ORDERS) != report["new"] + report["changed"]:
            raise Broken("Two lines of one order bear the same number.", where=f"source {batch.source}", fix="Number the lines of an order from 1.")
        for sql in (text.ADD_LINES, text.ADD_NIGHTS, text.ADD_FLIGHT_DATES):
            run(sql)
        for child in children:
            run(text.add_child(child, [name for name in CHILDREN[child].names if name != "order_ref"]))
        if "order_state" not in children:
            run(text.ADD_STATES)
    flags = _flags(tx, params)
    return LoadReport(report["new"], report["changed"], report["known"], report["lines"], flags)


def _counts(tx: Transaction) -> dict[str, int]:
    found = {"new": 0, "changed": 0, "known": 0, "lines": 0}
    for row in tx.query(statement(text.COUNT_PLAN)).to_pylist():
        found[row["action"]] = int(row["orders"])
        found["lines"] += int(row["lines"]) if row["action"] != "known" else 0
    return found


def _flags(tx: Transaction, params: Mapping[str, Any]) -> dict[str, int]:
    tx.execute(statement(text.DOUBTS))
    tx.execute(statement(text.ADD_FLAGS), {"batch": params["batch"]})
    return {str(row["rule"]): int(row["rows"]) for row in tx.query(statement(text.COUNT_FLAGS)).to_pylist()}
