"""Readings that are kept: equal to those of their own statement, void after a commit, bounded, and asked for once at a time."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable, Sequence
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
from windsock.metrics import kept, shelf
from windsock.metrics.answer import answer, compile_of, scope_of
from windsock.metrics.catalogue import catalogue
from windsock.metrics.kept import Reading, read
from windsock.metrics.model.predicate import Predicate
from windsock.metrics.query import MetricQuery
from windsock.metrics.reads import Reads
from windsock.metrics.rollup.keep import ready
from windsock.metrics.shelf import Block, Found, Shelf, Want
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


def piece(number: int) -> Period:
    return Period(MARCH.start + dt.timedelta(days=number), MARCH.start + dt.timedelta(days=number))


def found(place: int, version: int = 1, *, rows: int = 1, days: Sequence[int] = (0,)) -> Found:
    blocks = {piece(day): Block(version, [{"orders": 1}] * rows) for day in days}
    return Found((("place", place), frozenset()), (), Reads(frozenset()), {}, blocks)


def has(kept_in: Shelf, place: int, days: Sequence[int] = (0,)) -> list[int]:
    there = kept_in.look(Want(("place", place), frozenset(), tuple(piece(day) for day in days)))
    return [] if there is None else [day for day in days if piece(day) in there.blocks]


def test_the_shelf_is_bounded_in_number_and_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "COURSES_MAX", 3)
    kept_in = Shelf()
    for place in (1, 2, 3):
        kept_in.keep(found(place), [piece(0)])
    assert has(kept_in, 1) == [0]
    kept_in.keep(found(4), [piece(0)])
    assert [place for place in (1, 2, 3, 4) if has(kept_in, place)] == [1, 3, 4], "the least used goes first"
    monkeypatch.setattr(shelf, "BYTES_MAX", 2 * found(1).blocks[piece(0)].size)
    kept_in.keep(found(5), [piece(0)])
    assert len(kept_in) == 2
    assert 0 < kept_in.bytes <= shelf.BYTES_MAX
    monkeypatch.setattr(shelf, "ONE_MAX", 1_500)
    kept_in.keep(found(6, rows=10), [piece(0)])
    assert not has(kept_in, 6), "one large reading doesn't push out all others"
    kept_in.keep(found(5, days=(1, 2)), [piece(2)])
    assert has(kept_in, 5, (0, 1, 2)) == [1, 2], "the days of a course that nobody wanted lately go first"


def test_a_block_that_came_late_does_not_take_the_place_of_a_later_one() -> None:
    kept_in = Shelf()
    kept_in.keep(found(1, version=3, rows=2), [piece(0)])
    kept_in.keep(found(1, version=2, rows=1), [piece(0)])
    there = kept_in.look(Want(("place", 1), frozenset(), (piece(0),)))
    assert there is not None
    assert len(there.blocks[piece(0)].records) == 2
    renewed = kept_in.renew(there, there.blocks, 7)
    assert renewed[piece(0)].version == 7
    assert kept_in.renew(there, {}, 8) == {}
    assert has(kept_in, 1) == [0], "it was renewed under somebody's hands: what was found then may not be dropped"


def test_many_at_once_ask_once_and_a_failure_is_everybodys_own() -> None:
    kept_in, gate, asked = Shelf(), threading.Barrier(5), list[int]()

    def ask() -> int:
        if not has(kept_in, 1):
            asked.append(1)
            threading.Event().wait(0.05)
            kept_in.keep(found(1), [piece(0)])
        return len(asked)

    def get(_: int) -> int:
        gate.wait(10)
        return kept_in.once("one", ask)

    with ThreadPoolExecutor(5) as pool:
        assert set(pool.map(get, range(5))) == {1}

    def fails() -> int:
        raise QueryTimeout("Too long.")

    for _ in range(2):
        with pytest.raises(QueryTimeout):
            kept_in.once("two", fails)
    assert kept_in.once("two", lambda: 3) == 3
