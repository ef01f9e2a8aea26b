"""Readings that are kept: equal to those of their own statement, void after a commit, bounded, and asked for once at a time."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlglot import parse_one

from tests.metrics import make
from windsock.kernel.errors import QueryTimeout
from windsock.kernel.period import Period
from windsock.metrics import kept
from windsock.metrics.answer import answer, compile_of, scope_of
from windsock.metrics.catalogue import catalogue
from windsock.metrics.kept import Reading, Shelf, read
from windsock.metrics.model.predicate import Predicate
from windsock.metrics.query import MetricQuery
from windsock.metrics.rollup.keep import ready
from windsock.workspace import Workspace

MARCH = Period(dt.date(2026, 3, 1), dt.date(2026, 3, 10))
NAMES = ("orders", "booked_amount", "revenue", "uv", "page_views", "buyers")
Cells = Counter[tuple[object, ...]]


def cells(rows: list[dict[str, Any]], query: MetricQuery) -> Cells:
    keys = (*query.by, *(() if query.grain == "total" else ("period",)))
    return Counter(tuple(row[name] for name in (*keys, *sorted(base.name for base in catalogue().bases(query.metrics)))) for row in rows)


def reading(workspace: Workspace, query: MetricQuery) -> Reading:
    return read(workspace.warehouse, catalogue().bases(query.metrics), query.clock, scope_of(workspace, query))


DAYS = st.dates(dt.date(2026, 2, 27), dt.date(2026, 3, 6))
LINES = st.lists(
    st.fixed_dictionaries(
        {
            "order_key": st.integers(1, 6),
            "booked_date": DAYS,
            "sales_channel": st.sampled_from(["web", "ota_a", None]),
            "booked_amount": st.decimals(0, 500, places=2),
            "did": st.sampled_from([1, 2, None]),
        }
    ),
    max_size=10,
)
VISITS = st.lists(
    st.builds(
        lambda day, did, bot: {
            "at": f"{day}T10:00",
            "did": did,
            "event": "page_view",
            "channel": "web",
            "bot": bot,
            "internal": False,
            "source": "s",
        },
        DAYS,
        st.integers(1, 3),
        st.booleans(),
    ),
    max_size=10,
)
QUESTIONS = st.lists(
    st.builds(
        lambda names, period, grain, by, where: MetricQuery(tuple(sorted(names)), period, by=by, grain=grain, where=where),
        st.sets(st.sampled_from(NAMES), min_size=1),
        st.builds(lambda start, days: Period(start, start + dt.timedelta(days=days)), DAYS, st.integers(0, 8)),
        st.sampled_from(["total", "day", "week"]),
        st.sampled_from([(), ("sales_channel",)]),
        st.sampled_from([(), (Predicate("sales_channel", "=", "web"),)]),
    ),
    min_size=1,
    max_size=3,
)


@pytest.mark.slow
@settings(max_examples=25, deadline=None, phases=(Phase.generate,), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=LINES, visits=VISITS, questions=QUESTIONS)
def test_what_is_kept_equals_a_statement_of_its_own(workspace: Workspace, lines: Any, visits: Any, questions: list[MetricQuery]) -> None:
    with workspace.warehouse.transaction() as tx:
        for table in ("order_line", "event"):
            tx.execute(parse_one(f"DELETE FROM {table}"))
    make.load(workspace, {"order_line": [{**line, "line_no": number} for number, line in enumerate(lines)], "event": visits})
    whole = [replace(query, metrics=NAMES, period=Period(dt.date(2026, 2, 25), dt.date(2026, 3, 20))) for query in questions]
    for query in (*whole, *questions):
        found, compiled = reading(workspace, query), compile_of(workspace, query, catalogue())
        own = workspace.warehouse.query(compiled.statement, compiled.params.values).to_pylist()
        assert cells(found.records, query) == cells(own, query)
        for base in catalogue().bases(query.metrics):
            scans = [index for index, scan in enumerate(compiled.scans) if any(name == base.name for name, _ in scan.measures)]
            assert found.saw(base) == any(row[f"rows_{index}"] for row in own for index in scans)


def test_days_of_a_longer_course_are_not_asked_for_again(workspace: Workspace, counted: Callable[[], int]) -> None:
    long = MetricQuery(("orders", "uv"), MARCH, grain="day")
    ready(workspace.warehouse)  # whether there are roll-ups is asked once until something is written
    counted()
    reading(workspace, long)
    assert counted() == 1
    reading(workspace, replace(long, metrics=("uv",), period=Period(MARCH.start, MARCH.start)))
    assert counted() == 0
    reading(workspace, replace(long, grain="week", period=Period(MARCH.start, MARCH.start)))
    assert counted() == 1, "a week that is cut off is another number"


def test_a_commit_makes_all_void(workspace: Workspace) -> None:
    query = MetricQuery(("orders",), MARCH)
    assert answer(workspace, query).rows == [{"orders": None}]
    make.load(workspace, {"order_line": [{"order_key": 1, "line_no": 1, "booked_date": MARCH.start, "booked_amount": 5}]})
    assert answer(workspace, query).rows == [{"orders": 1}]


def test_a_changed_definition_of_the_same_name_is_another_column(workspace: Workspace) -> None:
    make.load(workspace, {"event": [{"at": "2026-03-02T10:00", "did": 1, "event": "page_view", "internal": True, "bot": False}]})
    library = catalogue()
    body = dict(library.bodies["page_views"])
    body["measures"] = [{**body["measures"][0], "where": "event IN ('page_view', 'screen_view') AND NOT bot"}]
    draft = library.changed({"page_views": body})
    query = MetricQuery(("page_views",), MARCH)
    assert answer(workspace, query, library).rows == [{"page_views": 0}]
    assert answer(workspace, query, draft).rows == [{"page_views": 1}]


def test_one_and_true_are_different_filters(workspace: Workspace) -> None:
    scope = scope_of(workspace, MetricQuery(("orders",), MARCH, where=(Predicate("tracked", "=", 1),)))
    other = scope_of(workspace, MetricQuery(("orders",), MARCH, where=(Predicate("tracked", "=", True),)))  # noqa: FBT003 - a filter's value
    assert scope == other
    assert kept.place_of(None, scope) != kept.place_of(None, other)


def key(number: int) -> kept.Key:
    return (("place", number), MARCH, frozenset())


SHAPE = kept.Shape(one_row=False, by_day=False)


def test_the_shelf_is_bounded_in_number_and_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "READINGS_MAX", 3)
    shelf, asked = Shelf(), list[int]()

    def get(number: int, rows: int = 1, version: int = 1) -> None:
        def ask() -> Reading:
            asked.append(number)
            return Reading([{"orders": 1}] * rows, {})

        shelf.get(version, key(number), SHAPE, ask)

    for number in (1, 2, 3, 1, 4, 1, 2):
        get(number)
    assert asked == [1, 2, 3, 4, 2], "the least used goes first"
    assert len(shelf) == 3
    monkeypatch.setattr(kept, "BYTES_MAX", 2_000)
    get(5)
    assert len(shelf) == 2
    assert shelf.bytes <= 2_000
    get(6, version=2)
    assert len(shelf) == 1
    get(7, version=1)
    assert len(shelf) == 1, "an answer of a version that is gone is not kept"
    monkeypatch.setattr(kept, "ONE_MAX", 500)
    get(8, rows=10, version=2)
    assert len(shelf) == 1, "one large reading doesn't push out all others"


def test_many_at_once_ask_once_and_a_failure_is_everybodys_own() -> None:
    shelf, gate, asked = Shelf(), threading.Barrier(5), list[int]()

    def ask() -> Reading:
        asked.append(1)
        threading.Event().wait(0.05)
        return Reading([], {})

    def get(_: int) -> Reading:
        gate.wait(10)
        return shelf.get(1, key(1), SHAPE, ask)

    with ThreadPoolExecutor(5) as pool:
        assert len({id(one) for one in pool.map(get, range(5))}) == 1
    assert len(asked) == 1

    def fails() -> Reading:
        raise QueryTimeout("Too long.")

    for _ in range(2):
        with pytest.raises(QueryTimeout):
            shelf.get(1, key(2), SHAPE, fails)
    assert shelf.get(1, key(2), SHAPE, ask).records == []
