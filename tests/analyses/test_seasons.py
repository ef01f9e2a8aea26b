"""Seasons: loess against a plain telling, the decomposition against published figures, parts that add up exactly, the doors."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import random
from decimal import Decimal
from math import isclose
from pathlib import Path
from typing import Any

import jsonschema_rs
import numpy as np
import pyarrow as pa
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analyses.door import Opened
from tests.analyses.test_retention_commands import run
from tests.conditions.world import World
from windsock.analyses import SeasonsAnswer, ask_seasons, read_seasons, seasons_schema
from windsock.analyses.kinds import name_of
from windsock.analyses.seasons import routes
from windsock.analyses.seasons.ask import _hours
from windsock.analyses.seasons.stl import Floats, Spans, decompose, decompose_several, loess, spans_of
from windsock.conditions import frame_of
from windsock.kernel.errors import InvalidInput, UserError
from windsock.kernel.period import Period
from windsock.rooms import plug
from windsock.warehouse import schema
from windsock.workspace import Workspace

YEARS: list[list[float]] = yaml.safe_load((Path(__file__).parent / "co2.yaml").read_text("utf-8"))["co2"]
CO2 = np.array([value for year in YEARS for value in year])
PUBLISHED = {
    0: (-0.13125, 315.55194), 11: (-0.96029, 316.61630), 36: (-0.11934, 318.28689), 60: (-0.11166, 319.39351), 100: (2.80471, 321.74714),
    140: (-2.88406, 325.76450),
}  # fmt: skip
"""Season and trend by the authors' programme (netlib), spans 35, 19 and 13, two robust rounds; as statsmodels keeps them in its tests."""


def plain_line(at: list[float], values: list[float | None], weights: list[float], span: int, wanted: float) -> float | None:
    """The local line at one place: all neighbours by distance, the nearest taken, weighed, and the normal equations solved."""
    known = [(x, y, w) for x, y, w in zip(at, values, weights, strict=True) if y is not None]
    if not known:
        return None
    near = sorted(known, key=lambda one: (abs(one[0] - wanted), one[0]))[:span]
    reach = max(abs(x - wanted) for x, _, _ in near) + max(0, (span - len(known)) // 2)
    tricube = [
        w
        * (
            1.0
            if reach == 0 or abs(x - wanted) <= 0.001 * reach
            else 0.0
            if abs(x - wanted) >= 0.999 * reach
            else (1 - (abs(x - wanted) / reach) ** 3) ** 3
        )
        for x, _, w in near
    ]
    if not sum(tricube):
        return sum(y for _, y, _ in near) / len(near)
    total = sum(tricube)
    x_mean = sum(w * x for w, (x, _, _) in zip(tricube, near, strict=True)) / total
    y_mean = sum(w * y for w, (_, y, _) in zip(tricube, near, strict=True)) / total
    spread = sum(w * (x - x_mean) ** 2 for w, (x, _, _) in zip(tricube, near, strict=True)) / total
    if spread**0.5 <= 0.001 * (known[-1][0] - known[0][0]):
        return y_mean
    slope = sum(w * (x - x_mean) * (y - y_mean) for w, (x, y, _) in zip(tricube, near, strict=True)) / total / spread
    return y_mean + slope * (wanted - x_mean)


@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(st.one_of(st.none(), st.integers(-50, 50)), min_size=3, max_size=25),
    span=st.sampled_from([3, 5, 7, 15]),
    heavy=st.lists(st.sampled_from([0.25, 0.5, 1.0]), min_size=25, max_size=25),
    wanted=st.integers(-1, 26),
)
def test_loess_is_the_plain_line(values: list[int | None], span: int, heavy: list[float], wanted: int):
    at = [float(place) for place in range(len(values))]
    told = plain_line(at, [None if one is None else float(one) for one in values], heavy[: len(values)], span, wanted + 0.25)
    series = np.array([np.nan if one is None else float(one) for one in values])
    found = loess(np.array(at), series, np.array(heavy[: len(values)]), span, np.array([wanted + 0.25]))[0]
    assert np.isnan(found) if told is None else isclose(found, told, rel_tol=1e-7, abs_tol=1e-7)


def test_carbon_dioxide_as_published():
    """The published programme asks loess at every fourth and second place and draws lines between; ours asks everywhere."""
    season, trend = decompose(CO2, 12, Spans(35, 19, 13), robust=True, inner=1, outer=2)
    for place, (wanted_season, wanted_trend) in PUBLISHED.items():
        assert abs(season[place] - wanted_season) < 0.002, place
        assert abs(trend[place] - wanted_trend) < 0.006, place


