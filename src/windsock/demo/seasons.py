"""The calendar that demand follows: weekdays, holidays, school breaks, member days, hours of the day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from windsock.demo.columns import Floats, Ints
from windsock.demo.model import HORIZON_DAYS, WARM_DAYS, Plan

# First and last day of public holidays, with the lift of travel for business, leisure and visits to family.
HOLIDAYS: tuple[tuple[str, str, str, tuple[float, float, float]], ...] = (
    ("spring_festival", "2025-01-26", "2025-02-06", (0.35, 1.35, 1.9)),
    ("golden_week", "2025-10-01", "2025-10-08", (0.4, 1.75, 1.4)),
    ("spring_festival", "2026-02-13", "2026-02-24", (0.35, 1.35, 1.9)),
    ("golden_week", "2026-09-30", "2026-10-07", (0.4, 1.75, 1.4)),
    ("new_year", "2025-12-31", "2026-01-03", (0.7, 1.25, 1.15)),
    ("qingming", "2026-04-03", "2026-04-06", (0.7, 1.2, 1.35)),
    ("labour_day", "2026-04-30", "2026-05-05", (0.5, 1.6, 1.2)),
    ("dragon_boat", "2026-06-19", "2026-06-21", (0.7, 1.3, 1.2)),
    ("mid_autumn", "2026-09-25", "2026-09-27", (0.8, 1.2, 1.25)),
)
SCHOOL_BREAKS: tuple[tuple[str, str], ...] = (("2025-07-10", "2025-08-31"), ("2026-01-20", "2026-02-25"), ("2026-07-10", "2026-08-31"))
MEMBER_DAY = 18

_TRAVEL_WEEK = np.array([[1.25, 1.1, 1.1, 1.15, 1.15, 0.5, 0.75], [0.85, 0.8, 0.85, 0.95, 1.25, 1.25, 1.05], [0.9, 0.9, 0.9, 0.95, 1.2, 1.1, 1.05]])
_BOOKING_WEEK = np.array([1.08, 1.06, 1.04, 1.02, 1.0, 0.88, 0.92])
# Orders by local hour for business, leisure, visit.
_HOURS = np.array(
    [
        [2, 1, 1, 1, 1, 2, 4, 8, 16, 24, 25, 22, 16, 19, 23, 23, 21, 17, 13, 12, 12, 10, 7, 4],
        [5, 3, 2, 1, 1, 1, 3, 5, 9, 14, 17, 17, 18, 16, 16, 16, 16, 16, 17, 21, 25, 26, 20, 11],
        [4, 2, 1, 1, 1, 2, 4, 7, 12, 17, 19, 18, 17, 16, 17, 17, 17, 16, 17, 19, 21, 20, 15, 8],
    ],
    dtype=np.float64,
)


@dataclass(frozen=True)
class Seasons:
    """Weights of demand by day.

    Attributes:
        travel: shape (3 purposes, warm + days + horizon); index 0 is the first warm-up day; mean near 1.
        booking: shape (warm + days,); how many trips are booked on a day.
        member_day: shape (warm + days,), True on the monthly loyalty day.
    """

    travel: Floats
    booking: Floats
    member_day: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]

    def travel_of(self, purpose: Ints, day: Ints) -> Floats:
        """Return the travel weight of purposes on travel days (index 0 = first day of orders)."""
        return self.travel[purpose, np.clip(day + WARM_DAYS, 0, self.travel.shape[1] - 1)]


def make_seasons(plan: Plan) -> Seasons:
    """Return the weights of every day of a plan, from the first warm-up day to the booking horizon."""
    length = WARM_DAYS + plan.days + HORIZON_DAYS
    first = plan.start - dt.timedelta(days=WARM_DAYS)
    week = (np.arange(length) + first.weekday()) % 7
    travel = _TRAVEL_WEEK[:, week].copy()
    for start, end in SCHOOL_BREAKS:
        low, high = _span(first, start, end, length)
        travel[1, low:high] *= 1.18
        travel[2, low:high] *= 1.08
    for _, start, end, lifts in HOLIDAYS:
        low, high = _span(first, start, end, length)
        travel[:, low:high] *= np.array(lifts)[:, None]
    booking = _BOOKING_WEEK[week[: WARM_DAYS + plan.days]].copy()
    ahead = np.stack([np.roll(travel[1], -shift)[: len(booking)] for shift in range(5, 26)]).mean(axis=0)
    booking *= 0.8 + 0.2 * ahead / ahead.mean()
    member = np.array([(first + dt.timedelta(days=day)).day == MEMBER_DAY for day in range(len(booking))])
    booking[member] *= 1.12
    booking /= booking[WARM_DAYS:].mean()
    return Seasons(travel, booking, member)


def _span(first: dt.date, start: str, end: str, length: int) -> tuple[int, int]:
    low = (dt.date.fromisoformat(start) - first).days
    high = (dt.date.fromisoformat(end) - first).days + 1
    return max(0, min(low, length)), max(0, min(high, length))


def second_of_day(purpose: Ints, draws: Floats) -> Floats:
    """Return a local second of the day for each purpose, by the trade's hours."""
    sums = np.cumsum(_HOURS, axis=1) / _HOURS.sum(axis=1, keepdims=True)
    table = np.concatenate([np.zeros((3, 1)), sums], axis=1)
    rows = table[purpose]
    hour = np.minimum((draws[:, None] >= rows[:, 1:]).sum(axis=1), 23)
    low, high = rows[np.arange(len(draws)), hour], rows[np.arange(len(draws)), hour + 1]
    return (hour + (draws - low) / (high - low)) * 3600.0
