"""Whether a figure passes a fixed limit within some hours: its usual course moved by how it stands now, with the whole errors of former days.

A forecast is made for today and, from the same time of day, for each of the last 28 days as it would have been made then. What really came over what
was forecast is a path of errors, and today's forecast with each of these paths is what may come. The probability is the share of paths that pass the
limit for as many steps in a row as the monitor waits for: errors of neighbours hang together, so that steps taken alone say something else.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from windsock.monitoring.forecasters.model import INTERVAL, WEEK, Floats, quantile

DAYS, LEAST_DAYS, LEAST_WEEKS = 28, 7, 2
ERRORS, LEAST_ERRORS = 28, 14
HISTORY_DAYS = DAYS + ERRORS + 1
BELIEVED = 0.5
"""So much of how the last hours differ from the usual is taken to stay: half, as what is noise goes and what is a fault stays."""


@dataclass(frozen=True)
class Limits:
    """What a value must not pass, and for how many steps in a row it has to (``pending`` of the monitor)."""

    below: float | None = None
    above: float | None = None
    run: int = 1

    def passed(self, values: Floats) -> NDArray[np.bool_]:
        """Say of each value whether it is beyond a limit; a missing one is not."""
        low = -np.inf if self.below is None else self.below
        high = np.inf if self.above is None else self.above
        return (values < low) | (values > high)


@dataclass(frozen=True)
class Passing:
    """Whether a figure passes its limit.

    Attributes:
        probability: that it does within the hours looked at.
        expected: the figure at the end of them, in the middle.
        low: four of five end between it and ``high``.
        high: see ``low``.
        step: the step (0: the next one) at which it has passed, in the middle of the paths that do; None where none did.
        step_low: four of five that do, do between it and ``step_high``.
        step_high: see ``step_low``.
        days: how many former days say so.
    """

    probability: float
    expected: float
    low: float
    high: float
    step: float | None
    step_low: float | None
    step_high: float | None
    days: int


def course_from(values: Floats, at: int, day: int, steps: int, recent: int) -> Floats | None:
    """Return the figures of the steps from a place on as they are forecast from those before it; None where too little is known.

    Usual is half of what the same time of day was in the mean of the last four weeks, half of what it was on the same weekday of these: four days say
    little, and all days say nothing of the weekday. How the last ``recent`` steps differ from their usual, in the mean, is believed by half.

    Args:
        values: a series on a grid; NaN where nothing is known.
        at: the first step to forecast.
        day: steps of a day.
        steps: how many are forecast; a day at most.
        recent: how many steps before it say how it stands.

    >>> flat = np.full(56, 10.0); flat[55] = 6.0
    >>> course_from(flat, 56, 1, 1, 1).round(3)
    array([7.929])
    """
    if at < recent:
        return None
    before = np.full((DAYS, recent + steps), np.nan)
    for back in range(1, DAYS + 1):
        first = at - recent - back * day
        if first >= 0:
            before[back - 1] = values[first : first + recent + steps]
    usual = (_mean(before, LEAST_DAYS) + _mean(before[WEEK - 1 :: WEEK], LEAST_WEEKS)) / 2
    off = values[at - recent : at] - usual[:recent]
    if np.isnan(off).all() or np.isnan(usual[recent:]).all():
        return None
    return usual[recent:] + BELIEVED * float(np.nanmean(off))


def _mean(rows: Floats, least: int) -> Floats:
    """Return the mean of each column; missing where fewer than so many rows have it."""
    known = (~np.isnan(rows)).sum(axis=0)
    return np.where(known >= least, np.nansum(rows, axis=0) / np.maximum(known, 1), np.nan)


def passing(values: Floats, limits: Limits, day: int, steps: int, recent: int) -> Passing | None:
    """Return whether a series passes its limits in the steps that come after its last value.

    Args:
        values: the series up to now on a grid, 56 days for all that it can use; NaN where nothing is known or a value is too thin to judge.
        limits: what it must not pass.
        day: steps of a day.
        steps: how many steps to come are looked at; a day at most.
        recent: how many steps before now say how it stands.

    Returns:
        None where fewer than 14 former days say anything.
    """
    now = len(values)
    forecast = course_from(values, now, day, steps, recent)
    if forecast is None:
        return None
    floor = 0.0 if np.nanmin(values) >= 0 else -np.inf
    # A share stays one: what never left 0 to 1 does not in a forecast.
    ceiling = 1.0 if floor == 0 and np.nanmax(values) <= 1 else np.inf
    paths: list[Floats] = []
    for back in range(1, ERRORS + 1):
        at = now - back * day
        then = course_from(values, at, day, steps, recent) if at >= recent else None
        if then is None:
            continue
        errors = values[at : at + steps] - then
        if not np.isnan(errors).all():
            paths.append(np.clip(forecast + errors, floor, ceiling))
    if len(paths) < LEAST_ERRORS:
        return None
    first = [one for one in (_first_run(limits.passed(path), limits.run) for path in paths) if one is not None]
    ends = sorted(float(path[~np.isnan(path)][-1]) for path in paths)
    tail = (1 - INTERVAL) / 2
    low, middle, high = (quantile(ends, share) for share in (tail, 0.5, 1 - tail))
    soon, when, late = (quantile(sorted(first), share) for share in (tail, 0.5, 1 - tail)) if first else (None, None, None)
    return Passing((len(first) + 0.5) / (len(paths) + 1), middle, low, high, when, soon, late, len(paths))


def _first_run(passed: NDArray[np.bool_], run: int) -> float | None:
    """Return the step that ends the first run of so many steps that passed; None where there is none.

    >>> _first_run(np.array([True, False, True, True, True]), 2), _first_run(np.array([True, False]), 2)
    (3.0, None)
    """
    count = 0
    for step, one in enumerate(passed):
        count = count + 1 if one else 0
        if count == run:
            return float(step)
    return None


def ran(values: Floats, limits: Limits) -> bool:
    """Say whether a series passed its limits for as many steps in a row as the monitor waits for."""
    return _first_run(limits.passed(values), limits.run) is not None
