"""How surprising a point is: by hand, by a slow telling, by what came before alone, and never more than the noise of counts allows."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from windsock.monitoring.detectors.surprise import LEAST, MEMORY, SCORE_MOST, calibrated, news, surprises

HOUR = 3_600.0
SEEDS = st.integers(0, 10_000)


def told(distances: list[float], noise: float) -> list[float]:
    """Each distance by a list of those before it, as the prose says it."""
    scores: list[float] = []
    for at, distance in enumerate(distances):
        before = sorted(one for one in distances[:at] if not math.isnan(one))
        if math.isnan(distance) or len(before) < LEAST:
            scores.append(0.0)
            continue
        largest = before[max(int(0.95 * len(before)), len(before) - 400) :]
        edge, excess = largest[0], sum(largest) / len(largest) - largest[0]
        if distance > edge and excess > 0:
            probability = len(largest) / len(before) * math.exp(-(distance - edge) / excess)
        else:
            as_far = sum(one >= distance for one in before) if distance <= edge else sum(one > distance for one in before)
            probability = (as_far + 1) / (len(before) + 1)
        score = min(-math.log10(max(probability, 1e-300)), SCORE_MOST)
        if noise > 0:
            score = min(score, -math.log10(max(math.erfc(distance / noise / math.sqrt(2)), 10**-SCORE_MOST)))
        scores.append(score)
    return scores


@settings(max_examples=30, deadline=None)
@given(SEEDS, st.sampled_from([0.0, 1.0, 5.0]), st.sampled_from(["normal", "whole", "constant", "gaps"]))
def test_a_distance_is_as_unlikely_as_the_telling_says(seed: int, noise: float, kind: str):
    random = np.random.default_rng(seed)
    distances = np.abs(random.normal(0, 3, 150))
    if kind == "whole":
        distances = np.rint(distances)
    elif kind == "constant":
        distances = np.where(np.arange(150) < 120, 1.0, distances)
    elif kind == "gaps":
        distances[random.integers(0, 150, 30)] = np.nan
    found, _ = calibrated(distances, np.full(150, noise))
    assert found == pytest.approx(told(distances.tolist(), noise), abs=1e-9)


def test_by_hand():
    """Of 100 distances 1 to 100 the largest five are 96 to 100, their mean excess over 96 is 2; 110 is exp(-7) of a twentieth."""
    distances = np.array([*range(1, 101), 110.0, 50.0])
    scores, limits = calibrated(distances, np.zeros(102), 3.0)
    assert scores[100] == pytest.approx(-math.log10(0.05 * math.exp(-(110 - 96) / 2)))
    assert limits[100] == pytest.approx(96 + 2 * math.log(10) * (3 + math.log10(0.05)))
    assert scores[101] == pytest.approx(-math.log10((52 + 1) / 102))
    assert scores[:50].tolist() == [0.0] * 50


def test_the_tail_of_a_long_series_is_hardly_older_than_of_a_short_one():
    distances = np.abs(np.random.default_rng(3).normal(0, 3, 4_000))
    found, _ = calibrated(distances, np.zeros(4_000))
    expected = told([*distances[:3_999].tolist(), float(distances[3_999])], 0.0)[-1]
    assert found[3_999] == pytest.approx(expected, rel=0.02)


@given(st.lists(st.floats(0, 50), max_size=60))
def test_news_is_what_stands_above_the_memory(scores: list[float]):
    memory, expected = 0.0, list[float]()
    for score in scores:
        expected.append(score if score > memory else 0.0)
        memory = max(memory, score) * MEMORY
    assert news(np.array(scores)).tolist() == pytest.approx(expected)


def daily(days: int, seed: int = 1, level: float = 100.0) -> np.ndarray:
    random, hours = np.random.default_rng(seed), np.arange(days * 24)
    return random.poisson(level * (1.2 + np.sin(hours * math.pi / 12))).astype(float)


def test_a_fall_that_lasts_is_told_once_and_the_day_after_is_quiet():
    values = daily(60)
    values[40 * 24 + 9 : 40 * 24 + 15] *= 0.3
    course = surprises(values, HOUR, "count")
    alarms = np.flatnonzero(course.alarm)
    assert any(40 * 24 + 9 <= at <= 40 * 24 + 11 for at in alarms)
    assert sum(40 * 24 <= at < 41 * 24 for at in alarms) <= 2
    assert sum(20 * 24 <= at < 40 * 24 for at in alarms) <= 1
    assert not np.any(course.alarm[:LEAST])


@settings(max_examples=15, deadline=None)
@given(SEEDS, st.sampled_from(["count", "ratio", "amount"]))
def test_only_what_came_before_counts(seed: int, unit: str):
    values = daily(20, seed)
    volumes = np.full(len(values), 200.0) if unit == "ratio" else None
    values = np.clip(values / 400, 0, 1) if unit == "ratio" else values
    whole = surprises(values, HOUR, unit, volumes=volumes)  # type: ignore[arg-type]
    changed = values.copy()
    changed[300:] = changed[300:] * 0.5
    other = surprises(changed, HOUR, unit, volumes=volumes)  # type: ignore[arg-type]
    for name in ("expected", "low", "high", "score", "alarm"):
        assert np.array_equal(getattr(whole, name)[:300], getattr(other, name)[:300], equal_nan=True)


@settings(max_examples=10, deadline=None)
@given(SEEDS, st.sampled_from([1 / 64, 1_024.0]))
def test_amounts_are_judged_alike_in_every_currency(seed: int, rate: float):
    values = daily(20, seed) + 0.5
    one, other = surprises(values, HOUR, "amount"), surprises(values * rate, HOUR, "amount")
    # Powers of two, so that no rounding makes two equal distances differ.
    assert one.score.tolist() == other.score.tolist()
    assert one.high * rate == pytest.approx(other.high, nan_ok=True)


def test_what_hardly_ever_happens_may_happen_twice():
    """One order in sixty hours, twice in one hour: surprising by its history, not by the noise of counts."""
    values = np.zeros(1_200)
    values[::60] = 1.0
    values[1_130] = 2.0
    assert not surprises(values, HOUR, "count").alarm.any()
    values[1_130] = 30.0
    assert surprises(values, HOUR, "count").alarm[1_130]


def test_the_dial_is_what_it_says_within_its_order():
    """On noise alone there are about as many alarms a week as the dial says, and more when it is turned up."""
    random = np.random.default_rng(7)
    values = random.normal(100, 5, 24 * 7 * 30)
    week = [surprises(values, HOUR, "amount", dial).alarm.sum() / 30 for dial in (0.1, 1.0, 20.0)]
    assert week[0] <= week[1] <= week[2]
    assert week[1] <= 2.0
    assert 0 < week[2] <= 20


def test_a_missing_point_is_no_alarm_and_stops_nothing():
    values = daily(40)
    values[500:520] = np.nan
    course = surprises(values, HOUR, "count")
    assert not course.alarm[500:520].any()
    assert np.isfinite(course.expected[520:]).all()


@pytest.mark.parametrize("step", [60.0, 300.0, 1_800.0, HOUR, 21_600.0, 86_400.0])
def test_every_step_can_be_judged(step: float):
    course = surprises(np.random.default_rng(1).normal(10, 1, 400), step, "amount")
    assert np.isfinite(course.expected[200:]).all()
    assert (course.low[360:] < course.high[360:]).all()
