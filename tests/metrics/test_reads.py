"""Kept readings against fresh ones: whatever is written, both are the same, and a write voids the days that it touched and no others."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlglot import parse_one

from tests.metrics import make
from windsock.identity import rebuild_aliases
from windsock.imports import queries as undo
from windsock.imports.kinds.events import MEMBER
from windsock.kernel.clock import FixedClock
from windsock.kernel.period import Period
from windsock.metrics import kept, reads
from windsock.metrics.answer import answer, compile_of, scope_of
from windsock.metrics.catalogue import catalogue
from windsock.metrics.compile import compile_query
from windsock.metrics.kept import read
from windsock.metrics.model.predicate import Predicate
from windsock.metrics.query import MetricQuery
from windsock.metrics.rollup import forget, roll
from windsock.tracking import COLUMNS, erase, load_events
from windsock.tracking.bots import find_bots
from windsock.tracking.internal.keep import change
from windsock.warehouse import statement
from windsock.workspace import Workspace

FIRST = dt.date(2026, 3, 1)
DAYS = 8
ALL = Period(FIRST, FIRST + dt.timedelta(days=DAYS - 1))
ZONE = "Asia/Shanghai"
LOW, _ = ALL.bounds_ms(ZONE)
AFTER_MS = 1_777_600_000_000
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
PARTS = [ALL, Period(FIRST, FIRST), Period(ALL.end, ALL.end), Period(FIRST + dt.timedelta(days=2), FIRST + dt.timedelta(days=5))]
QUERY = st.builds(
    lambda names, period, grain, by, where, as_of: MetricQuery(
        tuple(sorted(names if "hour" not in by else names - {"orders", "buyers"} or {"uv"})), period, by=by, grain=grain, where=where, as_of_ms=as_of
    ),
    st.sets(st.sampled_from(["uv", "page_views", "orders", "buyers"]), min_size=1),
    st.sampled_from(PARTS),
    st.sampled_from(["day", "day", "hour", "total", "week"]),
    st.sampled_from([(), ("sales_channel",), ("channel_group", "weekday"), ("sales_channel", "hour")]),
    st.sampled_from([(), (), (Predicate("sales_channel", "=", "web"),)]),
    st.sampled_from([None, None, None, LOW + 4 * DAY_MS]),
)
WEB: dict[str, list[dict[str, Any]]] = {"sales_channel": [{"channel": "web", "channel_group": "direct"}]}
EVENT = st.fixed_dictionaries(
    {
        "anonymous_id": st.sampled_from(["a", "b", "c", "d", None]),
        "user_id": st.sampled_from([None, None, None, "u", "v"]),
        "client_ms": st.builds(
            lambda day, hour, rest: LOW + day * DAY_MS + hour * HOUR_MS + rest,
            st.integers(-1, DAYS),
            st.sampled_from([0, 9, 23]),
            st.sampled_from([0, HOUR_MS - 1]),
        ),
        "event": st.sampled_from(["page_view", "app_start", "search"]),
        "channel": st.sampled_from(["web", "app", None]),
        "consent": st.sampled_from([None, None, "analytics=no"]),
    }
)
STEP = st.one_of(
    st.tuples(st.just("load"), st.lists(EVENT, min_size=1, max_size=6)),
    st.tuples(st.just("ask"), QUERY),
    st.tuples(st.just("ask"), QUERY),
    st.tuples(st.just("roll"), st.none()),
    st.tuples(st.sampled_from(["undo", "merge", "part", "robot", "erase"]), st.integers(0, 5)),
    st.tuples(st.sampled_from(["internal", "channel", "order", "forget", "rename"]), st.booleans()),
)


@pytest.fixture
def workspace(workspace: Workspace, clock: FixedClock) -> Workspace:
    """The workspace in the May after the events."""
    clock.ms = AFTER_MS
    return workspace


@dataclass
class World:
    """A workspace that is written to as the rooms write, and asked."""

    workspace: Workspace
    batches: int = 0
    orders: int = 0
    asked: list[MetricQuery] = field(default_factory=list[MetricQuery])

    def run(self, sql: str, **values: Any) -> None:
        with self.workspace.warehouse.transaction() as tx:
            tx.execute(statement(sql), values)

    def load(self, events: list[Mapping[str, Any]]) -> None:
        """Load events by the room's own entrance; users who sign in join their ids."""
        self.batches += 1
        rows = [
            {**dict.fromkeys(COLUMNS.names), "message_id": f"{self.batches}.{number}", "received_ms": event["client_ms"] + 1, **event}
            for number, event in enumerate(events)
        ]
        for row in rows:
            if row["event"] in ("app_start", "search"):
                row["properties"] = "{}"
        with self.workspace.warehouse.transaction() as tx:
            load_events(tx, "site", f"b{self.batches}", pa.Table.from_pylist(rows, schema=COLUMNS), self.now(), trust="server")

    def now(self) -> int:
        clock = self.workspace.clock
        assert isinstance(clock, FixedClock)
        clock.ms += 1
        return clock.ms

    def dids(self) -> list[int]:
        return [row["did"] for row in self.workspace.warehouse.query(parse_one("SELECT DISTINCT did FROM identity ORDER BY did")).to_pylist()]

    def undo(self, number: int) -> None:
        with self.workspace.warehouse.transaction() as tx:
            MEMBER.take_back(tx, {"batch_id": f"b{number}", "source": "site", "started_ms": 0}, self.now())

    def merge(self, number: int) -> None:
        dids = self.dids()
        if len(dids) > 1:
            row = {"did": dids[-1 - number % (len(dids) - 1)], "pid": dids[0], "known_from_ms": self.now()}
            held = self.workspace.warehouse.query(statement("SELECT did FROM alias WHERE known_to_ms IS NULL")).column("did").to_pylist()
            if row["did"] not in held:
                make.load(self.workspace, {"alias": [row]})

    def part(self, number: int) -> None:
        """Work out again who is who: what was merged without evidence is parted."""
        dids = self.dids()
        if dids:
            with self.workspace.warehouse.transaction() as tx:
                rebuild_aliases(tx, pa.array(dids[number % len(dids) :], pa.int64()), self.now())

    def robot(self, number: int) -> None:
        of = f"did = {number} AND NOT COALESCE(bot, FALSE)"
        mark = """INSERT INTO dirty_hour (dt, hour_ms, source, events, late, known_from_ms)
            SELECT dt, ts_ms // 3600000 * 3600000, source, COUNT(*), 0, 0 FROM event WHERE """
        with self.workspace.warehouse.transaction() as tx:
            tx.execute(statement(f"{mark}{of} GROUP BY ALL"))
            tx.execute(statement(f"UPDATE event SET bot = TRUE WHERE {of}"))

    def erase(self, number: int) -> None:
        erase.erase(self.workspace, [number])

    def internal(self, on: object) -> None:
        del on
        change(self.workspace, (), FIRST, ALL.end)

    def channel(self, on: object) -> None:
        self.run(f"UPDATE sales_channel SET channel_group = '{'one' if on else 'two'}' WHERE channel = 'web'")

    def rename(self, on: object) -> None:
        self.run(f"UPDATE event SET channel = '{'web' if on else 'app'}' WHERE key_lo % 2 = 0")
        forget(self.workspace)

    def forget(self, on: object) -> None:
        del on
        forget(self.workspace)

    def order(self, on: object) -> None:
        self.orders += 1
        line = {"order_key": self.orders, "line_no": 1, "booked_date": FIRST, "booked_amount": 5, "did": 2 if on else 1, "sales_channel": "web"}
        make.load(self.workspace, {"order_line": [line]})

    def roll(self, _: None) -> None:
        while roll(self.workspace):
            pass

    def ask(self, query: MetricQuery) -> None:
        self.asked = [*(known for known in self.asked if known != query), query]
        assert told(self.workspace, query) == fresh(self.workspace, query), query


