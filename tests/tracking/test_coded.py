"""Texts that come as codes, and the ways of large chunks, change nothing of what the load does."""

from __future__ import annotations

from collections import Counter
from typing import Any
from unittest import mock

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.tracking import make
from tests.tracking.test_load import NOW, T0, ask, event, events_, tried
from windsock.kernel.seal import Seal
from windsock.tracking import COLUMNS, content, load, load_events, suppress, validate
from windsock.tracking.coded import CODED, by_value, codes_of, places, plain, whole
from windsock.tracking.model.plan import Plan, parse_plan, with_modes
from windsock.warehouse import LocalWarehouse

SEAL = Seal(bytes(32))
TABLES = ("event", "event_key", "identity", "identity_edge", "alias", "trait", "quarantine", "intake_balance", "dirty_hour", "device_clock")
PLAN = with_modes(
    parse_plan(
        {
            "events": {
                "page_view": {"aliases": ["seen"], "properties": {"a": "integer", "page": {"type": "text", "enum": ["home"]}}},
                "search": {"properties": {"a": {"type": "integer", "required": True}, "route": {"type": "text", "pattern": "[A-Z]{3}-[A-Z]{3}"}}},
            }
        }
    ),
    {"wrong_type": "quarantine", "out_of_range": "flag", "missing_property": "flag", "unknown_property": "flag", "unknown_event": "flag"},
)
TEXTS = [
    None, '{"a": 1}', '{"a": "x"}', '{"a": 1, "page": "home"}', '{"page": "away", "b": 2}', "[1]", "{", '\n {"a": 1}',
    '{"note": "4111 1111 1111 1111"}', '{"note": "a@b.cn 13812345678"}', '{"passport": "E12345678"}',
]  # fmt: skip
rows_ = st.builds(
    lambda row, more: {**row, **more},
    events_,
    st.fixed_dictionaries(
        {
            "event": st.sampled_from(["page_view", "page_view", "search", "seen", "order_placed", "nope", "bad name", "", None]),
            "properties": st.sampled_from(TEXTS),
            "route": st.sampled_from([None, "PEK-SHA", "nowhere"]),
            "channel": st.sampled_from(["web", "app"]),
            "country": st.sampled_from(["CN", None]),
            "context": st.sampled_from([None, '{"card": "4111111111111111"}', "{}"]),
            "user_agent": st.sampled_from([None, None, "Mozilla/5.0", "Googlebot/2.1"]),
            "consent": st.sampled_from([None, "analytics", ""]),
            "user_id": st.sampled_from([None, None, "u1", "u2", "11010519491231002X"]),
        }
    ),
)


def coded(rows: pa.Table) -> pa.Table:
    """Return events as a file gives them: texts as codes, in two pieces with dictionaries of their own."""
    half = rows.num_rows // 2
    columns = {
        name: pa.chunked_array([part.combine_chunks().dictionary_encode() for part in (column.slice(0, half), column.slice(half))])
        if name in CODED
        else column
        for name, column in ((name, rows.column(name)) for name in rows.column_names)
    }
    return pa.table(columns)


def kept(warehouse: LocalWarehouse, batches: list[list[dict[str, Any]]], plan: Plan | None, trust: Any, *, large: bool) -> dict[str, Any]:
    """Return what all tables hold after some batches."""
    with tried(warehouse) as tx:
        suppress.suppress(tx, SEAL, [("login", "u2")], NOW)
        reports: list[Any] = []
        for turn, batch in enumerate(batches):
            rows = make.table(batch)
            given = coded(rows) if large else rows
            reports.append(load_events(tx, "site", f"b{turn}", given, NOW, trust=trust, plan=plan, seal=SEAL))
        found = {name: Counter(tuple(row.values()) for row in ask(tx, f"SELECT * FROM {name}")) for name in TABLES}
        return {"reports": reports, **found}
    raise AssertionError


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.lists(rows_, max_size=14), min_size=1, max_size=3),
    st.sampled_from([None, PLAN]),
    st.sampled_from(["import", "server", "public"]),
    st.sampled_from([5, 1_000]),
)
@pytest.mark.slow
@example([[event(properties=text, message_id=str(place)) for place, text in enumerate([*TEXTS, *reversed(TEXTS), *TEXTS])]], PLAN, "import", 1_000)
def test_codes_and_large_chunks_store_the_same(
    warehouse: LocalWarehouse, batches: list[list[dict[str, Any]]], plan: Plan | None, trust: Any, chunk: int
) -> None:
    with mock.patch.object(load, "CHUNK", chunk):
        plainly = kept(warehouse, batches, plan, trust, large=False)
        with mock.patch.object(content, "FEW", 0), mock.patch.object(validate, "_LARGE", 0):
            assert kept(warehouse, batches, plan, trust, large=True) == plainly
            assert kept(warehouse, batches, plan, trust, large=False) == plainly


