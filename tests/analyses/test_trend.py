"""Trends: the compiled statement against a slow, obvious telling, and the proof of each figure."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.analyses.stages import Stage, staged
from tests.analyses.trend_oracle import Mine, events_of, figure, formula, key_of, rounded, values_of
from tests.conditions.test_people import names, tests
from tests.conditions.world import DAY, HOUR, MANY, T0, ZONE
from windsock.analyses import Line, Trend, TrendAnswer, WantedPoint, ask_trend, events_behind_point, explain_trend, people_behind_point, read_trend
from windsock.analyses.trend import measure
from windsock.analyses.trend.measure import asking
from windsock.analyses.trend.points import shown
from windsock.conditions import Frame
from windsock.kernel.errors import InvalidInput

NOW = T0 + 2 * DAY + 5 * HOUR
EASY = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with staged(tmp_path_factory.mktemp("trend"), 20261106) as both:
        yield both


counted = st.fixed_dictionaries(
    {"event": names, "measure": st.sampled_from(["events", "people", "per_person"])}, optional={"where": st.lists(tests, max_size=1)}
)
measured = st.fixed_dictionaries(
    {"event": names, "measure": st.sampled_from(["sum", "average", "min", "max", "median"]), "of": st.sampled_from(["price", "properties.n"])}
)
periods = st.sampled_from(
    [
        {"from": "2026-10-30", "to": "2026-11-04"}, {"from": "2026-11-01", "to": "2026-11-01"}, {"past": "50 hours"}, {"last": 2, "unit": "day"},
        {"from": "2026-11-01", "to": "2026-11-30"}, {"previous": 1, "unit": "week"},
    ]
)  # fmt: skip
asked = st.fixed_dictionaries(
    {
        "series": st.lists(st.one_of(names.filter(lambda name: name != "*"), counted, measured), min_size=1, max_size=3),
        "period": periods,
        "grain": st.sampled_from(["hour", "day", "week", "month"]),
    },
    optional={
        "where": st.lists(tests, max_size=1),
        "who": st.sampled_from([{"did": "a"}, {"did_not": "x"}]),
        "breakdown": st.sampled_from(["route", {"field": "sales_channel", "top": 1}, {"field": ["route", "properties.s"], "top": 2}, "price"]),
        "compare": st.sampled_from(["previous", "same_weekday", "last_year"]),
        "cumulative": st.booleans(),
        "formula": st.sampled_from(["A/A", "(A-2)/(A+1)*3", "A/B", "(B-A)/(B-B)", "B/A*A"]),
    },
).map(lambda one: _able(dict(one)))


def _able(one: dict[str, Any]) -> dict[str, Any]:
    """Take out what would be refused."""
    if any(isinstance(series, dict) and series["measure"] == "median" for series in one["series"]):
        one.pop("cumulative", None)
    if len(one["series"]) < 2 and "B" in one.get("formula", ""):
        one.pop("formula")
    return one


def _figures(trend: Trend, mine: Mine) -> list[Fraction | None]:
    return [figure(one, mine) for one in trend.series]


def _line_is_told(answer: TrendAnswer, line: Line, keys: list[Any], mine: Mine) -> None:
    """Each figure of a line is what is said of its own events."""
    trend, zone = answer.made.trend, answer.made.frame.zone
    total = _figures(trend, mine)
    assert [shown(one.total) for one in line.series] == [rounded(value) for value in total]
    if line.formula is not None:
        assert shown(line.formula.total) == rounded(formula(trend, total))
    by: dict[Any, Mine] = {}
    for person, event in mine:
        by.setdefault(key_of(event["ts_ms"], trend.grain, zone), []).append((person, event))
    for index, key in enumerate(keys):
        if key is None:
            assert [one.points[index] for one in line.series] == [None for _ in line.series]
            continue
        until = {one for one in keys[: index + 1] if one is not None} if trend.cumulative else {key}
        here = _figures(trend, [one for at in until for one in by.get(at, [])])
        assert [shown(one.points[index]) for one in line.series] == [rounded(value) for value in here], (key, line.kind, line.value)
        if line.formula is not None:
            assert shown(line.formula.points[index]) == rounded(formula(trend, here))


def _agree(stage: Stage, written: dict[str, Any], as_of_ms: int | None = None) -> None:
    warehouse, world = stage
    trend, frame = read_trend(written), Frame(NOW, ZONE, as_of_ms=as_of_ms)
    answer, made = ask_trend(warehouse, trend, frame), asking(trend, frame)
    mine, keys = events_of(world, trend, made.bounds, (NOW, ZONE, as_of_ms)), [bucket.key for bucket in answer.made.buckets]
    assert {key_of(event["ts_ms"], trend.grain, ZONE) for _, event in mine} <= set(keys)
    _line_is_told(answer, answer.total, keys, mine)
    if trend.breakdown is not None:
        _breakdown_is_told(answer, keys, mine)
    if trend.compare is not None:
        assert answer.before is not None
        there = asking(trend, frame, before=True)
        _line_is_told(answer, answer.before, list(answer.before_keys), events_of(world, trend, there.bounds, (NOW, ZONE, as_of_ms)))
    _lists_agree(stage, trend, frame, answer)


def _breakdown_is_told(answer: TrendAnswer, keys: list[Any], mine: Mine) -> None:
    trend = answer.made.trend
    assert trend.breakdown is not None
    order, by = values_of(trend, mine)
    top, beyond = order[: trend.breakdown.top], order[trend.breakdown.top :]
    lines = {(line.kind, line.value): line for line in answer.breakdown}
    expected: dict[tuple[str, str | None], Mine] = {("value", value): by[value] for value in top}
    expected |= {("other", None): [one for value in beyond for one in by[value]]} if beyond else {}
    expected |= {("none", None): by[None]} if None in by else {}
    assert list(lines) == list(expected)  # in this very order
    for place, events in expected.items():
        _line_is_told(answer, lines[place], keys, events)


def _lists_agree(stage: Stage, trend: Trend, frame: Frame, answer: TrendAnswer) -> None:
    """The lists behind points have the numbers of the points."""
    warehouse, _ = stage
    lines = [answer.total, *(line for line in answer.breakdown[:1] if line.kind != "other")]
    for index, one in enumerate(trend.series):
        for line in lines if one.measure in ("events", "people") else ():
            for place, bucket in [
                (None, None),
                *((at, bucket.key) for at, bucket in enumerate(answer.made.buckets[-2:], len(answer.made.buckets[:-2]))),
            ]:
                look = people_behind_point if one.measure == "people" else events_behind_point
                found = look(warehouse, trend, frame, WantedPoint(index, bucket, line.kind, line.value), page=(0, 10_000))
                assert found.total == len(found.rows) == (line.series[index].total if place is None else line.series[index].points[place])
    if trend.compare is not None and trend.series[0].measure == "people" and answer.before is not None:
        assert people_behind_point(warehouse, trend, frame, WantedPoint(before=True)).total == answer.before.series[0].total


moments = st.sampled_from([None, None, T0 + DAY, T0 + 3 * DAY])


@settings(max_examples=4, deadline=None, suppress_health_check=EASY)
@given(written=asked, as_of_ms=moments)
def test_a_trend_is_what_the_telling_says(stage: Stage, written: dict[str, Any], as_of_ms: int | None):
    _agree(stage, written, as_of_ms)


@pytest.mark.nightly
@pytest.mark.timeout(0)
@settings(max_examples=40 * MANY, deadline=None, suppress_health_check=EASY)
@given(written=asked, as_of_ms=moments)
def test_many_trends_agree(stage: Stage, written: dict[str, Any], as_of_ms: int | None):
    _agree(stage, written, as_of_ms)


def _proofs_agree(stage: Stage, written: dict[str, Any], most: int) -> None:
    """Each person's proof has the events that count in each series."""
    warehouse, world = stage
    trend, frame = read_trend(written), Frame(NOW, ZONE)
    mine = events_of(world, trend, asking(trend, frame).bounds, (NOW, ZONE, None))
    for person in sorted({*world.counted()})[:most]:
        proof = explain_trend(warehouse, trend, frame, person)
        own = [one for one in mine if one[0] == person]
        expected = [figure(one, own) for one in read_trend(written | {"series": [_as_count(series) for series in written["series"]]}).series]
        assert [Fraction(count) for count in proof.counts] == expected
        assert all(proof.lines("en"))
        assert all(proof.lines("zh"))


