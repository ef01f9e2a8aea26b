"""What a detector is given and what it says: a panel of series on one grid of time, and bands of the same shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Unit = Literal["count", "ratio", "amount"]


@dataclass(frozen=True)
class Panel:
    """Series of one metric on one grid; what is judged and what it is judged by.

    Attributes:
        start_ms: the first point's beginning, UTC milliseconds.
        step_ms: from one point to the next.
        values: (series, points); NaN where nothing was measured or the point is not complete.
        volumes: (series, points): what a ratio is divided by; None for counts and amounts.
        unit: which noise to expect: of counts, of ratios of counts, of amounts.
    """

    start_ms: int
    step_ms: int
    values: Floats
    volumes: Floats | None
    unit: Unit


@dataclass(frozen=True)
class Bands:
    """What was to be expected at each point, and how unlikely what came is. Each of the shape of the panel's values.

    Attributes:
        expected: the middle; NaN where the series is too short to say.
        low: below it a value is unlikely, by the dial.
        high: above it, as well.
        score: -log10 of the calibrated probability of a value so far away; 0 where nothing can be said.
        alarm: whether it is to be told, after the dial and the memory of what was told just before.
    """

    expected: Floats
    low: Floats
    high: Floats
    score: Floats
    alarm: Flags
