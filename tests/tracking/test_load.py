"""Events are stored once, at their time, under their person; the rest is kept apart; and the counts balance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from unittest import mock

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlglot import parse_one

from tests.tracking import make
from windsock.kernel.errors import Broken, InvalidInput
from windsock.tracking import chunk, load, load_events
from windsock.warehouse import LocalWarehouse, Transaction, Warehouse

event, table, T0 = make.event, make.table, make.T0
NOW = T0 + 10 * 86_400_000


def ask(warehouse: Warehouse | LocalWarehouse | Transaction, sql: str) -> list[dict[str, Any]]:
    return warehouse.query(parse_one(sql, read="duckdb")).to_pylist()


def take(warehouse: LocalWarehouse, *events: dict[str, Any], source: str = "site", batch: str = "b1", **more: Any) -> Any:
    with warehouse.transaction() as tx:
        return load_events(tx, source, batch, table(list(events)), NOW, **more)


class _Undo(Exception):
    """Ends a transaction without keeping anything."""


@contextmanager
def tried(warehouse: LocalWarehouse) -> Iterator[Transaction]:
    with suppress(_Undo), warehouse.transaction() as tx:
        yield tx
        raise _Undo


near = st.integers(-3, 3).map(lambda step: T0 + step * 100_000)
clocks = st.one_of(
    near, st.none(), st.sampled_from([0, 2**63 - 1, -(2**63), T0 + 40 * 365 * 86_400_000, T0 - 7_200_000, T0 + 7_200_000, T0 + 400_000])
)
events_ = st.builds(
    event,
    message_id=st.sampled_from(["m1", "m2", None]),
    anonymous_id=st.sampled_from(["a1", "a2", " a1", "null", None]),
    user_id=st.sampled_from([None, None, "u1", "u2"]),
    device_id=st.sampled_from([None, None, "d1"]),
    event=st.sampled_from(["page_view", "page_view", "search", "order_placed", "login", "nope", "bad name", "", None]),
    client_ms=clocks,
    sent_ms=st.one_of(st.none(), clocks),
    received_ms=st.one_of(near, st.none(), st.sampled_from([2**62, -5])),
    order_ref=st.sampled_from([None, "o1"]),
    price=st.sampled_from([None, None, 1, -1]),
    currency=st.sampled_from([None, "CNY", "yuan"]),
    bot=st.sampled_from([None, True, False]),
    properties=st.sampled_from([None, None, '{"a": 1}', '\n {"a": 1}', "[1]", "{"]),
    type=st.sampled_from([None, "track", "undecodable"]),
    previous_id=st.sampled_from([None, None, "a2"]),
    traits=st.sampled_from([None, None, None, '{"email": "A@x.cn", "age": 3}', '{"mobile": "13812345678", "vip": null, "email": "0"}', "[]"]),
    trait_op=st.sampled_from([None, None, "set", "set_once", "append", "unset", "delete"]),
    other_ids=st.sampled_from([None, None, None, '[["unionid", "U1"], ["mobile", "13812345678"]]', '[["anon", "a2"], ["shoe", "1"]]', "{}"]),
    unbind=st.sampled_from([None, None, False, True]),
    signed=st.sampled_from([None, None, True]),
    size=st.sampled_from([None, 100, 40_000]),
)


def said_bots(rows: pa.Table) -> pa.Array:
    """Believe only what events say of themselves, as the slow telling does."""
    return pc.fill_null(rows.column("bot"), fill_value=False).combine_chunks()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(events_, max_size=12), min_size=1, max_size=3), st.sampled_from(["import", "server", "public"]))
def test_the_load_does_what_the_slow_telling_says(warehouse: LocalWarehouse, batches: list[list[dict[str, Any]]], trust: Any) -> None:
    world = make.World()
    stored: list[tuple[Any, ...]] = []
    minutes: Counter[tuple[int, str]] = Counter()
    evidence: dict[Any, int] = {}
    traits: set[Any] = set()
    with tried(warehouse) as tx, mock.patch.object(chunk, "marked", said_bots):
        for turn, batch in enumerate(batches):
            report = load_events(tx, "site", f"b{turn}", table(batch), NOW, trust=trust)
            told = make.oracle(batch, trust, NOW, world)
            fates = Counter(entry["fate"] for entry in told)
            apart = {fate: count for fate, count in fates.items() if fate not in {"stored", "duplicate"}}
            assert (report.received, report.stored, report.duplicate) == (len(batch), fates["stored"], fates["duplicate"])
            assert (report.quarantined, report.reasons) == (sum(apart.values()), apart)
            for entry in told:
                row, minute = entry["row"], entry["row"]["received_ms"] // 60_000 * 60_000
                fate = entry["fate"] if entry["fate"] in {"stored", "duplicate"} else "quarantined"
                minutes[minute, fate] += 1
                minutes[minute, "received"] += 1
                if fate == "stored":
                    person, ts_ms, flags = make.person_of(row), entry["ts_ms"], ",".join(sorted(entry["flags"])) or None
                    stored.append((row["event"], ts_ms, make.day(ts_ms), row["client_ms"], row["received_ms"], person, bool(row["bot"]), flags))
                    traits |= {(*said, ts_ms) for said in make.traits_of(row)}
                    for said in make.evidence_of(row, trust):
                        evidence[said] = min(evidence.get(said, ts_ms), ts_ms)
        compare(tx, stored, minutes, evidence, traits)


def compare(tx: Transaction, stored: list[tuple[Any, ...]], minutes: Counter[Any], evidence: dict[Any, int], traits: set[Any]) -> None:
    found = ask(tx, "SELECT e.*, i.namespace, i.id FROM event AS e LEFT JOIN identity AS i ON i.did = e.did")
    kept = Counter(
        (e["event"], e["ts_ms"], e["dt"], e["client_ms"], e["received_ms"], (e["namespace"], e["id"]) if e["did"] else None, e["bot"], e["flags"])
        for e in found
    )
    assert kept == Counter(stored)
    balance = {(row["minute_ms"], name): row[name] for row in ask(tx, "SELECT * FROM intake_balance") for name in row if name in KINDS and row[name]}
    assert balance == dict(minutes)
    keys = ask(tx, "SELECT COUNT(*) AS n, COUNT(DISTINCT (dt, key_hi, key_lo)) AS d FROM event_key")[0]
    assert keys["n"] == keys["d"] == len(stored)
    names = {row["did"]: (row["namespace"], row["id"]) for row in ask(tx, "SELECT * FROM identity")}
    ledger = ask(tx, "SELECT did_a, did_b, kind, MIN(evidence_ms) AS ms FROM identity_edge GROUP BY ALL")
    assert {(frozenset((names[row["did_a"]], names[row["did_b"]])), row["kind"]): row["ms"] for row in ledger} == evidence
    assert {(names[row["did"]], row["name"], row["value"], row["op"], row["at_ms"]) for row in ask(tx, "SELECT * FROM trait")} == traits
    hours = Counter(ts_ms // 3_600_000 * 3_600_000 for _, ts_ms, *_ in stored)
    assert {row["hour_ms"]: int(row["n"]) for row in ask(tx, "SELECT hour_ms, SUM(events) AS n FROM dirty_hour GROUP BY 1")} == hours


def test_no_clock_stays_no_clock_beside_an_absurd_one(warehouse: LocalWarehouse) -> None:
    absurd = event(message_id="m1", anonymous_id="a1", client_ms=T0, sent_ms=2**63 - 1, received_ms=T0)
    silent = event(message_id="m2", anonymous_id="a1", client_ms=None, received_ms=T0 + 100_000)
    with tried(warehouse) as tx:
        load_events(tx, "site", "b0", table([absurd, silent]), NOW, trust="import")
        assert ask(tx, "SELECT ts_ms FROM event WHERE client_ms IS NULL") == [{"ts_ms": T0 + 100_000}]


KINDS = {"received", "stored", "duplicate", "quarantined"}


def test_a_retry_is_a_duplicate_however_late_and_with_other_clocks_of_transport(warehouse: LocalWarehouse) -> None:
    first = event(message_id="m9", sent_ms=T0 + 100)
    late = {**first, "sent_ms": T0 + 86_400_000 * 9, "received_ms": T0 + 86_400_000 * 9}
    assert take(warehouse, first).stored == 1
    assert (take(warehouse, late, batch="b2").duplicate, take(warehouse, late, source="other").stored) == (1, 1)


def test_a_retry_with_a_clock_that_is_off_by_years_finds_its_key(warehouse: LocalWarehouse) -> None:
    first = event(client_ms=5_000, received_ms=T0)
    assert take(warehouse, first).stored == 1
    assert take(warehouse, {**first, "received_ms": T0 + 3 * 86_400_000}).duplicate == 1
    assert ask(warehouse, "SELECT ts_ms, client_ms FROM event") == [{"ts_ms": T0, "client_ms": 5_000}]


def test_one_message_id_with_another_content_is_another_event(warehouse: LocalWarehouse) -> None:
    report = take(warehouse, event(), event(route="PEK-SHA"), event(properties='{"a":1}'), event(client_ms=T0 + 1))
    assert (report.stored, report.duplicate) == (4, 0)


def test_values_do_not_run_into_each_other_in_the_key(warehouse: LocalWarehouse) -> None:
    report = take(warehouse, event(route="a", property=None), event(route=None, property="a"), event(route="", property="a"))
    assert report.stored == 3


def test_a_device_that_is_two_hours_ahead_is_put_right_and_keeps_its_order(warehouse: LocalWarehouse) -> None:
    ahead = 7_200_000
    batch = [
        event(message_id="1", client_ms=T0 + ahead, sent_ms=T0 + ahead + 50, received_ms=T0 + 150),
        event(message_id="2", client_ms=T0 + ahead + 10, sent_ms=T0 + ahead + 60, received_ms=T0 + 15_000),
    ]
    take(warehouse, *batch)
    assert [row["ts_ms"] for row in ask(warehouse, "SELECT ts_ms FROM event ORDER BY client_ms")] == [T0 + 100, T0 + 110]


def test_half_a_minute_of_skew_is_left_alone_and_late_events_keep_their_time(warehouse: LocalWarehouse) -> None:
    take(warehouse, event(client_ms=T0, sent_ms=T0 + 5 * 86_400_000, received_ms=T0 + 5 * 86_400_000 + 30_000))
    assert ask(warehouse, "SELECT ts_ms FROM event") == [{"ts_ms": T0}]


def test_an_event_from_the_future_is_pulled_back_with_those_before_it(warehouse: LocalWarehouse) -> None:
    batch = [
        event(message_id="1", client_ms=T0 + 310_000, received_ms=T0 + 11_000),
        event(message_id="2", client_ms=T0 + 900_000, received_ms=T0),
        event(message_id="3", client_ms=T0 - 1000, received_ms=T0),
    ]
    take(warehouse, *batch)
    assert [row["ts_ms"] for row in ask(warehouse, "SELECT ts_ms FROM event ORDER BY client_ms")] == [T0 - 1000, T0 + 300_000, T0 + 300_000]


def test_what_is_kept_apart_says_why_where_and_all_of_it(warehouse: LocalWarehouse) -> None:
    report = take(warehouse, event(event="teleported"), event(event="order_placed"), event(properties='{"a": "' + "x" * 40_000 + '"}'))
    assert report.reasons == {"unknown_event": 1, "missing_property": 1, "too_large": 1}
    rows = ask(warehouse, "SELECT reason, field, batch_id, raw->>'event' AS event, raw->>'client_ms' AS ms FROM quarantine ORDER BY reason")
    assert [tuple(row.values()) for row in rows] == [
        ("missing_property", "order_ref", "b1", "order_placed", str(T0)),
        ("too_large", "properties", "b1", "page_view", str(T0)),
        ("unknown_event", "event", "b1", "teleported", str(T0)),
    ]
    assert ask(warehouse, "SELECT COUNT(*) AS n FROM identity") == [{"n": 0}], "who is only in refused events is not known"


def test_a_sign_in_joins_a_visitor_with_a_member_and_a_public_key_only_claims_it(warehouse: LocalWarehouse) -> None:
    assert take(warehouse, event(event="login", user_id="GA1"), trust="public").persons_changed == 0
    assert ask(warehouse, "SELECT kind FROM identity_edge") == [{"kind": "claim"}]
    assert take(warehouse, event(message_id="m2", user_id="GA1"), trust="server").persons_changed == 1
    assert ask(warehouse, "SELECT did, pid FROM alias") == [{"did": 2, "pid": 1}]


def test_a_public_key_makes_no_order_and_a_robot_joins_nobody(warehouse: LocalWarehouse) -> None:
    assert take(warehouse, event(event="order_placed", order_ref="o1"), trust="public").reasons == {"untrusted_event": 1}
    assert take(warehouse, event(user_id="GA1", bot=True)).persons_changed == 0


def test_resolving_can_wait_until_the_end_of_a_bulk_load(warehouse: LocalWarehouse) -> None:
    assert take(warehouse, event(user_id="GA1"), resolve=False).persons_changed == 0
    assert ask(warehouse, "SELECT COUNT(*) AS n FROM alias") == [{"n": 0}]


def test_chunks_give_what_one_piece_gives(warehouse: LocalWarehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "CHUNK", 3)
    batch = [event(message_id=f"m{n % 7}", client_ms=T0 + n % 7, user_id="GA1") for n in range(10)]
    report = take(warehouse, *batch)
    assert (report.received, report.stored, report.duplicate, report.first_ms, report.last_ms) == (10, 7, 3, T0, T0 + 6)
    assert ask(warehouse, "SELECT SUM(received) AS r, SUM(stored) AS s FROM intake_balance") == [{"r": 10, "s": 7}]


def test_a_source_is_whole_until_what_was_received_last(warehouse: LocalWarehouse) -> None:
    take(warehouse, event(received_ms=T0 + 5))
    take(warehouse, event(received_ms=T0 + 1, message_id="m2"))
    take(warehouse)
    assert ask(warehouse, "SELECT source, kind, complete_until_ms, last_loaded_ms FROM source") == [
        {"source": "site", "kind": "events", "complete_until_ms": T0 + 5, "last_loaded_ms": NOW}
    ]
    take(warehouse, event(message_id="m3"), complete_until_ms=T0 + 99)
    assert ask(warehouse, "SELECT complete_until_ms AS ms FROM source") == [{"ms": T0 + 99}]


@pytest.mark.parametrize(
    ("columns", "what"),
    [
        ({"colour": ["red"], "event": ["login"]}, "'colour' is no column"),
        ({"route": ["a"]}, "no column 'event'"),
        ({"event": ["login"], "price": ["much"]}, "price"),
    ],
)
def test_a_table_that_holds_no_events_is_refused_whole(warehouse: LocalWarehouse, columns: dict[str, list[Any]], what: str) -> None:
    with pytest.raises(InvalidInput, match=what), warehouse.transaction() as tx:
        load_events(tx, "site", "b1", pa.table(columns), NOW)


def test_a_balance_that_does_not_hold_undoes_the_batch(warehouse: LocalWarehouse) -> None:
    take(warehouse, event())
    with warehouse.transaction() as tx:
        tx.execute(parse_one("UPDATE intake_balance SET received = received + 1", read="duckdb"))
    with pytest.raises(Broken, match="balance"):
        take(warehouse, event(message_id="m2"))
    assert ask(warehouse, "SELECT COUNT(*) AS n FROM event") == [{"n": 1}]
