"""The ledger of edges takes each piece of evidence once."""

from __future__ import annotations

import pyarrow as pa
import pytest
from sqlglot import parse_one

from windsock.identity import add_edges
from windsock.kernel.errors import InvalidInput
from windsock.warehouse import LocalWarehouse

ALL = parse_one("SELECT * FROM identity_edge ORDER BY edge_id", read="duckdb")
Row = tuple[int | None, int | None, str, int | None]


def add(warehouse: LocalWarehouse, *rows: Row, source: str = "s", now_ms: int = 9) -> list[int]:
    columns = {
        "did_a": [row[0] for row in rows],
        "did_b": [row[1] for row in rows],
        "kind": [row[2] for row in rows],
        "evidence_ms": [row[3] for row in rows],
    }
    table = pa.table(
        {
            **{name: pa.array(values, pa.string() if name == "kind" else pa.int64()) for name, values in columns.items()},
            "source": [source] * len(rows),
        }
    )
    with warehouse.transaction() as tx:
        return sorted(add_edges(tx, table, now_ms).to_pylist())


def test_pairs_are_ordered_deduplicated_and_empty_evidence_is_passed_over(warehouse: LocalWarehouse) -> None:
    assert add(warehouse, (5, 2, "login", 70), (2, 5, "login", 60), (None, 2, "login", 1), (3, 3, "login", 1), (2, 7, "email", None)) == [2, 5, 7]
    kept = [
        (row["edge_id"], row["did_a"], row["did_b"], row["kind"], row["priority"], row["evidence_ms"]) for row in warehouse.query(ALL).to_pylist()
    ]
    assert kept == [(1, 2, 7, "email", 30, 9), (2, 2, 5, "login", 10, 60)]


def test_known_evidence_touches_nobody_but_an_earlier_sighting_does(warehouse: LocalWarehouse) -> None:
    add(warehouse, (1, 2, "login", 50))
    assert add(warehouse, (1, 2, "login", 50), (2, 1, "login", 80)) == []
    assert add(warehouse, (1, 2, "login", 40)) == [1, 2]
    assert add(warehouse, (1, 2, "login", 45)) == []
    assert add(warehouse, (1, 2, "login", 45), source="other") == [1, 2]
    assert [row["evidence_ms"] for row in warehouse.query(ALL).to_pylist()] == [50, 40, 45]


def test_an_unknown_kind_is_refused(warehouse: LocalWarehouse) -> None:
    with pytest.raises(InvalidInput, match="no kind of evidence 'smell'"):
        add(warehouse, (1, 2, "smell", 1))
    assert warehouse.query(ALL).num_rows == 0
