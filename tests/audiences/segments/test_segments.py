"""Segments as people define, upload and see them."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pyarrow as pa
import pytest

from tests.conditions.world import DAY, HOUR, T0, World
from windsock.analyses import ask_trend, read_trend
from windsock.audiences.segments import erase, listed, plug, queries, save_segment, show, store, update
from windsock.audiences.segments.announce import LEFT, announce, facts_of
from windsock.audiences.segments.keep import find_segment, retire_segment
from windsock.audiences.segments.logic import check_logic
from windsock.audiences.segments.model import read_segment
from windsock.audiences.segments.update import close_retired
from windsock.conditions import Frame, frame_of, people_of, sentence
from windsock.conditions.model import read_condition
from windsock.definitions import Change
from windsock.governance import cli_actor
from windsock.kernel.clock import FixedClock
from windsock.kernel.errors import Conflict, InvalidInput
from windsock.warehouse import schema, statement
from windsock.workspace import Workspace

plug()
TWICE = {"did": "a", "times": 2}


@pytest.fixture
def gull(workspace: Workspace, clock: FixedClock) -> Workspace:
    """People 1 to 5: each did a as often as their number says, 4 and 5 are one person; 1 to 3 have a login."""
    clock.ms = T0 + DAY
    world = World()
    for did in range(1, 6):
        world.add("identity", did=did, namespace="login" if did < 4 else "email", id=f"u{did}", first_ms=T0, known_from_ms=T0)
        for turn in range(did):
            world.event(did, T0 + turn * HOUR, "a", known_from_ms=T0, route="r1")
    world.add("alias", did=5, pid=4, known_from_ms=T0, known_to_ms=None)
    with workspace.warehouse.transaction() as tx:
        for table, rows in world.rows.items():
            tx.append(table, pa.Table.from_pylist(rows, schema=schema.BY_NAME[table].arrow()))
    return workspace


def _save(workspace: Workspace, **given: Any) -> None:
    save_segment(workspace, Change(cli_actor(), "test", workspace.clock.now_ms()), given)


def _who(workspace: Workspace, given: dict[str, Any], as_of_ms: int | None = None) -> list[int]:
    return list(people_of(workspace.warehouse, read_condition(given), frame_of(workspace, as_of_ms=as_of_ms)).persons)


def test_a_chart_a_list_of_people_and_the_size_of_a_segment_are_one_number(gull: Workspace) -> None:
    _save(gull, segment="twice", condition=TWICE)
    update(gull)
    assert _who(gull, {"segment": "twice"}) == _who(gull, TWICE) == [2, 3, 4]
    assert show.size(gull, "twice") == 3
    given = {"series": [{"event": "a", "measure": "people"}], "who": {"segment": "twice"}, "period": {"from": "2026-10-01", "to": "2026-11-30"},
             "grain": "month"}  # fmt: skip
    answer = ask_trend(gull.warehouse, read_trend(given), frame_of(gull))
    assert answer.total.series[0].total == 3
    page = show.members(gull, "twice", limit=2)
    assert (page.total, [one.person for one in page.people], page.next_after) == (3, [2, 3], 3)
    assert all("u2" not in text for text in page.people[0].ids)


def test_membership_is_known_as_of_then(gull: Workspace, clock: FixedClock) -> None:
    _save(gull, segment="today", condition={"did": "a", "period": {"past": "1 day"}})
    update(gull)
    before = clock.now_ms()
    first = _who(gull, {"segment": "today"})
    clock.ms += 3 * DAY
    update(gull)
    assert first == [1, 2, 3, 4]
    assert _who(gull, {"segment": "today"}) == []
    assert _who(gull, {"segment": "today"}, as_of_ms=before) == first


def test_the_case_of_the_page(workspace: Workspace, clock: FixedClock) -> None:
    """Four search on Monday at 12:00; at 14:00 two are found to be one; a day after, to the millisecond, nobody is left."""
    noon = clock.ms = T0 + DAY
    with workspace.warehouse.transaction() as tx:
        world = World()
        for did in range(1, 5):
            world.event(did, noon, "search", known_from_ms=noon)
        tx.append("event", pa.Table.from_pylist(world.rows["event"], schema=schema.BY_NAME["event"].arrow()))
    _save(workspace, segment="looks", condition={"did": "search", "period": {"past": "24 hours"}})
    sizes = []
    for at in (noon + HOUR, noon + 2 * HOUR, noon + DAY, noon + DAY + 1):
        clock.ms = at
        if at == noon + 2 * HOUR:
            with workspace.warehouse.transaction() as tx:
                row = {"did": 4, "pid": 3, "known_from_ms": at, "known_to_ms": None}
                tx.append("alias", pa.Table.from_pylist([row], schema=schema.BY_NAME["alias"].arrow()))
            assert show.size(workspace, "looks") == 3  # before it is evaluated again
        update(workspace)
        sizes.append(show.size(workspace, "looks"))
    assert sizes == [4, 3, 3, 0]
    assert [len(show.stays(workspace, person)) for person in (1, 2, 3)] == [1, 1, 2]
    assert {row["left_ms"] for row in show.stays(workspace, 1)} == {noon + DAY + 1}


def test_a_snapshot_stays_what_it_was(gull: Workspace, clock: FixedClock) -> None:
    _save(gull, segment="then", kind="snapshot", condition={"did": "a", "period": {"past": "1 day"}})
    update(gull)
    clock.ms += 3 * DAY
    assert update(gull) == []
    assert _who(gull, {"segment": "then"}) == [1, 2, 3, 4]


def test_a_list_counts_what_is_unknown_and_keeps_rubbish_apart(gull: Workspace) -> None:
    _save(gull, segment="guests", kind="list")
    lines = io.StringIO("namespace,id\nlogin,u1\nlogin,u1\nlogin,nobody\nemail,u5\nplanet,x\nlogin,\n")
    done = listed.upload(gull, cli_actor(), "guests", listed.Given(lines, None))
    assert (done.rows, done.ids, done.unknown, done.twice, done.rejected) == (6, 2, 1, 1, 3)
    assert [(one["line"], one["reason"]) for one in done.rejections] == [(5, "id"), (6, "namespace"), (7, "id")]
    update(gull)
    assert _who(gull, {"segment": "guests"}) == [1]
    listed.upload(gull, cli_actor(), "guests", listed.Given(io.StringIO("u2\n"), "login"), "add")
    update(gull)
    assert _who(gull, {"segment": "guests"}) == [1, 2]
    listed.undo_upload(gull, cli_actor(), "guests")
    update(gull)
    assert _who(gull, {"segment": "guests"}) == [1]
    with gull.warehouse.transaction() as tx:  # who was unknown then is found once they are there
        row = {"did": 9, "namespace": "login", "id": "nobody", "first_ms": T0, "known_from_ms": gull.clock.now_ms()}
        tx.append("identity", pa.Table.from_pylist([row], schema=schema.BY_NAME["identity"].arrow()))
    update(gull)
    assert _who(gull, {"segment": "guests"}) == [1, 9]


def test_no_segment_contains_itself_and_none_that_is_used_is_retired(gull: Workspace) -> None:
    _save(gull, segment="one", condition=TWICE)
    _save(gull, segment="two", condition={"segment": "one"})
    with pytest.raises(InvalidInput, match=r"one -> two -> one|two -> one -> two"):
        _save(gull, segment="one", condition={"segment": "two"})
    change = Change(cli_actor(), "test", gull.clock.now_ms())
    with pytest.raises(Conflict, match="used by two"):
        retire_segment(gull, change, "one")
    update(gull)
    retire_segment(gull, change, "two")
    assert close_retired(gull) == 1
    assert show.size(gull, "two") == 0
    assert find_segment(gull, "two").state == "retired"


def test_an_unknown_segment_is_refused_wherever_a_condition_is_asked(gull: Workspace) -> None:
    _save(gull, segment="twice", condition=TWICE)
    with pytest.raises(InvalidInput, match="no segment 'twise'"):
        _who(gull, {"segment": "twise"})
    with pytest.raises(InvalidInput, match="no segment"):
        _save(gull, segment="other", condition={"segment": "twise"})


@pytest.mark.parametrize(
    "given",
    [
        {"all": [{"did": "a"}, {"did_not": "a"}]},
        {"all": [{"trait": "tier", "op": "=", "value": "x"}, {"not": {"trait": "tier", "op": "=", "value": "x"}}]},
        {"did": "a", "times": {"op": "<", "value": 0}},
        {"did": "a", "times": {"op": "=", "value": 1.5}},
        {"all": [{"orders": "count", "is": 5}, {"orders": "count", "is": {"op": "<", "value": 2}}]},
        {"did": "a", "where": [{"field": "route", "op": "=", "value": "x"}, {"field": "route", "op": "=", "value": "y"}]},
        {"any": [{"did": "a", "times": {"op": "<", "value": 0}}]},
    ],
)
def test_what_nobody_can_meet_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="Nobody can meet"):
        check_logic(read_condition(given))


def test_what_everybody_meets_is_warned_of() -> None:
    assert check_logic(read_condition({"did": "a", "times": 2})) == ()
    assert "everybody" in check_logic(read_condition({"any": [{"did": "a"}, {"did_not": "a"}]}))[0]
    assert "every count" in check_logic(read_condition({"did": "a", "times": {"op": ">=", "value": 0}}))[0]


def test_why_says_the_figure_and_kills_say_what_each_part_costs(gull: Workspace) -> None:
    condition = read_condition({"all": [{"did": "a", "times": 2}, {"has_id": "login"}, {"did_not": "b"}]})
    found = show.why(gull, condition, 1)
    assert (found["met"], [leaf["met"] for leaf in found["leaves"]]) == (False, [False, True, True])
    assert (found["leaves"][0]["figure"], found["leaves"][0]["bound"], found["leaves"][0]["last_ms"]) == ("1", ">= 2", T0)
    assert show.why(gull, condition, 5)["person"] == 4
    told = show.preview(gull, condition)
    assert (told.people, [(one.alone, one.without) for one in told.kills]) == (2, [(3, 3), (3, 3), (4, 2)])


def test_overlap_and_reach(gull: Workspace) -> None:
    _save(gull, segment="twice", condition=TWICE)
    _save(gull, segment="logged", condition={"has_id": "login"})
    update(gull)
    parts = {tuple(one["segments"]): one["people"] for one in show.overlap(gull, ["twice", "logged"])}
    assert parts == {("twice", "logged"): 2, ("twice",): 1, ("logged",): 1}
    assert {one["namespace"]: one["people"] for one in show.reachable(gull, "twice")} == {"login": 2, "email": 1}


def test_who_entered_and_left_is_announced_once(gull: Workspace, clock: FixedClock) -> None:
    _save(gull, segment="today", condition={"did": "a", "period": {"past": "1 day"}})
    update(gull)
    assert announce(gull) == 1
    assert announce(gull) == 0
    clock.ms += 3 * DAY
    update(gull)
    facts = _facts(gull)
    assert facts == [(LEFT, 4, [1, 2, 3, 4])]


def _facts(workspace: Workspace) -> list[tuple[str, int, list[int]]]:
    with workspace.records.read() as session:
        since = store.told_until(session)
    runs = workspace.warehouse.query(queries.RUNS_AFTER, {"run": since}).to_pylist()
    return [(name, told["count"], told["people"]) for run in runs for name, told in facts_of(workspace, run)]


def test_a_person_is_handed_over_and_forgotten(gull: Workspace) -> None:
    _save(gull, segment="guests", kind="list")
    listed.upload(gull, cli_actor(), "guests", listed.Given(io.StringIO("u1\nu2\n"), "login"))
    update(gull)
    assert {table: len(rows) for table, rows in erase.export(gull, [1]).items()} == {"segment_member": 1, "segment_listed": 1}
    assert erase.erase(gull, [1]) == 2
    assert _who(gull, {"segment": "guests"}) == [2]
    assert gull.warehouse.query(statement("SELECT COUNT(*) AS n FROM segment_listed")).to_pylist() == [{"n": 1}]


def test_a_trip_ahead_is_a_condition(gull: Workspace) -> None:
    row = {"order_key": 1, "line_no": 1, "did": 5, "arrival_date": dt.date(2026, 11, 6), "departure_date": dt.date(2026, 11, 9),
           "known_from_ms": T0, "kind": "hotel"}  # fmt: skip
    with gull.warehouse.transaction() as tx:
        tx.append("order_line", pa.Table.from_pylist([row], schema=schema.BY_NAME["order_line"].arrow()))
    given = {"trip": "departs", "within": {"next": 5, "unit": "day"}}
    assert _who(gull, given) == [4]  # 2 November in Shanghai: until the 6th
    assert _who(gull, {**given, "within": {"next": 4, "unit": "day"}}) == []
    assert _who(gull, {"trip": "returns", "within": {"from": "2026-11-09", "to": "2026-11-09"}, "where": [{"field": "kind", "value": "hotel"}]}) == [
        4
    ]
    assert sentence(read_condition(given), "en") == "travelling with a start in the next 5 days, today among them"


def test_the_same_route_three_times_with_a_test_on_dwell(gull: Workspace) -> None:
    rows = World()
    for turn, seconds in enumerate((40, 50, 5, 60)):
        rows.event(2, T0 + turn * DAY, "view", route="r9", properties=f'{{"dwell_s": {seconds}}}', known_from_ms=T0)
    with gull.warehouse.transaction() as tx:
        tx.append("event", pa.Table.from_pylist(rows.rows["event"], schema=schema.BY_NAME["event"].arrow()))
    given = {"did": "view", "times": 3, "same": "route", "within": "7 days", "where": [{"field": "properties.dwell_s", "op": ">", "value": 30}]}
    assert people_of(gull.warehouse, read_condition(given), Frame(T0 + 9 * DAY, gull.zone)).persons == (2,)
    assert people_of(gull.warehouse, read_condition({**given, "times": 4}), Frame(T0 + 9 * DAY, gull.zone)).persons == ()


@pytest.mark.parametrize("given", [{}, {"segment": "A b"}, {"segment": "x", "kind": "live"}, {"segment": "x", "kind": "list", "condition": TWICE}])
def test_a_definition_that_says_nothing_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        read_segment(given)