WEEK = np.array([3.0, 1.0, 0.0, -1.0, 2.0, -4.0, -1.0])


def _made(count: int, missing: tuple[int, ...] = ()) -> Floats:
    made: Floats = (50 + 0.5 * np.arange(count) + np.resize(WEEK, count)).astype(np.float64)
    made[list(missing)] = np.nan
    return made


@pytest.mark.parametrize("robust", [False, True])
@pytest.mark.parametrize("span", [None, 11])
@pytest.mark.parametrize("missing", [(), (10, 11, 30)])
def test_a_line_with_a_week_is_told_as_such(*, robust: bool, span: int | None, missing: tuple[int, ...]):
    season, trend = decompose(_made(70, missing), 7, spans_of(7, span), robust=robust, inner=20)
    assert np.allclose(season, np.resize(WEEK, 70), atol=0.05)
    assert np.allclose(trend, 50 + 0.5 * np.arange(70), atol=0.05)


def test_one_odd_day_does_not_move_the_season_where_it_is_robust():
    made = _made(70)
    made[33] += 500
    _season, plain = decompose(made, 7, spans_of(7, None), robust=False)
    season, trend = decompose(made, 7, spans_of(7, None), robust=True, inner=5)
    assert abs(trend[33] - 66.5) < 0.5 < abs(plain[33] - 66.5)
    assert np.allclose(season, np.resize(WEEK, 70), atol=0.5)


def test_a_week_and_a_year_are_told_apart():
    days = np.arange(800)
    year = 20 * np.sin(2 * np.pi * days / 365)
    made = 200 + np.resize(WEEK, 800) + year
    spans = [spans_of(7, None), Spans(None, 549, 365, 29)]
    [week, found], trend = decompose_several(made, [7, 365], spans, robust=False)
    assert np.allclose(week, np.resize(WEEK, 800), atol=0.5)
    assert np.abs(found - year)[50:-50].max() < 4
    assert np.abs(trend - 200)[50:-50].max() < 4


FIRST = dt.date(2025, 11, 3)
SPIKE, GAP = 20, 24
WRITTEN = "seasons: Visitors\nmetric: uv\nperiod: {from: '2025-11-01', to: '2025-12-14'}\n"


@pytest.fixture
def seeded(workspace: Workspace) -> Workspace:
    """Visitors of 35 days: some 10 on working days, some 4 at weekends; one day of 40, one day of which nothing is known."""
    world, chance = World(), random.Random(8)  # noqa: S311 - a made-up crowd
    for place in range(35):
        day = FIRST + dt.timedelta(days=place)
        many = 40 if place == SPIKE else 0 if place == GAP else (4 if day.weekday() > 4 else 10) + chance.randrange(4)
        at = int(dt.datetime(day.year, day.month, day.day, 4, tzinfo=dt.UTC).timestamp() * 1000)
        for visitor in range(many):
            world.event(visitor + 1, at + visitor, "page_view", source="web")
    with workspace.warehouse.transaction() as tx:
        for table, rows in world.rows.items():
            tx.append(table, pa.Table.from_pylist(rows, schema=schema.BY_NAME[table].arrow()))
    workspace.close = lambda: None
    return workspace


def _asked(workspace: Workspace, **more: Any) -> SeasonsAnswer:
    return ask_seasons(workspace, read_seasons(yaml.safe_load(WRITTEN) | more), frame_of(workspace))


@pytest.mark.parametrize("more", [{}, {"robust": False}, {"span": 7}, {"of": []}, {"empty": "zero"}])
def test_parts_add_up_to_the_value_exactly(seeded: Workspace, more: dict[str, Any]):
    answer = _asked(seeded, **more)
    known = 0
    for point in answer.points:
        assert (point.value is None) == (point.rest is None) == (point.why is not None)
        if point.value is not None:
            assert point.trend is not None
            assert point.rest is not None
            assert point.trend + sum((part for part in point.seasons if part is not None), Decimal(0)) + point.rest == point.value
            known += 1
    assert known == (len(answer.points) - answer.json()["incomplete"] if "empty" in more else 34)


