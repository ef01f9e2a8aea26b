"""Ids get dense numbers, once."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlglot import parse_one

from windsock.identity import NAMESPACES, assign_dids, normalise
from windsock.identity.assign import _cleaned
from windsock.kernel.errors import Broken, InvalidInput
from windsock.warehouse import LocalWarehouse

ALL = parse_one("SELECT did, namespace, id, first_ms, known_from_ms FROM identity ORDER BY did", read="duckdb")


def assign(
    warehouse: LocalWarehouse, namespace: str, ids: list[str | None], times: list[int | None] | None = None, now_ms: int = 1000
) -> list[int | None]:
    with warehouse.transaction() as tx:
        return assign_dids(tx, namespace, pa.array(ids, pa.string()), pa.array(times or [None] * len(ids), pa.int64()), now_ms).to_pylist()


def test_dids_are_dense_in_order_of_appearance_and_stay(warehouse: LocalWarehouse) -> None:
    assert assign(warehouse, "anon", ["b", None, "a", "b", "null", "", "c"]) == [1, None, 2, 1, None, None, 3]
    assert assign(warehouse, "anon", ["d", "a", "b"]) == [4, 2, 1]
    assert assign(warehouse, "login", ["a"]) == [5]
    assert [(row["did"], row["namespace"], row["id"]) for row in warehouse.query(ALL).to_pylist()] == [
        (1, "anon", "b"), (2, "anon", "a"), (3, "anon", "c"), (4, "anon", "d"), (5, "login", "a"),
    ]  # fmt: skip


def test_ids_that_clean_to_one_text_are_one_id(warehouse: LocalWarehouse) -> None:
    assert assign(warehouse, "email", ["Li@Example.com", " li@example.com ", "ｌｉ@example.com", "guest@example.com", "no address"]) == [
        1,
        1,
        1,
        None,
        None,
    ]
    assert assign(warehouse, "phone", ["138 1234 5678", "+86-138-1234-5678", "008613812345678", "１３８１２３４５６７８", "000"]) == [
        2,
        2,
        2,
        2,
        None,
    ]


def test_the_first_sighting_is_the_earliest_even_when_it_comes_late(warehouse: LocalWarehouse) -> None:
    assign(warehouse, "anon", ["a", "a", "b"], [50, 40, None], now_ms=99)
    assign(warehouse, "anon", ["a", "b"], [10, 500], now_ms=200)
    assert [(row["id"], row["first_ms"], row["known_from_ms"]) for row in warehouse.query(ALL).to_pylist()] == [("a", 10, 99), ("b", 99, 99)]


def test_nothing_is_kept_of_a_transaction_that_fails(warehouse: LocalWarehouse) -> None:
    def fail() -> None:
        with warehouse.transaction() as tx:
            assign_dids(tx, "anon", pa.array(["a"]), pa.array([1]), 1)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert warehouse.query(ALL).num_rows == 0


def test_an_unknown_namespace_is_refused_and_chunks_and_emptiness_are_not(warehouse: LocalWarehouse) -> None:
    with pytest.raises(InvalidInput, match="no namespace 'shoe'"):
        assign(warehouse, "shoe", ["a"])
    with pytest.raises(Broken, match="2 ids came with 1 times"), warehouse.transaction() as tx:
        assign_dids(tx, "anon", pa.array(["a", "b"]), pa.array([1]), 1)
    with warehouse.transaction() as tx:
        assert assign_dids(tx, "anon", pa.array([], pa.string()), pa.array([], pa.int64()), 1).to_pylist() == []
        chunks = pa.chunked_array([["a", "b"], ["b", None]])
        assert assign_dids(tx, "anon", chunks, pa.chunked_array([[1, 2], [3, 4]]), 1).to_pylist() == [1, 2, 2, None]


texts = st.one_of(
    st.text(max_size=20), st.sampled_from(["null", "NaN", "0-0", "--", "erased:4", "a" * 255, "a" * 256, " a", "a\x1f", "a b", "ｎｕｌｌ", "a\n"])
)


@given(st.sampled_from(NAMESPACES), st.lists(texts, max_size=8))
@example("anon", ["a\n", "null", "b"])
@example(
    "login", ["NULL", "0-0", "--", "erased:4", "Guest", "guests", "test", "Erased:4", "+8613800138000", "[object object]", "a" * 256, "n/A", "x"]
)
def test_a_column_is_cleaned_as_each_id_is(namespace: str, ids: list[str]) -> None:
    assert _cleaned(namespace, pa.array(ids, pa.string())).to_pylist() == [normalise(namespace, text) for text in ids]
