"""Intervals: the compiled statement against a slow, obvious telling; figures against lists; a day alone is that day of many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.analyses.interval_oracle import Found, by_bucket, intervals, told
from tests.analyses.stages import Stage, staged
from tests.conditions.test_people import names, tests
from tests.conditions.world import DAY, HOUR, MANY, T0, ZONE
from windsock.analyses import Interval, Span, WantedSpans, ask_interval, explain_interval, read_interval, spans_behind
from windsock.conditions import Frame

NOW = T0 + 2 * DAY + 5 * HOUR
EASY = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("interval"), 20261104) as both:
        yield both


kinds = st.one_of(names, st.fixed_dictionaries({"event": names, "where": st.lists(tests, max_size=1)}))
asked = st.fixed_dictionaries(
    {
        "from": kinds,
        "to": kinds,
        "window": st.sampled_from(["1 hour", "3 hours", "6 hours", "1 ms", "3 days", "30 days"]),
        "pair": st.sampled_from(["last", "first"]),
        "period": st.sampled_from([{"from": "2026-10-30", "to": "2026-11-04"}, {"from": "2026-11-01", "to": "2026-11-01"}, {"past": "50 hours"}]),
        "trend": st.sampled_from(["day", "week"]),
    },
    optional={
        "same": st.sampled_from(["route", "properties.s"]),
        "bins": st.sampled_from([["1 hour"], ["1 ms", "1 hour", "6 hours"]]),
        "breakdown": st.sampled_from(["sales_channel", {"field": "price", "top": 1}, {"field": "route", "top": 1}]),
        "where": st.lists(tests, max_size=1),
        "who": st.sampled_from([{"did": "a"}, {"did_not": "x"}]),
    },
)


def _figures(cell: Span) -> tuple[int, int, tuple[int | None, ...], tuple[int, ...], int]:
    return cell.times.count, cell.people, cell.times.quartiles_ms, cell.bins, cell.still_open


def _agree(stage: Stage, written: dict[str, Any], as_of_ms: int | None = None) -> None:
    warehouse, world = stage
    interval, frame = read_interval(written), Frame(NOW, ZONE, as_of_ms=as_of_ms)
    answer = ask_interval(warehouse, interval, frame)
    found = intervals(world, interval, NOW, ZONE, as_of_ms)
    assert _figures(answer.total) == told(found, interval)
    assert sum(answer.total.bins) == answer.total.times.count
    days = by_bucket(found, interval, ZONE)
    assert {cell.bucket: _figures(cell) for cell in answer.trend} == {day: told(some, interval) for day, some in days.items()}
    if interval.breakdown is not None:
        assert [(cell.kind, cell.value, _figures(cell)) for cell in answer.breakdown] == _by_value(found, interval)
    behind = spans_behind(warehouse, interval, frame, WantedSpans(), page=(0, 10_000))
    rows = Counter((row["person"], row["held"], row["t0"], row["t1"], row["value"]) for row in behind.rows)
    assert rows == Counter((one.person, one.held, one.t0, one.t1, one.value) for one in found if one.t1 is not None)
    assert (behind.total, behind.people) == (answer.total.times.count, answer.total.people)
    for cell in [cell for cell in (*answer.breakdown, *answer.trend) if cell.kind != "other"][:2]:
        part = spans_behind(warehouse, interval, frame, WantedSpans(0, cell))
        assert part.total == cell.bins[0]


def _by_value(found: list[Found], interval: Interval) -> list[Any]:
    """Values by their intervals, the others in one row, those without a value in one."""
    assert interval.breakdown is not None
    groups: dict[str | None, list[Found]] = {}
    for one in found:
        groups.setdefault(one.value, []).append(one)
    ranked = sorted((value for value in groups if value is not None), key=lambda value: (-told(groups[value], interval)[0], value))
    top = ranked[: interval.breakdown.top]
    rest = [one for value in ranked[interval.breakdown.top :] for one in groups[value]]
    expected: list[Any] = [("value", value, told(groups[value], interval)) for value in top]
    expected += [("other", None, told(rest, interval))] if rest else []
    return [*expected, *([("none", None, told(groups[None], interval))] if None in groups else [])]


@settings(max_examples=2, deadline=None, suppress_health_check=EASY)
@given(written=asked, as_of_ms=st.sampled_from([None, None, T0 + DAY, T0 + 3 * DAY]))
def test_an_interval_is_what_the_telling_says(stage: Stage, written: dict[str, Any], as_of_ms: int | None):
    _agree(stage, written, as_of_ms)


@pytest.mark.slow
@pytest.mark.timeout(0)
@settings(max_examples=20 * MANY, deadline=None, suppress_health_check=EASY)
@given(written=asked, as_of_ms=st.sampled_from([None, None, T0 + DAY, T0 + 3 * DAY]))
def test_many_intervals_agree(stage: Stage, written: dict[str, Any], as_of_ms: int | None):
    _agree(stage, written, as_of_ms)


def _proofs_agree(stage: Stage, written: dict[str, Any], most: int) -> None:
    """Each person's proof has the person's intervals and no other."""
    warehouse, world = stage
    interval, frame = read_interval(written), Frame(NOW, ZONE)
    found = intervals(world, interval, NOW, ZONE)
    for person in sorted({*world.counted()})[:most]:
        proof = explain_interval(warehouse, interval, frame, person)
        shown = Counter((one.start.t_ms, one.seen.t_ms) for one in proof.pairings if proof.asked and one.why == "counted" and one.start)
        assert shown == Counter((one.t0, one.t1) for one in found if one.person == person and one.t1 is not None)
        for one in proof.pairings:
            if one.why == "too_long":
                assert one.length_ms is not None
                assert one.length_ms > interval.window_ms
        assert all(proof.lines("en"))
        assert all(proof.lines("zh"))


@settings(max_examples=1, deadline=None, suppress_health_check=EASY)
@given(written=asked)
def test_everybody_has_a_proof_of_intervals(stage: Stage, written: dict[str, Any]):
    _proofs_agree(stage, written, 4)


@pytest.mark.slow
@pytest.mark.timeout(0)
@settings(max_examples=2 * MANY, deadline=None, suppress_health_check=EASY)
@given(written=asked)
def test_many_proofs_of_intervals_agree(stage: Stage, written: dict[str, Any]):
    _proofs_agree(stage, written, 15)
