"""The slow, obvious tellings of warnings: lists and loops, no arrays."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean, pstdev

Dates = Sequence[tuple[float, float, list[float]]]
"""Former dates: capacity, sold in the end, and units by days before travel."""


def sold_at(date: tuple[float, float, list[float]], lead: int) -> float:
    """What was sold as the day began: all less what came from then on."""
    _, sold, taken = date
    return sold - sum(taken[: lead + 1])


def distances(dates: Dates, lead: int, now: tuple[float, float, float]) -> list[float]:
    """How far each date stood from how this one stands, told one by one."""
    capacity, sold, pace = now
    shares = [(sold_at(one, lead) / one[0], sum(one[2][lead + 1 : lead + 8]) / one[0]) for one in dates]
    spreads = [pstdev([share[part] for share in shares]) for part in (0, 1)]
    here = (sold / capacity, pace / capacity)

    def far(share: tuple[float, float]) -> float:
        return round(sum(((share[part] - here[part]) / spreads[part]) ** 2 for part in (0, 1) if spreads[part] > 1e-9), 12)

    return [far(share) for share in shares]


def alike(dates: Dates, lead: int, now: tuple[float, float, float]) -> list[int]:
    """The places of the 40 dates that stood nearest."""
    far = distances(dates, lead, now)
    return sorted(range(len(dates)), key=lambda number: (far[number], number))[:40]


def chances(dates: Dates, lead: int, now: tuple[float, float, float], floor: float) -> tuple[float, float, list[int]]:
    """How likely it sells out, how likely it ends below the floor, and in how many days those that do sell out did."""
    near, share, out, below = [dates[number] for number in alike(dates, lead, now)], now[1] / now[0], list[int](), 0
    for capacity, _, taken in near:
        held, day = 0.0, None
        for number, before in enumerate(range(lead, -1, -1)):
            held += taken[before] / capacity
            if day is None and held >= 1 - share - 1e-9:
                day = number
        out += [] if day is None else [day]
        below += share + held < floor - 1e-9
    return (len(out) + 0.5) / (len(near) + 1), (below + 0.5) / (len(near) + 1), sorted(out)


def forecast(values: Sequence[float], at: int, day: int, steps: int, recent: int) -> list[float] | None:
    """The usual course moved by half of how the last steps differ from theirs."""

    def known(step: int, every: int) -> list[float]:
        found = [values[step - back * day] for back in range(every, 29, every) if at - recent - back * day >= 0]
        return [one for one in found if not math.isnan(one)]

    def usual(step: int) -> float:
        days, weeks = known(step, 1), known(step, 7)
        return (fmean(days) + fmean(weeks)) / 2 if len(days) >= 7 and len(weeks) >= 2 else math.nan

    off = [values[step] - usual(step) for step in range(at - recent, at) if step >= 0]
    off = [one for one in off if not math.isnan(one)]
    told = [usual(at + step) for step in range(steps)]
    if not off or all(math.isnan(one) for one in told):
        return None
    return [one + 0.5 * fmean(off) for one in told]


def passes(values: Sequence[float], below: float, run: int, day: int, steps: int, recent: int) -> float | None:
    """The share of former days with whose errors today's forecast falls below the limit for a run of steps."""
    now = len(values)
    today = forecast(values, now, day, steps, recent)
    if today is None:
        return None
    known = [one for one in values if not math.isnan(one)]
    told, hit = 0, 0
    for back in range(1, 29):
        at = now - back * day
        then = forecast(values, at, day, steps, recent) if at >= recent else None
        if then is None:
            continue
        came = [values[at + step] - then[step] for step in range(steps)]
        if all(math.isnan(one) for one in came):
            continue
        path = [today[step] + came[step] for step in range(steps)]
        path = [max(0.0, one) if min(known) >= 0 and not math.isnan(one) else one for one in path]
        path = [min(1.0, one) if min(known) >= 0 and max(known) <= 1 and not math.isnan(one) else one for one in path]
        told += 1
        hit += any(all(path[first + one] < below for one in range(run)) for first in range(steps - run + 1))
    return None if told < 14 else (hit + 0.5) / (told + 1)