def cells(rows: list[dict[str, Any]], query: MetricQuery) -> Counter[tuple[object, ...]]:
    keys = (*query.by, *(() if query.grain == "total" else ("period",)))
    return Counter(tuple(row[name] for name in (*keys, *sorted(base.name for base in catalogue().bases(query.metrics)))) for row in rows)


def told(workspace: Workspace, query: MetricQuery) -> Counter[tuple[object, ...]]:
    return cells(read(workspace.warehouse, catalogue().bases(query.metrics), query.clock, scope_of(workspace, query)).records, query)


def fresh(workspace: Workspace, query: MetricQuery) -> Counter[tuple[object, ...]]:
    compiled = compile_of(workspace, query, catalogue())
    return cells(workspace.warehouse.query(compiled.statement, compiled.params.values).to_pylist(), query)


@pytest.mark.slow
@settings(max_examples=15, deadline=None, phases=(Phase.generate,), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=6, max_size=16))
def test_what_is_kept_is_what_would_be_asked_now(workspace: Workspace, steps: list[tuple[str, Any]]) -> None:
    for table in (
        "event",
        "event_key",
        "alias",
        "identity",
        "identity_edge",
        "dirty_hour",
        "rolled_hour",
        "event_hour",
        "visit_hour",
        "order_line",
        "sales_channel",
    ):
        with workspace.warehouse.transaction() as tx:
            tx.execute(statement(f"DELETE FROM {table}"))
    forget(workspace)
    make.load(workspace, WEB)
    world = World(workspace)
    for what, given_ in steps:
        getattr(world, what)(given_)
        for query in world.asked[-3:]:
            world.ask(query)


