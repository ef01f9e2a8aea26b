"""Mix and the parts' own changes sum to the change, and are those of the formula."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from windsock.kernel.errors import InvalidInput, TooLarge
from windsock.monitoring.root_cause.mix import is_mix, mix_of
from windsock.monitoring.root_cause.model import Leaves, leaves_of

ROW = st.tuples(st.sampled_from("abcd"), st.sampled_from("xyz"), *[st.integers(0, 500)] * 2, *[st.integers(0, 9_000)] * 2)


def made(rows: list[tuple[str, str, int, int, int, int]]) -> Leaves:
    columns = list(zip(*rows, strict=True))
    names = ("real", "predict", "visits_real", "visits_predict")
    figures = {name: np.array(column, np.float64) for name, column in zip(names, columns[2:], strict=True)}
    return leaves_of({"device": list(columns[0]), "city": list(columns[1])}, figures, "ratio")


@given(st.lists(ROW, min_size=1, max_size=12))
def test_rate_and_mix_are_those_of_a_slow_count_and_sum(rows: list[tuple[str, str, int, int, int, int]]):
    split = mix_of(made(rows), "device")
    visits, due = sum(row[4] for row in rows), sum(row[5] for row in rows)
    if not visits or not due:
        assert split is None
        return
    assert split is not None
    before, after = Fraction(sum(row[3] for row in rows), due), Fraction(sum(row[2] for row in rows), visits)
    assert split.rate + split.mix == split.after - split.before
    assert sum((part.change for part in split.parts), Decimal(0)) == split.after - split.before
    for part in split.parts:
        mine = [row for row in rows if row[0] == part.key[0]]
        came, went = sum(row[4] for row in mine), sum(row[5] for row in mine)
        weights = Fraction(went, due), Fraction(came, visits)
        rate = Fraction(0)
        if came and went:
            own = Fraction(sum(row[3] for row in mine), went), Fraction(sum(row[2] for row in mine), came)
            rate = (weights[0] + weights[1]) / 2 * (own[1] - own[0])
        whole = (
            Fraction(sum(row[2] for row in mine), visits)
            - Fraction(sum(row[3] for row in mine), due)
            - (weights[1] - weights[0]) * (before + after) / 2
        )
        assert abs(Fraction(part.rate) - rate) < Fraction(1, 10**11)
        assert abs(Fraction(part.mix) - (whole - rate)) < Fraction(1, 10**11)


def test_the_table_of_the_docs():
    split = mix_of(made([("mobile", "x", 1280, 1800, 40_000, 60_000), ("desktop", "x", 720, 400, 60_000, 40_000)]), "device")
    assert split is not None
    assert (split.rate, split.mix) == (Decimal("0.002"), Decimal("-0.004"))
    assert is_mix(split)


def test_what_has_no_mix_is_refused():
    leaves = made([("a", "x", 1, 1, 10, 10), ("b", "x", 1, 1, 10, 10)])
    with pytest.raises(InvalidInput, match="tier"):
        mix_of(leaves, "tier")
    plain = leaves_of({"a": ["x", "y"]}, {"real": np.ones(2), "predict": np.ones(2)}, "additive")
    with pytest.raises(InvalidInput, match="ratio"):
        mix_of(plain, "a")
    many = [(f"d{place}", "x", 1, 1, 10, 10) for place in range(10_001)]
    with pytest.raises(TooLarge, match="10,000"):
        mix_of(made(many), "device")