def test_a_day_that_is_missing_is_not_zero_and_an_odd_one_is_marked(seeded: Workspace):
    answer = _asked(seeded)
    points = {point.at: point for point in answer.points}
    gap, spike = (points[(FIRST + dt.timedelta(days=place)).isoformat()] for place in (GAP, SPIKE))
    assert (gap.value, gap.rest, gap.why, gap.unusual) == (None, None, "empty", False)
    assert gap.trend is not None
    assert (spike.value, spike.unusual) == (Decimal(40), True)
    assert [point.at for point in answer.points if point.unusual] == [spike.at]
    assert points["2025-11-01"].trend is None  # nothing is told before the first value
    assert points["2025-12-14"].trend is None
    assert (answer.of, answer.steady) == (("week",), (True,))
    strength = answer.season_strengths[0]
    assert strength is not None
    told = {dt.date.fromisoformat(point.at).weekday(): point.seasons[0] for point in answer.points if point.seasons[0] is not None}
    assert max(told[5], told[6]) < 0 < min(told[day] for day in range(5))


def test_hours_of_days_when_clocks_change():
    """New York, 1 November 2026: one o'clock comes twice, the first stands; 8 March: two o'clock never comes, and is missing."""
    autumn = {f"2026-11-01T{hour:02}:00:00-04:00": hour for hour in (0, 1)} | {
        f"2026-11-01T{hour:02}:00:00-05:00": 10 + hour for hour in range(1, 24)
    }
    slots = _hours(Period(dt.date(2026, 11, 1), dt.date(2026, 11, 1)), autumn, 2**60)
    assert [slot.said for slot in slots[:3]] == [0, 1, 12]
    spring = {f"2026-03-08T{hour:02}:00:00-04:00": hour for hour in range(3, 24)}
    slots = _hours(Period(dt.date(2026, 3, 8), dt.date(2026, 3, 8)), spring, 2**60)
    assert (len(slots), slots[2].said, slots[2].why, slots[3].said) == (24, None, None, 3)


def test_doors(seeded: Workspace, tmp_path: Path):
    result = run("seasons", seeded, tmp_path, "--format", "json", written=WRITTEN)
    assert result.exception is None, result.exception
    told = json.loads(result.stdout)
    assert (told["missing"], told["unusual"], told["seasons"], told["unit"]) == (told["missing"], 1, ["week"], "count")
    rows = list(csv.DictReader(io.StringIO(run("seasons", seeded, tmp_path, "--format", "csv", written=WRITTEN).stdout)))
    assert len(rows) == 44
    table = run("seasons", seeded, tmp_path, written=WRITTEN).stdout
    assert "Strength of the steady season of the week" in table
    plug()
    door = Opened(seeded, routes.router)
    body = {"definition": yaml.safe_load(WRITTEN)}
    assert door.ask("POST", "/api/analyses/seasons", body).json()["points"] == told["points"]
    assert b"unusual" in door.ask("POST", "/api/analyses/seasons/export", body).content
    assert door.ask("GET", "/api/analyses/seasons/schema").json()["title"] == "Seasons"
    assert name_of("seasons", body["definition"]) == "Visitors"
    short = WRITTEN.replace("2025-12-14", "2025-11-05")
    assert isinstance(run("seasons", seeded, tmp_path, written=short).exception, UserError)


RIGHT: dict[str, Any] = {"metric": "uv", "period": {"from": "2025-11-01", "to": "2025-12-14"}}


def test_the_schema_knows_what_is_written():
    check = jsonschema_rs.validator_for(seasons_schema())
    for written in (yaml.safe_load(WRITTEN), RIGHT | {"by": "hour", "of": ["day"], "where": ["device=app"], "span": 9}):
        check.validate(written)
        read_seasons(written)
    assert not check.is_valid(RIGHT | {"color": "red"})


@pytest.mark.parametrize(
    "wrong",
    [
        {"by": "week"}, {"of": ["day"]}, {"by": "hour", "of": ["year"]}, {"span": 8}, {"span": 5}, {"unusual": 0}, {"empty": "no"}, {"robust": "no"},
        {"where": ["nonsense"]}, {"color": "red"}, {"where": "device=app"},
    ],
)  # fmt: skip
def test_seasons_that_are_wrong_are_refused(wrong: dict[str, Any]):
    with pytest.raises(InvalidInput) as caught:
        read_seasons(RIGHT | wrong)
    assert caught.value.where.startswith("seasons")


@pytest.mark.parametrize("wrong", [{"metric": "nothing"}, {"of": ["year"]}, {"period": {"from": "2025-11-01"}}, {"where": ["colour=red"]}])
def test_seasons_that_cannot_be_asked_are_refused(seeded: Workspace, wrong: dict[str, Any]):
    with pytest.raises(InvalidInput):
        _asked(seeded, **wrong)


@pytest.mark.parametrize("missing", sorted(RIGHT))
def test_what_seasons_need_is_said(missing: str):
    with pytest.raises(InvalidInput, match=missing):
        read_seasons({key: value for key, value in RIGHT.items() if key != missing})
