"""Whether a date sells out, when, and what is left in the end: by what became of former dates of the same goods that stood alike at the same lead.

No curve is fitted. A date stands somewhere so many days before travel: how much of it is sold, and how much of that in the last week. The former
dates that stood nearest at the same lead say what may come: how many of them took as much as is left, by when, and how much they took in the end.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from windsock.monitoring.forecasters.model import INTERVAL, Floats, quantile

LEADS, PACE = 30, 7
COLUMNS = LEADS + PACE + 1
"""Columns of ``taken``: on the day of travel, and on each day before it that a lead of 30 days and the week before that look at."""
HISTORY = 182
NEAREST, LEAST = 40, 20
LOW = 0.1
"""Of ten former dates one ended emptier than the floor."""


@dataclass(frozen=True)
class Former:
    """Former dates of one product, any order, each over and open for sale.

    Attributes:
        capacity: (dates,) above 0.
        sold: (dates,) units sold in the end.
        taken: (dates, COLUMNS) units booked less those given back on the day so many days before travel.
    """

    capacity: Floats
    sold: Floats
    taken: Floats

    def before(self, lead: int) -> Floats:
        """Return what was sold as the day began that was so many days before travel."""
        return self.sold - self.taken[:, : lead + 1].sum(axis=1)

    def pace(self, lead: int) -> Floats:
        """Return what was taken in the seven days before that."""
        return self.taken[:, lead + 1 : lead + 1 + PACE].sum(axis=1)


@dataclass(frozen=True)
class Standing:
    """How a date to come stands as a day begins: days to travel (0: it travels today), capacity, units sold, and those of the last seven days."""

    lead: int
    capacity: float
    sold: float
    pace: float


@dataclass(frozen=True)
class Course:
    """What becomes of a date.

    Attributes:
        sold_out: the probability that nothing is left at the end of some day up to travel.
        empty: that it ends less full than ``floor``.
        floor: the share sold that one of ten former dates ended below.
        usual: the share sold that former dates ended with in the middle.
        left: units left in the end, in the middle; none is not below 0.
        left_low: four of five end between it and ``left_high``.
        left_high: see ``left_low``.
        out_in: in so many days (0: today) it sells out, in the middle of those that do; None where none did.
        out_low: four of five that do, do between it and ``out_high``.
        out_high: see ``out_low``.
        dates: how many former dates say so.
    """

    sold_out: float
    empty: float
    floor: float
    usual: float
    left: float
    left_low: float
    left_high: float
    out_in: float | None
    out_low: float | None
    out_high: float | None
    dates: int


def course_of(former: Former, now: Standing) -> Course | None:
    """Return what becomes of a date that still has something left.

    Args:
        former: dates that are over, each with all of its bookings of the lead and the week before it known.
        now: how the date stands.

    Returns:
        None where fewer than 20 former dates are known.
    """
    if len(former.sold) < LEAST:
        return None
    near = nearest(former, now)
    capacity, lead = former.capacity[near], now.lead
    # From the first day to the last: how much of the capacity was taken by the end of each.
    taken = np.cumsum(former.taken[near, : lead + 1][:, ::-1], axis=1) / capacity[:, None]
    full = taken >= 1 - now.sold / now.capacity - 1e-9
    out = full.any(axis=1)
    days = sorted(full.argmax(axis=1)[out].astype(float).tolist())
    ends = now.sold / now.capacity + taken[:, -1]
    finals = sorted((former.sold / former.capacity).tolist())
    floor = quantile(finals, LOW)
    left = sorted(np.round(now.capacity * np.maximum(0.0, 1 - ends), 9).tolist())
    tail = (1 - INTERVAL) / 2
    low, middle, high = (quantile(left, share) for share in (tail, 0.5, 1 - tail))
    soon, when, late = (quantile(days, share) for share in (tail, 0.5, 1 - tail)) if days else (None, None, None)
    return Course(
        _chance(int(out.sum()), len(near)), _chance(int((ends < floor - 1e-9).sum()), len(near)), floor, quantile(finals, 0.5), middle, low, high,
        when, soon, late, len(near),
    )  # fmt: skip


def nearest(former: Former, now: Standing) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the places of the 40 former dates that stood nearest at the same lead.

    Near is by two shares of the capacity, each in units of how much it varies: what was sold, and what of that in the last seven days. Of two as near
    the one that is listed first.
    """
    far = np.zeros(len(former.sold))
    for then, today in ((former.before(now.lead), now.sold), (former.pace(now.lead), now.pace)):
        share = then / former.capacity
        spread = float(share.std())
        if spread > 1e-9:
            far += ((share - today / now.capacity) / spread) ** 2
    return np.argsort(np.round(far, 12), kind="stable")[:NEAREST]


def _chance(times: int, of: int) -> float:
    """Return a share that is never quite 0 or 1: half a date for what never happened."""
    return (times + 0.5) / (of + 1)
