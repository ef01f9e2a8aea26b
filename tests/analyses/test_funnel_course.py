"""The course of a funnel: each value and hour or day is what the funnel, asked for that hour or day alone, says."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from tests.analyses.oracle import attempts
from tests.analyses.test_funnel import EASY, NOW, Stage, funnels
from tests.conditions.world import DAY, HOUR, MANY, ZONE, crowd
from windsock.analyses import Funnel, ask_funnel, funnel_course, read_funnel, steps_between, values_of_course
from windsock.conditions import Frame
from windsock.conditions.model import Span
from windsock.kernel.clock import start_of_day_ms
from windsock.kernel.errors import InvalidInput, TooLarge
from windsock.kernel.settings import WarehouseSettings
from windsock.warehouse import open_local

FIRST = dt.date(2026, 10, 30)
PLAIN: dict[str, Any] = {"steps": ["a", "b", "c"], "window": "6 hours", "period": {"from": "2026-10-30", "to": "2026-11-04"}}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    world = crowd(20261123, most=6)
    warehouse = open_local(tmp_path_factory.mktemp("course") / "warehouse.duckdb", WarehouseSettings())
    world.save(warehouse)
    yield warehouse, world
    warehouse.close()


class _Hour(Span):
    """One hour, which no definition can ask for."""

    def bounds_ms(self, now_ms: int, zone: str, week_start: int = 0) -> tuple[int | None, int | None]:
        del now_ms, zone, week_start
        return self.length_ms, self.length_ms + HOUR


def _days(stage: Stage, funnel: Funnel) -> None:
    warehouse, _ = stage
    frame = Frame(NOW, ZONE)
    funnel = replace(funnel, span=Span("dates", FIRST, FIRST + dt.timedelta(days=5)))
    step, _ = steps_between(funnel, "1", "step")
    found = {(one.values, one.bucket): (one.step, one.on) for one in funnel_course(warehouse, funnel, frame, step, "day") if one.step}
    wide = None if funnel.breakdown is None else replace(funnel.breakdown, top=100)
    expected: dict[Any, tuple[int, int]] = {}
    for number in range(6):
        day = FIRST + dt.timedelta(days=number)
        answer = ask_funnel(warehouse, replace(funnel, span=Span("dates", day, day), breakdown=wide), frame)
        for cell in answer.breakdown if wide is not None else (answer.total,):
            dropped = cell.dropped[0]
            assert dropped is not None
            values = () if wide is None else answer.values_of(cell) if cell.kind == "value" else (None,) * len(wide.fields)
            if cell.counts[0]:
                expected[values, day] = (cell.counts[0], cell.counts[0] - dropped)
    assert found == expected
    values = {one.values for one in funnel_course(warehouse, funnel, frame, step, "day")}
    assert funnel.breakdown is None or values_of_course(warehouse, funnel, frame) == len(values)


def test_a_day_of_the_course_is_the_funnel_of_that_day(stage: Stage) -> None:
    _days(stage, read_funnel({**PLAIN, "breakdown": {"field": ["sales_channel", "properties.s"], "step": 2, "top": 1}}))


@pytest.mark.slow
@pytest.mark.timeout(0)
@settings(max_examples=8 * MANY, deadline=None, suppress_health_check=EASY)
@given(written=funnels())
def test_many_days_of_courses_agree(stage: Stage, written: dict[str, Any]) -> None:
    funnel = read_funnel(written)
    if funnel.order == "unordered" or funnel.after(0) is not None:
        _days(stage, funnel)


def test_an_hour_of_the_course_is_what_the_telling_says_of_that_hour(stage: Stage) -> None:
    warehouse, world = stage
    funnel = read_funnel({**PLAIN, "breakdown": "sales_channel"})
    found = {(one.values, one.bucket): (one.step, one.on) for one in funnel_course(warehouse, funnel, Frame(NOW, ZONE), 1, "hour") if one.step}
    step, on = Counter[Any](), Counter[Any]()
    for hour in range(start_of_day_ms(FIRST, ZONE), start_of_day_ms(FIRST, ZONE) + 6 * DAY, HOUR):
        for one in attempts(world, replace(funnel, span=_Hour("hour", length_ms=hour)), NOW, ZONE):
            step[(one.value,), hour] += 1 in one.reached
            on[(one.value,), hour] += {1, 2} <= one.reached
    assert found == {key: (number, on[key]) for key, number in step.items() if number}
    assert len(found) > 2


def test_what_can_not_be_followed_is_refused(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    funnel = read_funnel(PLAIN)
    assert steps_between(funnel, "b", "step") == (1, 2)
    with pytest.raises(InvalidInput, match="no step 'pay'"):
        steps_between(funnel, "pay", "step")
    with pytest.raises(InvalidInput, match="last step"):
        steps_between(funnel, "3", "step")
    monkeypatch.setattr("windsock.analyses.course.ROWS_MOST", 2)
    with pytest.raises(TooLarge, match="more than 2 values"):
        funnel_course(stage[0], read_funnel({**PLAIN, "breakdown": "sales_channel"}), Frame(NOW, ZONE), 0, "hour")
