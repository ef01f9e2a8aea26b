"""Figures from roll-ups are those of the events, whatever came late, was merged, taken back or marked as a robot since."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlglot import parse_one

from tests.metrics import make
from windsock.jobs import JobContext
from windsock.kernel.clock import FixedClock
from windsock.kernel.period import Period
from windsock.metrics import MetricQuery, answer
from windsock.metrics.describe import explain
from windsock.metrics.erase import ERASER
from windsock.metrics.model.predicate import Predicate
from windsock.metrics.rollup import forget, jobs, ready, roll
from windsock.warehouse import statement
from windsock.workspace import Workspace

HOUR_MS = 3_600_000
AFTER_MS = 1_777_600_000_000
FIRST = dt.date(2026, 3, 1)
DAYS = Period(FIRST, FIRST + dt.timedelta(days=2))
LOW, HIGH = DAYS.bounds_ms("Asia/Shanghai")
TABLES = ("event", "alias", "dirty_hour", "event_hour", "visit_hour", "rolled_hour")
VISITS = {"page_view", "screen_view", "app_start"}
EVENT = st.fixed_dictionaries(
    {
        "did": st.one_of(st.none(), st.integers(1, 6)),
        # Hours at both ends of days in the zone and of the period, and instants at both ends of hours.
        "ts_ms": st.builds(lambda hour, rest: LOW + hour * HOUR_MS + rest, st.integers(-2, 74), st.sampled_from([0, 1, HOUR_MS - 1])),
        "event": st.sampled_from(["page_view", "app_start", "search"]),
        "channel": st.sampled_from(["web", "app", None]),
        "device": st.sampled_from(["ios", None]),
        "bot": st.sampled_from([False, False, True, None]),
        "internal": st.sampled_from([False, None, True]),
        "analytics_ok": st.sampled_from([None, True, False]),
    }
)
MERGE = st.tuples(st.integers(1, 3), st.integers(4, 6))
STEP = st.one_of(
    st.tuples(st.just("load"), st.lists(EVENT, min_size=1, max_size=8)),
    st.tuples(st.just("roll"), st.none()),
    st.tuples(st.just("merge"), MERGE),
    st.tuples(st.just("undo"), st.integers(0, 3)),
    st.tuples(st.just("robot"), st.integers(1, 6)),
)


def load(workspace: Workspace, batch: str, events: Iterable[Mapping[str, Any]]) -> None:
    """Put events in and mark their hours, as a load does."""
    rows = [{"source": "site", "batch_id": batch, "dt": dt.datetime.fromtimestamp(event["ts_ms"] / 1000, dt.UTC).date(), **event} for event in events]
    make.load(workspace, {"event": rows})
    mark(workspace, f"batch_id = '{batch}'")


def mark(workspace: Workspace, of: str) -> None:
    with workspace.warehouse.transaction() as tx:
        tx.execute(
            statement(
                f"""INSERT INTO dirty_hour BY NAME SELECT dt, ts_ms // 3600000 * 3600000 AS hour_ms, source, COUNT(*) AS events,
                0 AS late, 0 AS known_from_ms FROM event WHERE {of} GROUP BY 1, 2, 3"""
            )
        )


def change(workspace: Workspace, of: str, sql: str) -> None:
    """Change events, marking their hours first."""
    mark(workspace, of)
    with workspace.warehouse.transaction() as tx:
        tx.execute(statement(f"{sql} WHERE {of}"))


def empty(workspace: Workspace) -> None:
    with workspace.warehouse.transaction() as tx:
        for table in TABLES:
            tx.execute(statement(f"DELETE FROM {table}"))


def oracle(workspace: Workspace, by: str | None) -> tuple[dict[Any, int], dict[Any, int]]:
    """Count views and visitors by local day and a column, one event after the other."""
    alias = {row["did"]: row["pid"] for row in workspace.warehouse.query(parse_one("SELECT did, pid FROM alias")).to_pylist()}
    views: dict[Any, int] = defaultdict(int)
    people: dict[Any, set[int]] = defaultdict(set)
    for row in workspace.warehouse.query(parse_one("SELECT * FROM event")).to_pylist():
        if not LOW <= row["ts_ms"] < HIGH:
            continue
        key = (str(FIRST + dt.timedelta(days=(row["ts_ms"] - LOW) // (24 * HOUR_MS))), row[by] if by else None)
        counts = not row["bot"] and not row["internal"]
        views[key] += counts and row["event"] == "page_view"
        people[key] |= {alias.get(row["did"], row["did"])} if counts and row["event"] in VISITS and row["analytics_ok"] is not False else set()
    return views, {key: len(found - {None}) for key, found in people.items()}


def figures(workspace: Workspace, metric: str, by: str | None, **more: Any) -> dict[Any, Any]:
    query = MetricQuery((metric,), DAYS, () if by is None else (by,), grain="day", **more)
    return {(row["period"], row[by] if by else None): row[metric] for row in answer(workspace, query).rows}


@pytest.mark.slow
@given(steps=st.lists(STEP, min_size=3, max_size=10))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rolled_up_or_not_is_the_same(workspace: Workspace, steps: list[tuple[str, Any]]) -> None:
    empty(workspace)
    forget(workspace)
    batches = 0
    for what, given_ in [*steps, ("look", None), ("roll", None)]:
        if what == "load":
            load(workspace, f"b{batches}", given_)
            batches += 1
        elif what == "roll":
            roll(workspace)
        elif what == "merge":
            make.load(workspace, {"alias": [{"did": given_[0], "pid": given_[1]}]})
            with workspace.warehouse.transaction() as tx:  # the last merge of an id is the one that is held true
                tx.execute(statement(f"DELETE FROM alias WHERE did = {given_[0]} AND pid <> {given_[1]}"))
                tx.execute(statement("DELETE FROM alias WHERE rowid NOT IN (SELECT MIN(rowid) FROM alias GROUP BY did)"))
        elif what == "undo":
            change(workspace, f"batch_id = 'b{given_}'", "DELETE FROM event")
        elif what == "robot":
            change(workspace, f"did = {given_} AND NOT COALESCE(bot, FALSE)", "UPDATE event SET bot = TRUE")
        if what in ("look", "roll"):
            for by, column in (("sales_channel", "channel"), (None, None)):
                views, people = oracle(workspace, column)
                assert figures(workspace, "page_views", by) == views
                assert figures(workspace, "uv", by) == people


@pytest.fixture
def workspace(workspace: Workspace, clock: FixedClock) -> Workspace:
    """The workspace in the May after the events."""
    clock.ms = AFTER_MS
    return workspace


@pytest.fixture
def visited(workspace: Workspace) -> Workspace:
    """Two visits in clean hours, one of them by a robot, and one in an hour that is not."""
    load(workspace, "a", [{"did": 1, "ts_ms": LOW, "event": "page_view", "channel": "web"}])
    load(workspace, "b", [{"did": 2, "ts_ms": LOW + 5 * HOUR_MS, "event": "page_view", "channel": "app", "bot": True}])
    assert roll(workspace) == 2
    load(workspace, "c", [{"did": 3, "ts_ms": LOW + 9 * HOUR_MS, "event": "page_view", "channel": "app"}])
    return workspace


def test_the_roll_up_is_read_and_explain_says_so(visited: Workspace) -> None:
    query = MetricQuery(("uv", "page_views"), DAYS, ("sales_channel",))
    told = explain(visited, query)
    assert "clean hours from event_hour and visit_hour, all others from event" in told["steps"]
    with visited.warehouse.transaction() as tx:  # what was rolled up is not read from the events again: this change left no mark
        tx.execute(statement("DELETE FROM event WHERE did = 1"))
    assert [(row["sales_channel"], row["uv"], row["page_views"]) for row in answer(visited, query).rows] == [("app", 1, 1), ("web", 1, 1)]


def test_a_question_put_before_the_first_roll_up_is_another_statement_afterwards(workspace: Workspace) -> None:
    first = ("2026-03-01", "web")
    load(workspace, "a", [{"did": 1, "ts_ms": LOW, "event": "page_view", "channel": "web"}])
    assert figures(workspace, "uv", "sales_channel")[first] == 1
    roll(workspace)
    with workspace.warehouse.transaction() as tx:  # no mark is left: only what reads the events sees it
        tx.execute(statement("DELETE FROM event WHERE did = 1"))
    assert figures(workspace, "uv", "sales_channel")[first] == 1
    forget(workspace)
    assert first not in figures(workspace, "uv", "sales_channel")


def test_what_comes_late_is_merged_or_taken_back_shows_at_once(visited: Workspace) -> None:
    first = ("2026-03-01", "web")
    load(visited, "late", [{"did": 4, "ts_ms": LOW + 1, "event": "page_view", "channel": "web"}])
    assert figures(visited, "uv", "sales_channel")[first] == 2
    roll(visited)
    assert figures(visited, "uv", "sales_channel")[first] == 2
    make.load(visited, {"alias": [{"did": 4, "pid": 1}]})
    assert figures(visited, "uv", "sales_channel")[first] == 1
    change(visited, "batch_id = 'a'", "DELETE FROM event")
    assert (figures(visited, "uv", "sales_channel")[first], figures(visited, "page_views", "sales_channel")[first]) == (1, 1)
    change(visited, "batch_id = 'late'", "DELETE FROM event")
    assert first not in figures(visited, "uv", "sales_channel")


@pytest.mark.parametrize(
    "other",
    [
        {"by": ("route",)},
        {"where": (Predicate("campaign", "=", "spring"),)},
        {"as_of_ms": 1_790_000_000_000},
        {"metrics": ("uv", "new_visitors")},
    ],
)
def test_what_the_roll_up_cannot_answer_is_asked_of_the_events(visited: Workspace, other: dict[str, Any]) -> None:
    told = explain(visited, MetricQuery(**{"metrics": ("uv",), "period": DAYS} | other))
    assert not any("clean hours" in step for step in told["steps"])


def test_the_hour_that_still_runs_is_not_rolled_up(workspace: Workspace) -> None:
    now = workspace.clock.now_ms()
    load(workspace, "a", [{"did": 1, "ts_ms": now, "event": "page_view"}, {"did": 1, "ts_ms": now - HOUR_MS, "event": "page_view"}])
    assert (roll(workspace), roll(workspace)) == (1, 0)


def test_events_without_a_mark_get_one_first(workspace: Workspace) -> None:
    make.load(workspace, {"event": [{"did": 1, "at": "2026-03-01T09:00", "event": "page_view", "source": "site"}]})
    assert not ready(workspace.warehouse)
    context = JobContext({})
    jobs.roll_up(workspace, context)
    assert (context.reported.note, ready(workspace.warehouse)) == ("1 hour rolled up", True)
    assert figures(workspace, "uv", None) == {("2026-03-01", None): 1}


def test_what_is_held_of_a_person_is_handed_over(visited: Workspace) -> None:
    assert [row["did"] for row in ERASER.export(visited, [1])["visit_hour"]] == [1]
    assert (ERASER.export(visited, [2]), ERASER.erase(visited, [1])) == ({"visit_hour": []}, 0)