def day(number: int) -> str:
    return (FIRST + dt.timedelta(days=number)).isoformat()


@pytest.fixture
def world(workspace: Workspace) -> World:
    """A visitor a day, the first of them every day; rolled up, and asked once."""
    make.load(workspace, WEB)
    world = World(workspace)
    visit = {"event": "page_view", "channel": "web"}
    at = [LOW + number * DAY_MS + 9 * HOUR_MS for number in range(DAYS)]
    world.load([{"anonymous_id": f"n{number}", "client_ms": ms, **visit} for number, ms in enumerate(at)])
    world.load([{"anonymous_id": "often", "client_ms": ms + 5, **visit} for ms in at])
    world.load([{"anonymous_id": "seldom", "client_ms": ms + 9, **visit} for ms in (at[2], at[5])])
    world.roll(None)
    world.ask(BY_DAY)
    return world


BY_DAY = MetricQuery(("page_views", "uv"), ALL, ("sales_channel",), grain="day")


@pytest.fixture
def dates(world: World, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Which days the warehouse is asked for when the question by day is put, which is answered as it should be."""
    found: list[str] = []
    fresh_of = kept._Asked._fresh

    def noted(self: Any, pieces: Any, *rest: Any) -> Any:
        found.extend(str(piece.start) for piece in pieces)
        return fresh_of(self, pieces, *rest)

    monkeypatch.setattr(kept._Asked, "_fresh", noted)

    def ask(query: MetricQuery = BY_DAY) -> list[str]:
        found.clear()
        world.ask(query)
        return list(found)

    return ask


def find(world: World) -> None:
    with world.workspace.warehouse.transaction() as tx:
        find_bots(tx, world.now())


def did_of(world: World, name: str) -> int:
    return world.workspace.warehouse.query(parse_one("SELECT did FROM identity WHERE id = $name", read="duckdb"), {"name": name})["did"][0].as_py()


def test_only_days_that_were_touched_are_asked_again(world: World, dates: Callable[..., list[str]]) -> None:
    assert dates() == []
    world.order(1)
    world.roll(None)
    forget_nothing = Period(FIRST, FIRST + dt.timedelta(days=2))
    world.ask(replace(BY_DAY, period=forget_nothing))
    assert dates() == []
    world.load([{"anonymous_id": "late", "client_ms": LOW + 3 * DAY_MS, "event": "page_view", "channel": "app"}])
    assert dates() == [day(3)]
    # One that visited on two days signs in as somebody who has none: both days are asked, in one statement.
    world.load([{"anonymous_id": "seldom", "user_id": "u", "client_ms": LOW + 8 * DAY_MS, "event": "search", "channel": "web", "properties": "{}"}])
    assert dates() in ([day(2), day(5)], []), "nothing changes where the id keeps its number as the person's"
    make.load(world.workspace, {"alias": [{"did": did_of(world, "n5"), "pid": did_of(world, "often")}]})
    assert dates() == [day(5)]
    world.run("UPDATE alias SET known_to_ms = 1 WHERE did = $did AND known_to_ms IS NULL", did=did_of(world, "n5"))
    assert dates() == [day(5)]


WRITES: tuple[tuple[Callable[[World], object], int], ...] = (
    (lambda world: world.roll(None), 0),
    (find, 0),
    (lambda world: world.internal(0), 0),
    (lambda world: world.run("DELETE FROM alias"), 0),
    (lambda world: world.channel(1), 0),
    (lambda world: world.robot(1), DAYS),
    (lambda world: world.undo(3), DAYS),
    (lambda world: world.erase(1), DAYS),
    (lambda world: world.run("CREATE TABLE something (one INTEGER)"), DAYS),
)


def test_whatever_cannot_be_told_by_days_voids_them_all(world: World, dates: Callable[..., list[str]]) -> None:
    for write, asked in WRITES:
        write(world)
        assert len(dates()) == asked
        assert dates() == []
    groups = replace(BY_DAY, by=("channel_group",))
    assert len(dates(groups)) == DAYS
    world.channel(0)
    assert len(dates(groups)) == DAYS, "this one reads the table of channels"


def test_an_hour_that_is_not_rolled_up_voids_by_its_events(world: World, dates: Callable[..., list[str]]) -> None:
    world.load([{"anonymous_id": "fresh", "client_ms": LOW + 6 * DAY_MS + 7, "event": "page_view", "channel": "web"}])
    assert dates() == [day(6)]
    make.load(world.workspace, {"alias": [{"did": did_of(world, "fresh"), "pid": did_of(world, "often")}]})
    assert dates() == [day(6)]


def test_what_adds_up_is_added_up_from_its_days(world: World, dates: Callable[..., list[str]]) -> None:
    whole = replace(BY_DAY, metrics=("page_views",), grain="total")
    assert dates(whole) == [str(FIRST)], "the whole period, named by its first day"
    visit = {"anonymous_id": "late", "client_ms": LOW + 3 * DAY_MS, "event": "page_view", "channel": "app"}
    world.load([visit])
    assert dates(whole) == [day(3)]
    assert dates(whole) == []
    assert dates(replace(whole, metrics=("uv",))) == [str(FIRST)], "people do not add up"
    weeks = replace(whole, grain="week")
    assert dates(weeks) == [str(FIRST)]
    hours = replace(BY_DAY, grain="hour")
    assert len(dates(hours)) == DAYS
    world.load([{**visit, "client_ms": visit["client_ms"] + 5}])
    assert dates(replace(whole, metrics=("uv",))) == [str(FIRST)]
    assert dates(weeks) == [day(3)]
    assert dates(hours) == [day(3)]


def test_many_ids_at_once_void_everything(world: World, dates: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reads, "IDS_MOST", 1)
    make.load(world.workspace, {"alias": [{"did": 1_000_001, "pid": 1}, {"did": 1_000_002, "pid": 1}]})
    assert len(dates()) == DAYS


def test_more_stretches_than_a_statement_has_places_are_joined(
    world: World, dates: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "RUNS_MAX", 2)
    world.load([{"anonymous_id": "x", "client_ms": LOW + at * DAY_MS + HOUR_MS, "event": "page_view", "channel": "web"} for at in (0, 2, 7)])
    assert dates() == [day(0), day(2), day(7)]
    assert dates() == []


def test_a_load_while_days_are_read_is_seen_in_all_of_them(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    visit = {"event": "page_view", "channel": "web"}
    world.load([{"anonymous_id": "y", "client_ms": LOW + DAY_MS, **visit}])
    fresh_of, loads = kept._Asked._fresh, [1]

    def between(self: Any, pieces: Any, *rest: Any) -> Any:
        if loads and loads.pop():
            world.load([{"anonymous_id": "z", "client_ms": LOW + at * DAY_MS, **visit} for at in (1, 4)])
        return fresh_of(self, pieces, *rest)

    monkeypatch.setattr(kept._Asked, "_fresh", between)
    query = replace(BY_DAY, by=(), metrics=("page_views",))
    rows = answer(world.workspace, query).rows
    assert [row["page_views"] for row in rows] == [2, 4, 3, 2, 3, 3, 2, 2]


def test_days_stand_beside_those_of_a_question_with_more_metrics(world: World) -> None:
    more = replace(BY_DAY, metrics=("page_views", "uv", "orders", "buyers"))
    world.ask(more)
    world.load([{"anonymous_id": "w", "client_ms": LOW + 2 * DAY_MS, "event": "page_view", "channel": "app"}])
    world.ask(replace(more, metrics=("buyers", "uv")))
    world.order(1)
    world.ask(replace(more, metrics=("uv",)))
    world.ask(more)


def test_what_is_read_is_told_by_the_statement(workspace: Workspace) -> None:
    def of(*names: str, by: tuple[str, ...] = ()) -> reads.Reads:
        scope = scope_of(workspace, MetricQuery(names, ALL, by, grain="day"))
        return reads.reads_of(compile_query(catalogue().bases(names), None, scope))

    assert of("page_views") == reads.Reads(frozenset(), hours=True)
    assert of("uv", by=("channel_group",)) == reads.Reads(frozenset({"sales_channel"}), hours=True, ids="event")
    assert of("orders") == reads.Reads(frozenset({"order_line"}))
    assert "alias" in of("uv", "buyers").tables, "an order's person is not looked for by hours of events"
    assert {"identity", "alias", "event"} <= of("new_visitors").tables
    assert "event" in of("sessions").tables
    load = {"event": [{"at": "2026-03-01T10:00", "did": 1, "event": "page_view"}], "dirty_hour": [{"hour_ms": LOW, "dt": FIRST, "events": 1}]}
    make.load(workspace, load)
    assert roll(workspace)
    assert of("uv") == reads.Reads(frozenset(), hours=True, ids="visit_hour")
    assert undo.HOURS_DIRTY.strip().startswith("INSERT INTO dirty_hour"), "an undo tells its hours in words that the warehouse knows"