def _as_count(series: object) -> Any:
    return {"event": series["event"], "where": series.get("where")} if isinstance(series, dict) else series


@settings(max_examples=1, deadline=None, suppress_health_check=EASY)
@given(written=asked.map(lambda one: {key: value for key, value in one.items() if key not in ("formula", "cumulative")}))
def test_everybody_has_a_proof(stage: Stage, written: dict[str, Any]):
    _proofs_agree(stage, written, 4)


@pytest.mark.nightly
@pytest.mark.timeout(0)
@settings(max_examples=3 * MANY, deadline=None, suppress_health_check=EASY)
@given(written=asked.map(lambda one: {key: value for key, value in one.items() if key not in ("formula", "cumulative")}))
def test_many_proofs_agree(stage: Stage, written: dict[str, Any]):
    _proofs_agree(stage, written, 15)


RIGHT: dict[str, Any] = {"series": ["a", {"event": "b", "measure": "people"}], "period": {"from": "2026-11-01", "to": "2026-11-02"}}


@pytest.mark.parametrize(
    "wrong",
    [
        {"series": []}, {"series": ["a"] * 11}, {"series": [{"event": "a", "measure": "sum"}]}, {"series": [{"event": "a", "of": "price"}]},
        {"series": [{"measure": "people"}]}, {"series": [{"event": "a", "measure": "mode"}]}, {"formula": "C/A"}, {"formula": "1+1"},
        {"formula": "(A"}, {"formula": "A/0"}, {"formula": "(" * 30 + "A" + ")" * 30}, {"formula": "A" + "+A" * 200}, {"formula": "A;B"},
        {"formula": "A B"}, {"formula": ""}, {"formula": "A**B"}, {"formula": "-A"}, {"grain": "year"}, {"compare": "ever"}, {"moving": 1},
        {"moving": 91}, {"cumulative": 1}, {"cumulative": True, "series": [{"event": "a", "measure": "median", "of": "price"}]},
        {"breakdown": ["a", "b", "c", "d"]}, {"color": "red"},
    ],
)  # fmt: skip
def test_a_trend_that_is_wrong_is_refused(wrong: dict[str, Any]):
    with pytest.raises(InvalidInput) as caught:
        read_trend(RIGHT | wrong)
    assert caught.value.where.startswith("trend")


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"grain": "hour", "period": {"from": "2026-01-01", "to": "2026-03-01"}}, "trend.grain"),
        ({"period": {"from": "2026-01-01"}}, "trend.period"),
        ({"breakdown": {"field": "route", "top": 100}, "series": ["a"] * 10, "period": {"from": "2026-01-01", "to": "2026-12-31"}},
         "trend.breakdown"),
        ({"breakdown": "colour"}, "trend.breakdown"), ({"series": [{"event": "a", "measure": "sum", "of": "route"}]}, "trend.series[0].of"),
    ],
)  # fmt: skip
def test_a_trend_that_cannot_be_asked_is_refused(stage: Stage, wrong: dict[str, Any], where: str):
    with pytest.raises(InvalidInput) as caught:
        ask_trend(stage[0], read_trend(RIGHT | wrong), Frame(NOW, ZONE))
    assert caught.value.where == where


