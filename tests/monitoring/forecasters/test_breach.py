"""Whether a figure passes a limit: a worked case by hand, random series against the slow telling, and what is said comes true as often."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conditions.world import MANY
from tests.monitoring.forecasters.oracles import passes
from windsock.monitoring.forecasters.breach import Limits, passing, ran


def test_by_hand_one_former_day_fell_so_far() -> None:
    """Four steps a day, always 100, but 85 at this time 20 days ago; the last step is at 90.

    Usual is (100 - 15 / 28 + 100) / 2 = 99.73 and 10 too few are believed by half: 94.73. That day fell 15 below its forecast of 100: 79.73.
    """
    values = np.full(57 * 4 + 2, 100.0)
    values[len(values) - 20 * 4], values[-1] = 85.0, 90.0
    found, safe = (passing(values, Limits(below=limit), 4, 1, 1) for limit in (79.74, 79.73))
    assert found is not None
    assert found.probability == pytest.approx(1.5 / 29)
    assert (found.days, found.step, found.step_low, found.step_high) == (28, 0.0, 0.0, 0.0)
    assert found.low == pytest.approx(94.73, abs=0.005)
    assert safe is not None
    assert (safe.probability, safe.step) == (pytest.approx(0.5 / 29), None)


def test_a_run_is_asked_of_whole_paths() -> None:
    """Each former day falls once at one of its two steps, never twice: alone each step is bad on half of the days, two in a row are bad on none."""
    values = np.full(70 * 2, 100.0)
    chance = np.random.default_rng(5)
    for day in range(70):
        values[2 * day + int(chance.integers(0, 2))] = 50.0
    one, both = (passing(values, Limits(below=55.0, run=run), 2, 2, 1) for run in (1, 2))
    assert one is not None
    assert both is not None
    assert both.probability < 0.2 < one.probability


def test_too_little_says_nothing() -> None:
    assert passing(np.full(28 * 4, 1.0), Limits(below=0.5), 4, 2, 2) is None
    assert passing(np.full(29 * 4, 1.0), Limits(below=0.5), 4, 2, 2) is not None
    assert passing(np.full(60 * 4, np.nan), Limits(below=0.5), 4, 2, 2) is None


def test_a_run_that_came_is_seen() -> None:
    assert ran(np.array([1.0, 0.2, np.nan, 0.2, 0.2]), Limits(below=0.5, run=2))
    assert not ran(np.array([1.0, 0.2, np.nan, 0.2, 1.0]), Limits(below=0.5, run=2))


@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.integers(1, 6), st.integers(1, 4), st.integers(1, 2), st.integers(0, 1))
@settings(max_examples=40 * MANY, deadline=None)
def test_it_says_what_the_slow_telling_says(seed: int, day: int, steps: int, recent: int, run: int, share: int) -> None:
    chance = np.random.default_rng(seed)
    steps = min(steps, day)
    values = np.round(chance.normal(50, 10, day * int(chance.integers(20, 75)) + int(chance.integers(0, 3))), 2)
    if share:
        values = np.clip(values / 55, 0, 1)
    values[chance.random(len(values)) < 0.05] = np.nan
    limit = (float(chance.uniform(25, 55)) + 0.001234567) / (55 if share else 1)
    found, slow = passing(values, Limits(below=limit, run=run), day, steps, recent), passes(values.tolist(), limit, run, day, steps, recent)
    assert (found is None) == (slow is None)
    if found is not None:
        assert found.probability == pytest.approx(slow)


@pytest.mark.slow
def test_what_is_said_comes_true_as_often_as_it_is_said() -> None:
    """450 random hourly series whose noise hangs together, each asked once for six hours, with what really came."""
    chance, said, came, inside = np.random.default_rng(11), [], [], 0
    for _ in range(450):
        hours = 57 * 24 + int(chance.integers(0, 24))
        noise, kicks = np.zeros(hours), chance.normal(0, 1, hours)
        for hour in range(1, hours):
            noise[hour] = 0.7 * noise[hour - 1] + kicks[hour]
        values = 100 + 20 * np.sin(np.arange(hours) / 24 * 2 * np.pi) + 4 * noise
        limits = Limits(below=float(np.quantile(values, chance.uniform(0.005, 0.15))), run=int(chance.integers(1, 3)))
        found = passing(values[:-6], limits, 24, 6, 3)
        assert found is not None
        said.append(found.probability)
        came.append(ran(values[-6:], limits))
        inside += found.low <= values[-1] <= found.high
    chances, truth = np.array(said), np.array(came, dtype=float)
    for low, high in ((0.0, 0.25), (0.25, 0.6), (0.6, 1.01)):
        held = (chances >= low) & (chances < high)
        assert held.sum() > 20
        assert abs(chances[held].mean() - truth[held].mean()) < 0.12, low
    assert 0.72 < inside / 450 < 0.88
    assert float(np.mean((chances - truth) ** 2)) < 0.7 * float(truth.mean() * (1 - truth.mean()))