def test_a_retry_in_codes_finds_the_key_of_the_first(warehouse: LocalWarehouse) -> None:
    full = {"channel": "web", "device": "mobile", "country": "CN", "properties": '{"a": 1}'}
    rows = make.table([event(message_id=str(place), route="PEK-SHA" if place % 2 else None, **full) for place in range(6)])
    with warehouse.transaction() as tx:
        assert load_events(tx, "site", "b1", rows, NOW).stored == 6
        with mock.patch.object(content, "FEW", 0):
            assert load_events(tx, "site", "b2", coded(rows), NOW).duplicate == 6
            assert load_events(tx, "other", "b3", coded(rows), NOW).stored == 6


def test_many_columns_with_gaps_and_many_texts_give_the_same_keys(warehouse: LocalWarehouse) -> None:
    """More gaps than masks are counted by, and more texts than are laid together."""
    names = [name for name in COLUMNS.names if name in CODED and name not in {"event", "context", "user_agent", "consent", "properties", "currency"}]
    numbers = np.random.default_rng(7).integers(0, 3, (200, len(names))).tolist()
    rows = [
        event(message_id=str(turn), **{name: None if number == 0 else f"{name} {number} {turn}" for name, number in zip(names, line, strict=True)})
        for turn, line in enumerate(numbers)
    ]
    with warehouse.transaction() as tx:
        assert load_events(tx, "site", "b1", make.table(rows), NOW).stored == 200
        with mock.patch.object(content, "FEW", 0), mock.patch.object(content, "_BITS_MOST", 2):
            assert load_events(tx, "site", "b2", coded(make.table(rows)), NOW).duplicate == 200


@given(st.lists(st.integers(-5, 5) | st.integers(-(2**62), 2**62), max_size=30))
def test_places_are_those_of_unique(numbers: list[int]) -> None:
    values = np.array(numbers, np.int64)
    found, place = places(values)
    assert (found.tolist(), place.tolist()) == tuple(part.tolist() for part in np.unique(values, return_inverse=True))


@given(st.lists(st.sampled_from(["a", "b", "", None]), max_size=12), st.integers(0, 12))
def test_codes_say_what_the_texts_say(texts: list[str | None], cut: int) -> None:
    array = pa.array(texts, pa.string())
    column = pa.chunked_array([array.slice(0, cut).dictionary_encode(), array.slice(cut).dictionary_encode()])
    for one in (column, column.slice(1), pa.chunked_array([array])):
        codes, values = codes_of(one)
        assert [None if code == len(values) else values[code].as_py() for code in codes.tolist()] == one.to_pylist()
        assert plain(one).to_pylist() == whole(one).to_pylist() == one.to_pylist()
        assert by_value(one, lambda some: some).to_pylist() == one.to_pylist()


def test_a_column_whose_values_stand_at_other_places_is_made_plain(warehouse: LocalWarehouse) -> None:
    rows = make.table([event(message_id="1", anonymous_id="a1"), event(message_id="2", anonymous_id="a2")])
    odd = rows.set_column(rows.column_names.index("anonymous_id"), "anonymous_id", rows.column("anonymous_id").dictionary_encode())
    with warehouse.transaction() as tx:
        assert load_events(tx, "site", "b1", odd, NOW).stored == 2
        assert load_events(tx, "site", "b2", rows, NOW).duplicate == 2


@pytest.mark.parametrize("wrong", [pa.array([1]), pa.array([b"x"])])
def test_rows_that_are_the_same_throughout_are_told_once(warehouse: LocalWarehouse, wrong: pa.Array) -> None:
    with warehouse.transaction() as tx:
        tx.append("device_clock", pa.table({"device": ["d"], "offset_ms": [5]}), {"source": "site", "day": None, "until_ms": None})
        assert ask(tx, "SELECT * FROM device_clock") == [{"source": "site", "device": "d", "day": None, "offset_ms": 5, "until_ms": None}]
        with pytest.raises(Exception, match="lack or have too many"):
            tx.append("device_clock", pa.table({"device": wrong}), {"device": "d"})
    assert T0
