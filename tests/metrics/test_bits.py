"""Counted by bits or one by one, people are the same; sets of bits are taken only where they stay small."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from typing import Any

import pytest

from tests.metrics import make
from windsock.kernel.clock import FixedClock
from windsock.kernel.period import Period
from windsock.metrics import MetricQuery, bits, kept
from windsock.metrics.answer import answer, catalogue_of, scope_of
from windsock.metrics.compile import compile_query, plan_scans
from windsock.metrics.rollup import roll
from windsock.warehouse import statement
from windsock.workspace import Workspace

HOUR_MS = 3_600_000
DAYS = Period(dt.date(2026, 3, 1), dt.date(2026, 3, 10))
LOW, _ = DAYS.bounds_ms("Asia/Shanghai")
MARK = statement(
    """INSERT INTO dirty_hour BY NAME SELECT dt, ts_ms // 3600000 * 3600000 AS hour_ms, source, COUNT(*) AS events, 0 AS late, 0 AS known_from_ms
    FROM event GROUP BY 1, 2, 3"""
)


@pytest.fixture
def visited(workspace: Workspace, clock: FixedClock) -> Workspace:
    """Ten days of visits of forty ids, some of them merged, some bots, and an hour that changed after it was rolled up."""
    clock.ms = 1_777_600_000_000
    chance = random.Random(7)  # noqa: S311 - made-up visits
    rows: list[dict[str, Any]] = []
    for number in range(600):
        at = LOW + chance.randrange(240) * HOUR_MS + chance.randrange(HOUR_MS)
        day = dt.datetime.fromtimestamp(at / 1000, dt.UTC).date()
        event = chance.choice(["page_view", "app_start", "search"])
        more = {"channel": chance.choice(["web", "app", None]), "device": chance.choice(["ios", None]), "bot": chance.random() < 0.1}
        rows.append({"did": 1 + number % 40, "ts_ms": at, "dt": day, "event": event, "source": "site", "batch_id": "a", **more})
    make.load(workspace, {"event": rows[:550], "alias": [{"did": did, "pid": did - 1} for did in range(2, 40, 4)]})
    with workspace.warehouse.transaction() as tx:
        tx.execute(MARK)
    assert sum(iter(lambda: roll(workspace), 0)) > 200
    make.load(workspace, {"event": rows[550:]})
    with workspace.warehouse.transaction() as tx:
        tx.execute(MARK)
    return workspace


def figures(workspace: Workspace, query: MetricQuery) -> list[dict[str, Any]]:
    kept.forget_answers(workspace.warehouse)
    return answer(workspace, query).rows


@pytest.mark.parametrize("by", [(), ("sales_channel",), ("device", "channel_group")])
@pytest.mark.parametrize("grain", ["day", "week", "total"])
def test_people_counted_by_bits_are_the_same(visited: Workspace, by: tuple[str, ...], grain: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    query = MetricQuery(("uv", "page_views"), DAYS, by, grain=grain, with_total=True)
    found: dict[int | None, Any] = {}
    # All ids, some of them, or none are below the number that the sets reach to.
    for below in (None, 64, 16, 1):
        monkeypatch.setattr(kept, "ids_below", lambda *_, below=below: below)
        found[below] = figures(visited, query)
    assert sum(row["uv"] for row in found[None]) > 10
    assert found[64] == found[16] == found[1] == found[None]


def below(workspace: Workspace, by: tuple[str, ...] = ("sales_channel",), **more: Any) -> int | None:
    query = MetricQuery(("uv",), **({"period": DAYS, "by": by, "grain": "day"} | more))
    scope = scope_of(workspace, query)
    return bits.ids_below(workspace.warehouse, plan_scans(catalogue_of(workspace, None).bases(("uv",)), None), scope)


def test_sets_reach_to_the_largest_id(visited: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    assert below(visited) == below(visited, ()) == below(visited, ("device", "tracked", "month")) == 64
    short = Period(DAYS.start, DAYS.start + dt.timedelta(days=5))
    assert [below(visited, ("route",)), below(visited, ("hour",)), below(visited, grain="hour"), below(visited, period=short)] == [None] * 4
    monkeypatch.setattr(bits, "BYTES_MOST", 3 * 11 * 64 // 8)  # three channels on eleven days of universal time
    assert below(visited) == 64
    assert below(visited, ("sales_channel", "device")) is None


def test_the_statement_counts_by_bits_what_was_rolled_up(visited: Workspace) -> None:
    library = catalogue_of(visited, None)
    query = MetricQuery(("uv",), DAYS, ("sales_channel",), grain="day")
    scope = scope_of(visited, query)
    assert "BITSTRING_AGG" not in compile_query(library.bases(("uv",)), None, scope).sql()
    assert "BITSTRING_AGG" in compile_query(library.bases(("uv",)), None, replace(scope, bits=64)).sql()
    assert "BITSTRING_AGG" not in compile_query(library.bases(("uv",)), None, replace(scope, bits=64, rolled=False)).sql()
