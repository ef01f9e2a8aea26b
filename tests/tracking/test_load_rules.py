"""What the load says of events beyond storing them: doubts, trust, clocks over batches, who may not come back, and what replays change."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tracking import make
from tests.tracking.test_load import NOW, ask, take, tried
from windsock.kernel.errors import Broken
from windsock.kernel.seal import Seal
from windsock.tracking import load_events
from windsock.tracking.erase import ERASER
from windsock.tracking.model.cleaning import Cleaning
from windsock.tracking.model.plan import parse_plan
from windsock.tracking.suppress import suppress
from windsock.warehouse import LocalWarehouse
from windsock.workspace import Workspace

event, table, T0 = make.event, make.table, make.T0
HOUR, DAY = 3_600_000, 86_400_000
SEAL = Seal(bytes(32))


def flags(warehouse: LocalWarehouse) -> list[str | None]:
    return [row["flags"] for row in ask(warehouse, "SELECT flags FROM event ORDER BY client_ms, message_id")]


def test_late_backdated_and_future_events_say_so_but_files_are_late_by_nature(warehouse: LocalWarehouse) -> None:
    batch = [event(message_id=str(age), client_ms=T0 - age * HOUR, received_ms=T0) for age in (800, 25, 24, -1)]
    take(warehouse, *batch, trust="server")
    assert flags(warehouse) == ["backdated,late", "late", None, "future"]
    assert ask(warehouse, "SELECT SUM(events) AS n, SUM(late) AS late FROM dirty_hour") == [{"n": 4, "late": 2}]
    take(warehouse, *batch[:3], source="file")
    assert ask(warehouse, "SELECT COUNT(flags) AS n FROM event WHERE source = 'file'") == [{"n": 0}]


def test_names_nobody_knows_are_stored_and_flagged_when_collected(warehouse: LocalWarehouse) -> None:
    report = take(warehouse, event(event="Seat Map Opened"), event(event="x" * 201), event(event="a\nb"), trust="public")
    assert (report.stored, report.reasons) == (1, {"bad_event_name": 2})
    assert flags(warehouse) == ["unknown_event"]


def test_one_message_id_with_another_content_is_kept_and_flagged_in_the_batch_and_later(warehouse: LocalWarehouse) -> None:
    take(warehouse, event(), event(route="PEK-SHA"), trust="public")
    take(warehouse, event(route="CAN-SHA"), event(message_id=None), event(message_id=None, route="a"), event(), trust="public")
    assert sorted(flag or "" for flag in flags(warehouse)) == ["", "", "", "message_id_conflict", "message_id_conflict"]


@pytest.mark.parametrize("moved", ["sent_ms", "received_ms", "user_agent", "library", "size", "signed"])
def test_what_transport_adds_makes_no_new_event(warehouse: LocalWarehouse, moved: str) -> None:
    other: Any = {"user_agent": "b", "library": "b", "signed": True}.get(moved, T0 + 999)
    report = take(warehouse, event(), event(**{moved: other}))
    assert (report.stored, report.duplicate) == (1, 1)


@pytest.mark.parametrize("said", ["type", "name", "previous_id", "traits", "trait_op", "other_ids", "unbind", "context", "properties"])
def test_what_an_event_says_makes_it_another(warehouse: LocalWarehouse, said: str) -> None:
    other: Any = {"unbind": True, "other_ids": "[]", "traits": "{}", "context": "{}", "properties": "{}"}.get(said, "set")
    assert take(warehouse, event(), event(**{said: other})).stored == 2


def test_a_column_is_the_same_key_whether_others_in_the_chunk_have_values_or_not(warehouse: LocalWarehouse) -> None:
    assert take(warehouse, event(message_id="m1")).stored == 1
    assert take(warehouse, event(message_id="m1"), event(message_id="m2", route="a", country="b", properties="{}")).duplicate == 1


def test_claims_of_a_browser_join_nobody_until_a_server_says_the_same(warehouse: LocalWarehouse) -> None:
    said = event(event="login", user_id="GA1", traits='{"email": "a@x.cn"}', previous_id="anon-0")
    assert take(warehouse, said, trust="public").persons_changed == 0
    assert {row["kind"] for row in ask(warehouse, "SELECT kind FROM identity_edge")} == {"claim"}
    assert take(warehouse, event(message_id="m2", user_id="GA1"), trust="server").persons_changed == 1


def test_a_signed_id_joins_though_the_key_is_public(warehouse: LocalWarehouse) -> None:
    assert take(warehouse, event(event="login", user_id="GA1", signed=True, traits='{"email": "a@x.cn"}'), trust="public").persons_changed == 1
    assert ask(warehouse, "SELECT kind FROM identity_edge ORDER BY kind") == [{"kind": "claim"}, {"kind": "login"}]


def test_a_browser_cannot_take_evidence_back_but_a_server_can(warehouse: LocalWarehouse) -> None:
    take(warehouse, event(user_id="GA1"), trust="server")
    later = event(message_id="m2", user_id="GA1", unbind=True, client_ms=T0 + 10)
    take(warehouse, later, trust="public")
    assert ask(warehouse, "SELECT kind FROM identity_edge") == [{"kind": "login"}]
    take(warehouse, {**later, "message_id": "m3"}, trust="server")
    assert ask(warehouse, "SELECT kind FROM identity_edge ORDER BY kind") == [{"kind": "login"}, {"kind": "unbound"}]


def test_traits_and_other_ids_are_evidence_of_their_own_kinds(warehouse: LocalWarehouse) -> None:
    traits = {"email": "Li.Wei@Example.com", "mobile": "138 1234 5678", "tier": "gold", "seats": 2}
    take(warehouse, event(event="login", user_id="GA1", traits=json.dumps(traits), other_ids='[["unionid", "U1"]]'), trust="server")
    edges = ask(warehouse, "SELECT e.kind, b.id FROM identity_edge AS e JOIN identity AS b ON b.did = e.did_b ORDER BY 1")
    assert [tuple(row.values()) for row in edges] == [
        ("email", "li.wei@example.com"), ("login", "GA1"), ("phone", "+8613812345678"), ("unionid", "U1"),
    ]  # fmt: skip
    said = ask(warehouse, "SELECT t.name, t.value, t.op, t.trust, i.id FROM trait AS t JOIN identity AS i ON i.did = t.did ORDER BY 1")
    assert [(row["name"], row["value"]) for row in said] == [
        ("email", "li.wei@example.com"), ("mobile", "+8613812345678"), ("seats", "2"), ("tier", "gold"),
    ]  # fmt: skip
    assert {(row["op"], row["trust"], row["id"]) for row in said} == {("set", "server", "GA1")}


def test_consent_is_stored_and_says_whether_somebody_may_be_counted(warehouse: LocalWarehouse) -> None:
    take(warehouse, *(event(message_id=str(place), consent=said) for place, said in enumerate(["ads,Analytics", "ads", "", None])))
    rows = ask(warehouse, "SELECT consent, analytics_ok AS ok FROM event ORDER BY message_id")
    assert [(row["consent"], row["ok"]) for row in rows] == [("ads,Analytics", True), ("ads", False), ("", False), (None, None)]


def test_a_plan_renames_refuses_and_flags(warehouse: LocalWarehouse) -> None:
    body = {
        "events": {"search": {"aliases": ["Products Searched"], "properties": {"pax": {"type": "integer", "min": 1}}}},
        "modes": {"unknown_event": "quarantine", "out_of_range": "flag", "wrong_type": "quarantine"},
    }
    batch = [
        event(message_id="1", event="Products Searched", properties='{"pax": 0}'),
        event(message_id="2", event="search", properties='{"pax": "x"}'),
        event(message_id="3", event="teleported"),
        event(message_id="4", event="order_placed", order_ref="o"),
    ]
    report = take(warehouse, *batch, trust="public", plan=parse_plan(body), cleaning=Cleaning(), seal=SEAL)
    assert report.reasons == {"wrong_type": 1, "unknown_event": 1, "untrusted_event": 1}
    assert ask(warehouse, "SELECT event, flags FROM event") == [{"event": "search", "flags": "out_of_range"}]
    assert take(warehouse, batch[0], trust="public", plan=parse_plan(body)).duplicate == 1
    apart = ask(warehouse, "SELECT qid, reason, field, trust, state FROM quarantine ORDER BY qid")
    assert [row["qid"] for row in apart] == [1, 2, 3]
    assert apart[0] == {"qid": 1, "reason": "wrong_type", "field": "pax", "trust": "public", "state": "open"}


def test_who_was_erased_does_not_come_back_under_any_id(warehouse: LocalWarehouse) -> None:
    with warehouse.transaction() as tx:
        assert suppress(tx, SEAL, [("login", "GA1"), ("email", "a@x.cn"), ("anon", "gone")], NOW) == 3
        assert suppress(tx, SEAL, [("login", "GA1")], NOW) == 0
    batch = [
        event(message_id="1", user_id=" GA1"),
        event(message_id="2", traits='{"email": "A@X.cn"}'),
        event(message_id="3", previous_id="gone"),
        event(message_id="4", other_ids='[["login", "GA1"]]', event="nope"),
        event(message_id="5"),
    ]
    report = take(warehouse, *batch, seal=SEAL)
    assert (report.stored, report.reasons) == (1, {"suppressed": 4})
    assert ask(warehouse, "SELECT DISTINCT raw, field FROM quarantine") == [{"raw": "{}", "field": None}]
    assert ask(warehouse, "SELECT COUNT(*) AS n FROM identity") == [{"n": 1}]
    assert take(warehouse, batch[0], seal=Seal(bytes(range(32))), batch="b2").stored == 1, "another workspace's hashes say nothing"


def test_erasing_keeps_a_hash_and_a_second_import_of_the_same_file_brings_nobody_back(workspace: Workspace) -> None:
    mine = event(user_id="GA1", properties='{"seat": "12A"}', sent_ms=T0 + 9)
    with workspace.warehouse.transaction() as tx:
        load_events(tx, "site", "b1", table([mine]), T0, seal=workspace.seal)
    ERASER.erase(workspace, [1, 2])
    with workspace.warehouse.transaction() as tx:
        again = load_events(tx, "other", "b2", table([mine]), T0, seal=workspace.seal)
    assert again.reasons == {"suppressed": 1}
    assert ask(workspace.warehouse, "SELECT COUNT(*) AS n FROM device_clock WHERE device = 'anon-1'") == [{"n": 1}], "only of what came since"


def test_a_replay_moves_counts_in_the_minute_in_which_the_events_were_received(warehouse: LocalWarehouse) -> None:
    minute = T0 // 60_000 * 60_000
    take(warehouse, event(), event(message_id="2", event="nope"), event(message_id="3", event="nope"), event(message_id="4", event="nope"))
    mended = [
        event(message_id="2", event="search"),
        event(message_id="1", event="page_view", anonymous_id="anon-1"),
        event(message_id="4", event="no"),
    ]
    mended[1]["message_id"] = "m1"
    report = take(warehouse, *mended, batch="replay", replay_minutes=True)
    assert (report.received, report.stored, report.duplicate, report.quarantined) == (3, 1, 1, 1)
    assert ask(warehouse, "SELECT * EXCLUDE (source) FROM intake_balance") == [
        {"minute_ms": minute, "received": 4, "stored": 2, "duplicate": 1, "quarantined": 1}
    ]
    assert ask(warehouse, "SELECT complete_until_ms AS ms FROM source") == [{"ms": T0 + 200}]
    with pytest.raises(Broken, match="balance"):
        take(warehouse, event(message_id="9", received_ms=T0 + HOUR), replay_minutes=True)


def test_a_slow_request_does_not_make_a_device_overtake_itself(warehouse: LocalWarehouse) -> None:
    slow = event(message_id="1", client_ms=T0, sent_ms=T0, received_ms=T0 + 120_000)
    quick = event(message_id="2", client_ms=T0 + 1_000, sent_ms=T0 + 1_000, received_ms=T0 + 121_000)
    fast = [
        event(message_id=str(place), client_ms=T0 + ms, sent_ms=T0 + 121_000, received_ms=T0 + 121_050)
        for place, ms in ((3, 2_000), (4, 120_900), (5, -60_000))
    ]
    take(warehouse, slow, trust="public")
    take(warehouse, quick, trust="public")
    take(warehouse, *fast, trust="public")
    times = [row["ts_ms"] for row in ask(warehouse, "SELECT ts_ms FROM event ORDER BY client_ms")]
    assert times == sorted(times)
    take(warehouse, event(message_id="6", client_ms=T0 + 500_000), trust="public")
    assert ask(warehouse, "SELECT ts_ms FROM event WHERE message_id = '6'") == [{"ts_ms": T0 + 300_200}], (
        "received at 200, at most five minutes ahead"
    )


def test_an_old_delay_is_forgotten_after_a_week(warehouse: LocalWarehouse) -> None:
    ahead = event(message_id="1", client_ms=T0 + 2 * HOUR, sent_ms=T0 + 2 * HOUR, received_ms=T0)
    take(warehouse, ahead, trust="public")
    for days, expected in ((6, -2 * HOUR), (9, 0)):
        then = T0 + days * DAY
        take(warehouse, event(message_id=f"m{days}", client_ms=then, sent_ms=then, received_ms=then), trust="public")
        assert ask(warehouse, f"SELECT ts_ms - client_ms AS by FROM event WHERE message_id = 'm{days}'") == [{"by": expected}]
    take(warehouse, event(message_id="z", client_ms=T0 + 30 * DAY, sent_ms=T0 + 30 * DAY, received_ms=T0 + 30 * DAY), trust="public")
    assert len(ask(warehouse, "SELECT * FROM device_clock")) == 1


def test_a_clock_just_within_the_minute_is_not_overtaken_when_it_turns_out_to_be_beyond(warehouse: LocalWarehouse) -> None:
    for turn, (sent, received) in enumerate([(61_000, 1_000), (61_001, 1_000)]):
        take(warehouse, event(message_id=f"m{turn}", client_ms=T0 + sent, sent_ms=T0 + sent, received_ms=T0 + received), trust="public")
    rows = ask(warehouse, "SELECT ts_ms FROM event ORDER BY client_ms")
    assert [row["ts_ms"] - T0 for row in rows] == [61_000, 61_000], "the second would be at 1,000"


steps = st.lists(
    st.tuples(st.integers(0, 400_000), st.lists(st.integers(0, 300_000), min_size=1, max_size=4), st.integers(0, 200_000)), min_size=1, max_size=5
)


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps, st.sampled_from([0, -7_200_000, 7_200_000, 61_000, -59_000]))
def test_no_event_of_a_device_overtakes_another_whatever_the_network_does(warehouse: LocalWarehouse, batches: list[Any], off: int) -> None:
    """Requests go out one after the other with events of the past; each takes its own time to arrive."""
    sent, received = T0, T0
    with tried(warehouse) as tx:
        for turn, (pause, ages, delay) in enumerate(batches):
            sent += pause
            received = max(received, sent + delay)
            rows = [
                event(message_id=f"{turn}-{place}", client_ms=sent + off - age, sent_ms=sent + off, received_ms=received)
                for place, age in enumerate(ages)
            ]
            load_events(tx, "site", f"b{turn}", table(rows), NOW, trust="public")
        rows = ask(tx, "SELECT client_ms, ts_ms FROM event ORDER BY client_ms, ts_ms")
        times = [row["ts_ms"] for row in rows]
        assert times == sorted(times)
