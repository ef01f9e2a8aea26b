"""Dates that sell out or stay empty: a worked case by hand, and random histories against the slow telling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.conditions.world import MANY
from tests.monitoring.forecasters.oracles import alike, chances, distances
from windsock.monitoring.forecasters.stock import COLUMNS, LEAST, Former, Standing, course_of, nearest


def made(rows: Sequence[tuple[float, float, Mapping[int, float]]]) -> Former:
    taken = np.zeros((len(rows), COLUMNS))
    for number, (_, _, days) in enumerate(rows):
        for lead, units in days.items():
            taken[number, lead] = units
    return Former(np.array([row[0] for row in rows]), np.array([row[1] for row in rows]), taken)


def test_by_hand_a_quarter_of_those_alike_took_what_is_left() -> None:
    """Ten seats; two days before travel 6 were sold of each former date. Five took 4 more (3 on the day before), fifteen took 1 more."""
    former = made([(10, 10, {1: 3, 0: 1})] * 5 + [(10, 7, {0: 1})] * 15)
    found = course_of(former, Standing(2, 10, 6, 0))
    assert found is not None
    assert found.sold_out == pytest.approx(5.5 / 21)
    assert (found.out_in, found.left, found.dates) == (2.0, 3.0, 20)  # on the day of travel; 10 - 6 - 1 in the middle
    # One of ten ended at 7 or below: nothing ends below that floor but a date that stands lower now.
    assert (found.floor, found.usual) == (0.7, 0.7)
    assert found.empty == pytest.approx(0.5 / 21)
    emptier = course_of(former, Standing(2, 10, 5, 0))
    assert emptier is not None
    assert emptier.empty == pytest.approx(15.5 / 21)
    # With 3 left it is enough that the day before takes 3.
    sooner = course_of(former, Standing(2, 10, 7, 0))
    assert sooner is not None
    assert sooner.out_in == 1.0


def test_what_was_given_back_later_does_not_unsell_a_day() -> None:
    former = made([(10, 9, {3: 4, 1: -1})] * LEAST)
    found = course_of(former, Standing(3, 10, 6, 0))
    assert found is not None
    assert found.sold_out == pytest.approx((LEAST + 0.5) / (LEAST + 1))
    assert (found.out_in, found.left) == (0.0, 1.0)


def test_too_few_dates_say_nothing() -> None:
    assert course_of(made([(10, 9, {})] * (LEAST - 1)), Standing(3, 10, 6, 0)) is None


def test_of_many_those_that_stood_alike_count() -> None:
    """Half of the dates stood at 2 and never sold out, half at 8 and always did: a date that stands at 8 is like the latter."""
    former = made([(10, 3, {0: 1})] * 40 + [(10, 10, {0: 2})] * 40)
    found = course_of(former, Standing(0, 10, 8, 0))
    assert found is not None
    assert found.sold_out == pytest.approx(40.5 / 41)
    assert set(nearest(former, Standing(0, 10, 2, 0)).tolist()) == set(range(40))


@given(st.integers(0, 2**32 - 1), st.integers(LEAST, 70), st.integers(0, 14))
@settings(max_examples=40 * MANY, deadline=None)
def test_it_says_what_the_slow_telling_says(seed: int, dates: int, lead: int) -> None:
    chance = np.random.default_rng(seed)
    rows: list[tuple[float, float, list[float]]] = []
    for _ in range(dates):
        capacity = float(chance.integers(5, 30))
        taken = chance.integers(-1, 4, COLUMNS).astype(float)
        rows.append((capacity, float(taken.sum() + chance.integers(0, 8)), taken.tolist()))
    capacity = int(chance.integers(5, 30))
    now = (float(capacity), float(chance.integers(0, capacity)), float(chance.integers(0, 6)))
    former = Former(np.array([row[0] for row in rows]), np.array([row[1] for row in rows]), np.array([row[2] for row in rows]))
    found = course_of(former, Standing(lead, *now))
    assert found is not None
    near, slow, far = nearest(former, Standing(lead, *now)).tolist(), alike(rows, lead, now), distances(rows, lead, now)
    assert [far[number] for number in near] == pytest.approx([far[number] for number in slow])
    assume(set(near) == set(slow))  # two are as near but for rounding
    out, empty, days = chances(rows, lead, now, found.floor)
    assert (found.sold_out, found.empty) == (pytest.approx(out), pytest.approx(empty))
    assert (found.out_in is None) == (not days)
    if found.out_low is not None and found.out_in is not None and found.out_high is not None:
        assert days[0] <= found.out_low <= found.out_in <= found.out_high <= days[-1]
    assert found.left_low <= found.left <= found.left_high
