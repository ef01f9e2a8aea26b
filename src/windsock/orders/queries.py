"""Every analytical query of the room: one order with all that hangs on it, batches, and the rejections of a batch."""

from __future__ import annotations

from typing import Any

from windsock.warehouse import Value, Warehouse, statement

PARTS_MAX = 500

_ORDER = "SELECT * FROM orders WHERE order_key = $key AND known_to_ms IS NULL LIMIT 1"
_VERSIONS = "SELECT known_from_ms, known_to_ms, batch_id, state, booked_amount FROM orders WHERE order_key = $key ORDER BY known_from_ms LIMIT 100"
_PARTS: dict[str, str] = {
    "lines": "SELECT * FROM order_line WHERE order_key = $key AND known_to_ms IS NULL ORDER BY line_no LIMIT 500",
    "states": "SELECT line_no, state, at_ms FROM order_state WHERE order_key = $key AND known_to_ms IS NULL ORDER BY at_ms, state LIMIT 500",
    "postings": "SELECT * FROM posting WHERE order_key = $key AND known_to_ms IS NULL ORDER BY at_ms, line_no, posting_ref LIMIT 500",
    "passengers": "SELECT pax_no, did, kind FROM passenger WHERE order_key = $key AND known_to_ms IS NULL ORDER BY pax_no LIMIT 500",
    "segments": "SELECT * FROM segment WHERE order_key = $key AND known_to_ms IS NULL ORDER BY line_no, segment_no LIMIT 500",
    "tickets": "SELECT line_no, pax_no, ticket_no, status, issued_ms, exchanged_for FROM ticket"
    " WHERE order_key = $key AND known_to_ms IS NULL ORDER BY line_no, pax_no, ticket_no LIMIT 500",
    "flags": "SELECT line_no, rule, value FROM row_flag WHERE order_key = $key AND known_to_ms IS NULL ORDER BY line_no, rule LIMIT 500",
}

_BATCHES = """
    SELECT * FROM import_batch
    WHERE $first OR started_ms < $before_ms OR (started_ms = $before_ms AND batch_id < $before_id)
    ORDER BY started_ms DESC, batch_id DESC LIMIT $most
"""
_BATCH = "SELECT * FROM import_batch WHERE batch_id = $batch LIMIT 1"
_BATCH_FLAGS = "SELECT rule, count(*) AS rows FROM row_flag WHERE batch_id = $batch AND known_to_ms IS NULL GROUP BY rule ORDER BY rule LIMIT 100"
_REJECTIONS = """
    SELECT line, column_name, reason, value, raw FROM import_rejection WHERE batch_id = $batch AND line > $after ORDER BY line LIMIT $most
"""


def order_parts(warehouse: Warehouse, key: int) -> tuple[dict[str, Any] | None, dict[str, list[dict[str, Any]]]]:
    """Return an order's header as it is held true now (None: there is none) and its parts by name, each at most 500 rows."""
    found = warehouse.query(statement(_ORDER), {"key": key}).to_pylist()
    if not found:
        return None, {}
    parts = {name: warehouse.query(statement(sql), {"key": key}).to_pylist() for name, sql in _PARTS.items()}
    parts["versions"] = warehouse.query(statement(_VERSIONS), {"key": key}).to_pylist()
    return found[0], parts


def batches(warehouse: Warehouse, most: int, before: tuple[int, str] | None) -> list[dict[str, Any]]:
    """Return batches, the newest first, that come after a place (started_ms, batch_id) in the list."""
    params: dict[str, Value] = {
        "first": before is None,
        "before_ms": before[0] if before else 0,
        "before_id": before[1] if before else "",
        "most": most,
    }
    return warehouse.query(statement(_BATCHES), params).to_pylist()


def batch(warehouse: Warehouse, batch_id: str) -> dict[str, Any] | None:
    """Return a batch, or None."""
    found = warehouse.query(statement(_BATCH), {"batch": batch_id}).to_pylist()
    return found[0] if found else None


def batch_flags(warehouse: Warehouse, batch_id: str) -> dict[str, int]:
    """Return the number of doubts of a batch by rule."""
    return {row["rule"]: int(row["rows"]) for row in warehouse.query(statement(_BATCH_FLAGS), {"batch": batch_id}).to_pylist()}


def rejections(warehouse: Warehouse, batch_id: str, most: int, after_line: int) -> list[dict[str, Any]]:
    """Return rejected rows of a batch in the order of the file."""
    return warehouse.query(statement(_REJECTIONS), {"batch": batch_id, "after": after_line, "most": most}).to_pylist()
