"""How a day will end: worked cases, and random histories on which P = x has to come true about x of the time."""

from __future__ import annotations

import numpy as np
import pytest

from windsock.monitoring.forecasters.model import LEAST_ERRORS, Floats, ahead, errors_of, rest_of


def test_a_day_like_all_others_ends_like_them() -> None:
    """By hand: every day 40 by noon and 60 after it; today 22 by noon is 0.8 of a level, so 48 more: 70 in the end."""
    done, rest = np.full(70, 40.0), np.full(70, 60.0)
    found = ahead(done, rest, 22.0, 80.0)
    assert found is not None
    assert (found.expected, found.low, found.high, found.needed, found.days) == (70.0, 70.0, 70.0, 58.0, 42)
    assert found.probability == pytest.approx(42.5 / 43)
    again = ahead(done, rest, 22.0, 69.0)
    assert again is not None
    assert again.probability == pytest.approx(0.5 / 43)


def test_what_is_reached_is_not_missed() -> None:
    found = ahead(np.full(70, 40.0), np.full(70, 60.0), 80.0, 80.0)
    assert found is not None
    assert (found.probability, found.needed) == (0.0, 0.0)


def test_too_few_days_say_nothing() -> None:
    days = 28 + LEAST_ERRORS
    assert ahead(np.full(days, 1.0), np.full(days, 1.0), 1.0, 2.0) is not None
    assert ahead(np.full(days - 1, 1.0), np.full(days - 1, 1.0), 1.0, 2.0) is None
    assert ahead(np.zeros(70), np.zeros(70), 0.0, 2.0) is None  # nothing was ever forecast
    assert rest_of(np.zeros(70), np.zeros(70), 70, 0.0) == 0.0


def test_a_weekday_is_measured_by_its_own_kind() -> None:
    done = np.array([10.0 if day % 7 == 0 else 100.0 for day in range(70)])
    rest = done * 2
    assert rest_of(done, rest, 70, 10.0) == 20.0
    assert rest_of(done, rest, 71, 100.0) is not None
    assert errors_of(done, rest) == [1.0] * 42


def _history(seed: np.random.Generator, days: int) -> tuple[Floats, Floats]:
    """Weekdays of their own size, a level that wanders slowly, days that differ, hours that count by chance."""
    weekday, wander = seed.uniform(0.5, 1.5, 7), np.exp(np.cumsum(seed.normal(0, 0.02, days)))
    size = 200 * weekday[np.arange(days) % 7] * wander * np.exp(seed.normal(0, 0.15, days))
    share = seed.uniform(0.2, 0.7)
    return seed.poisson(size * share).astype(float), seed.poisson(size * (1 - share)).astype(float)


@pytest.mark.slow
def test_what_is_said_comes_true_as_often_as_it_is_said() -> None:
    """Against the slow truth: 1,500 random businesses, each asked once, with what really came."""
    seed = np.random.default_rng(20261123)
    said, came, inside = [], [], 0
    for _ in range(1_500):
        done, rest = _history(seed, 113)
        end = done[-1] + rest[-1]
        target = float(np.mean((done + rest)[-8:-1])) * seed.uniform(0.6, 1.4)
        found = ahead(done[:-1], rest[:-1], float(done[-1]), target)
        assert found is not None
        said.append(found.probability)
        came.append(float(end < target))
        inside += found.low <= end <= found.high
    chances, truth = np.array(said), np.array(came)
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        held = (chances >= low) & (chances < low + 0.2 if low < 0.8 else chances <= 1.0)
        assert held.sum() > 40
        assert abs(chances[held].mean() - truth[held].mean()) < 0.1, low
    assert 0.76 < inside / 1_500 < 0.86
    brier, base = float(np.mean((chances - truth) ** 2)), float(truth.mean() * (1 - truth.mean()))
    assert brier < 0.5 * base
