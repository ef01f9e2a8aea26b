"""Figures of how good a score is, against slow and obvious ways to the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from windsock.audiences.models.measure import Cut, brier, deciles, difference, drift, gains, lift, placements

ROWS = st.lists(st.tuples(st.integers(0, 4), st.booleans()), min_size=2, max_size=25).filter(lambda rows: len({hit for _, hit in rows}) == 2)


@given(ROWS)
@settings(deadline=None)
def test_the_area_and_its_placements_are_those_of_pairs(rows: list[tuple[int, bool]]):
    score, hit = np.array([float(one) for one, _ in rows]), np.array([one for _, one in rows])
    area, moves = placements(score, hit)

    def won(a: float, b: float) -> float:
        return 1.0 if a > b else 0.5 if a == b else 0.0

    hits, misses = score[hit], score[~hit]
    slow = np.mean([[won(a, b) for b in misses] for a in hits])
    expected = [
        (np.mean([won(one, b) for b in misses]) - slow) / len(hits) if came else (np.mean([won(a, one) for a in hits]) - slow) / len(misses)
        for one, came in zip(score, hit, strict=True)
    ]
    assert area == pytest.approx(slow)
    assert moves == pytest.approx(np.array(expected))


def _cut(seed: int, rows: int = 400, better: float = 0.5) -> Cut:
    chance = np.random.default_rng(seed)
    hit = chance.random(rows) < 0.3
    return Cut(np.arange(rows), hit, hit * better + chance.normal(size=rows), hit * 0.2 + chance.normal(size=rows))


def test_the_interval_is_that_of_a_bootstrap_over_people():
    # The same people stand in both cuts: a bootstrap of people, not of rows, is the truth to be met.
    one = _cut(1)
    cuts = [one, Cut(one.key, one.hit, one.model + 0.1, one.baseline)]
    _, _, gain = difference(cuts)
    chance, drawn = np.random.default_rng(2), []
    for _ in range(600):
        some = chance.integers(0, len(one.hit), len(one.hit))
        drawn.append(placements(one.model[some], one.hit[some])[0] - placements(one.baseline[some], one.hit[some])[0])
    assert gain.high - gain.low == pytest.approx(2 * 1.96 * np.std(drawn), rel=0.12)
    assert gain.value == pytest.approx(np.mean(drawn), abs=0.01)


def test_a_model_that_is_its_baseline_differs_by_nothing():
    one = _cut(3)
    _, _, gain = difference([Cut(one.key, one.hit, one.model, one.model)])
    assert (gain.value, gain.low, gain.high) == (0, 0, 0)


def test_lift_gains_and_brier_by_hand():
    score, hit = np.arange(20.0), np.array([False] * 16 + [True] * 4)
    assert lift(score, hit) == 5.0
    assert gains(score, hit)[:3] == pytest.approx([0.5, 1.0, 1.0])
    assert lift(np.zeros(20), hit) == pytest.approx(1.0)
    assert brier(np.array([0.0, 1.0, 0.5]), np.array([False, True, True])) == pytest.approx(0.25 / 3)
    assert [one["came"] for one in deciles(score, hit)][-2:] == [1.0, 1.0]


def test_drift_is_nothing_for_the_same_and_much_for_another():
    chance = np.random.default_rng(4)
    same = chance.normal(size=5000)
    assert drift(same, same) == pytest.approx(0, abs=1e-12)
    assert drift(same, chance.normal(size=5000)) < 0.02
    assert drift(same, chance.normal(1, 1, 5000)) > 0.25
    assert drift(same, np.full(5000, np.nan)) > 1