@pytest.mark.parametrize(
    "wrong",
    [
        WantedPoint(2), WantedPoint(bucket=1), WantedPoint(kind="other"), WantedPoint(kind="value", value="r1"), WantedPoint(before=True),
    ],
)  # fmt: skip
def test_a_point_that_does_not_exist_has_no_list(stage: Stage, wrong: WantedPoint):
    for look in (people_behind_point, events_behind_point):
        with pytest.raises(InvalidInput):
            look(stage[0], read_trend(RIGHT), Frame(NOW, ZONE), wrong)


@pytest.mark.parametrize("length", [2, 1 << 12, 1 << 20, None])
def test_people_are_the_same_however_long_their_sets_are(stage: Stage, length: int | None, monkeypatch: pytest.MonkeyPatch):
    """Sets that are too short for who came meanwhile are noticed."""
    warehouse, _ = stage
    series = [{"event": "a", "measure": "people"}, {"event": ["a", "b"], "measure": "per_person"}]
    trend, frame = read_trend({"series": series, "period": {"from": "2026-10-30", "to": "2026-11-04"}}), Frame(NOW, ZONE)
    expected = ask_trend(warehouse, trend, frame).json()
    monkeypatch.setattr(measure, "set_length", lambda *_: length)
    answer = ask_trend(warehouse, trend, frame)
    assert answer.json() == expected
    assert expected["total"]["series"][0]["total"] not in (None, "0")
    assert ("BITSTRING_AGG" in answer.sql) == (length in (1 << 12, 1 << 20))
