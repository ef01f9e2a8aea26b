"""An alert's own cut stands for the place where the search among all combinations finds none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from windsock.monitoring.explain.model import own_place
from windsock.monitoring.root_cause.locate import locate
from windsock.monitoring.root_cause.model import Leaves, leaves_of

PROVIDERS, DEVICES = ("a", "a", "b", "b"), ("android", "ios", "android", "ios")


def leaves(paid: tuple[float, ...]) -> Leaves:
    tried = np.array([20.0, 40.0, 30.0, 50.0])
    # Four weeks before: 95 of 100 go through everywhere.
    figures = {"real": np.array(paid), "predict": 3.8 * tried, "visits_real": tried, "visits_predict": 4 * tried}
    return leaves_of({"provider": PROVIDERS, "device": DEVICES}, figures, "ratio")


def test_a_small_fall_is_told_by_the_cut_that_showed_it():
    given = leaves((15.0, 38.0, 29.0, 48.0))
    located = locate(given, "ratio")
    assert located.causes == ()  # 15 of 20 is not enough against all combinations
    found = own_place(given, located, {"provider": "a", "device": "android"})
    assert found is not None
    assert (found.element, found.leaves, found.real) == ({"provider": "a", "device": "android"}, 1, 15.0)
    assert found.expected == pytest.approx(19.0, abs=0.1)
    assert found.change == pytest.approx(-4.0, abs=0.1)
    assert 0.95 < found.confidence <= 1.0


def test_nothing_is_told_of_the_whole_of_what_is_well_or_went_the_other_way():
    given = leaves((15.0, 38.0, 29.0, 48.0))
    located = locate(given, "ratio")
    for cut in ({}, {"provider": "b", "device": "ios"}, {"cabin": "F"}, {"device": "ios"}):
        assert own_place(given, located, cut) is None
    clear = leaves((2.0, 38.0, 29.0, 48.0))
    assert own_place(clear, locate(clear, "ratio"), {"provider": "a", "device": "android"}) is None  # the search found it itself


def test_a_change_that_all_parts_share_is_no_place_and_one_that_only_seems_so_is():
    shared = leaves((14.0, 29.0, 22.0, 36.0))
    found = locate(shared, "ratio")
    assert found.everywhere is not None
    assert own_place(shared, found, {"provider": "a", "device": "android"}) is None
    # As a whole 12 of 140 fewer, which fits all parts alike; but without the one nothing is off.
    seeming = leaves((10.0, 37.0, 28.0, 47.0))
    alike = replace(locate(shared, "ratio"), fitted=0.95 * 0.91 * np.array([20.0, 40.0, 30.0, 50.0]), causes=())
    assert alike.everywhere is not None
    alike = replace(alike, everywhere=replace(alike.everywhere, real=0.91 * 133.0, expected=133.0))
    own = own_place(seeming, alike, {"provider": "a", "device": "android"})
    assert own is not None
    assert own.change == pytest.approx(-9.0)
