"""The bands that the rules ``band`` and ``anomaly`` judge by: a panel and the dial in, bands out.

The middle is the median of the same time of the last 14 days (daily steps: of the same weekday of the last 8 weeks), the width its robust spread,
never less than the noise of the kind of figure: Poisson for counts, binomial for ratios. How wide follows from the dial: so many false alarms a week.
"""

from __future__ import annotations

import numpy as np
from scipy import special  # pyright: ignore[reportMissingTypeStubs] - it ships none

from windsock.monitoring.detectors.model import Bands, Flags, Floats, Panel, Unit

DAY_MS = 86_400_000
DAYS, WEEKS, LEAST = 14, 8, 4
WIDER = 2.0
"""A known day has so many times the width: no convention, a choice of ours, until days of a kind are many enough to be learned from."""
MAD = 1.4826
"""Of a normal distribution the standard deviation over the median absolute deviation."""


def judge(panel: Panel, dial: float, first: int = 0, left_out: Flags | None = None, excused: Flags | None = None) -> Bands:
    """Return what was to be expected at each point from ``first`` on, by the points before it alone.

    Args:
        panel: series on one grid.
        dial: expected false alarms a week of all series together.
        first: the first point that is asked for; a tick asks for the last few only.
        left_out: (series, points): what nothing is judged by, such as a holiday or an incident; less than four other points say nothing.
        excused: (series, points): where the band is ``WIDER``, as it is known not to be a day as others.
    """
    daily = panel.step_ms == DAY_MS
    lag, times = (7, WEEKS) if daily else (DAY_MS // panel.step_ms, DAYS)
    values = panel.values[:, first:]
    earlier = np.stack([_back(panel.values, first, lag * number) for number in range(1, times + 1)])
    if left_out is not None:
        # Shifted as the values are: a copy of all that is known would be as large as it again.
        for number in range(1, times + 1):
            earlier[number - 1][_back(left_out, first, lag * number) == 1.0] = np.nan
    known = np.sum(~np.isnan(earlier), axis=0) >= LEAST
    filled = np.where(known, earlier, 0.0)
    middle = np.where(known, np.nanmedian(filled, axis=0), np.nan)
    spread = MAD * np.nanmedian(np.abs(filled - np.where(known, middle, 0.0)), axis=0)
    volumes = None if panel.volumes is None else panel.volumes[:, first:]
    width = np.maximum(spread, _noise(panel.unit, middle, volumes))
    if excused is not None:
        width = np.where(excused[:, first:], WIDER * width, width)
    judged = max(1, values.shape[0] * (7 if daily else 7 * DAY_MS // panel.step_ms))
    far = float(special.ndtri(1.0 - min(0.5, dial / judged) / 2))
    with np.errstate(invalid="ignore", divide="ignore"):
        off = np.abs(values - middle) / width
    off = np.where(np.isnan(off), 0.0, off)
    score = np.clip(-special.log_ndtr(-off) / np.log(10.0) - np.log10(2.0), 0.0, 300.0)
    return Bands(middle, middle - far * width, middle + far * width, score, off > far)


def _back(values: Floats | Flags, first: int, points: int) -> Floats:
    """Return the points from ``first`` on as they were so many points before; NaN before the beginning."""
    count = values.shape[1]
    shifted = np.full((values.shape[0], count - first), np.nan)
    start = max(first, points)
    if start < count:
        shifted[:, start - first :] = values[:, start - points : count - points]
    return shifted


def _noise(unit: Unit, middle: Floats, volumes: Floats | None) -> Floats:
    """Return the least standard deviation of a figure of this kind around its middle."""
    level = np.abs(np.nan_to_num(middle))
    if unit == "count":
        return np.sqrt(level + 1.0)
    if unit == "ratio" and volumes is not None:
        rate = np.clip(level, 0.005, 0.995)
        return np.sqrt(rate * (1.0 - rate) / np.maximum(np.nan_to_num(volumes), 1.0))
    return np.maximum(0.05 * level, 1e-9)
