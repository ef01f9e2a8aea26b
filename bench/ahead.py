"""How well warnings before the fact hold on the demo company: of days said to be missed with probability P, how many were.

    python bench/ahead.py HOME

HOME is a demo workspace. Each of its last 120 days that has enough of a past is forecast at 09:00, 13:00 and 18:00 from what was known then,
against a target of 0.8 to 1.2 times the mean of the four such weekdays before (drawn by a fixed seed). Prints for each metric the reliability by
fifths, the Brier score beside that of always saying the base rate, and how often the interval of four in five held. Metrics of one company move
together, and days are asked three times, so the rows of a table are no independent trials.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import numpy as np

from windsock.kernel.clock import local_date, start_of_day_ms
from windsock.metrics import SeriesAsked, catalogue_of, complete_until, figures, series
from windsock.monitoring.forecasters.ask import HISTORY_DAYS, HOUR_MS, split
from windsock.monitoring.forecasters.model import ahead
from windsock.workspace import Workspace, open_workspace

METRICS = ("searches", "orders", "booked_amount", "payment_attempts")
HOURS = (9, 13, 18)
DAYS = 120
Told = tuple[float, bool, bool]


def told_of(workspace: Workspace, metric: str) -> list[Told]:
    """Return of each day and hour the probability that was said, whether the day was missed, and whether the interval held."""
    library, zone = catalogue_of(workspace), workspace.zone
    until = complete_until(workspace, metric, workspace.clock.now_ms(), None, library).until_ms
    if until is None:
        return []
    last = local_date(until, zone) - dt.timedelta(days=1)
    first = start_of_day_ms(last - dt.timedelta(days=DAYS + HISTORY_DAYS), zone) // HOUR_MS * HOUR_MS
    end = start_of_day_ms(last + dt.timedelta(days=1), zone)
    found = series(workspace, SeriesAsked(metric, first, end, HOUR_MS), library)
    hours, seed, told = np.nan_to_num(figures(found, metric, library)[0][0]), np.random.default_rng(20261123), list[Told]()
    for back in range(DAYS):
        day = last - dt.timedelta(days=back)
        begins, ends = (start_of_day_ms(day + dt.timedelta(days=number), zone) for number in (0, 1))
        outcome = hours[(begins - first) // HOUR_MS : (ends - first) // HOUR_MS].sum()
        factor = seed.uniform(0.8, 1.2)
        for hour in HOURS:
            known = hours[: (begins - first) // HOUR_MS + hour]
            now, done, rest = split(known, first, (day, zone), begins + hour * HOUR_MS)
            if len(done) < 28:
                continue
            target = float(np.mean([done[-7 * week] + rest[-7 * week] for week in range(1, 5)])) * factor
            one = ahead(done, rest, now, target)
            if one is not None:
                told.append((one.probability, bool(outcome < target), one.low <= outcome <= one.high))
    return told


def table(name: str, told: list[Told]) -> None:
    """Print the reliability of one metric."""
    if not told:
        print(f"{name}: too few days\n")
        return
    said, missed, held = (np.array(column, dtype=float) for column in zip(*told, strict=True))
    brier, base = np.mean((said - missed) ** 2), missed.mean() * (1 - missed.mean())
    print(f"{name}: {len(told)} forecasts, Brier {brier:.3f} against {base:.3f} of the base rate,")
    print(f"  the interval of four in five held {held.mean():.0%}")
    for tenth in range(0, 10, 2):
        inside = (said >= tenth / 10) & ((said < (tenth + 2) / 10) | (tenth == 8))
        if inside.any():
            means = f"mean {said[inside].mean():.2f}  came {missed[inside].mean():.2f}"
            print(f"  said {tenth / 10:.1f} to {(tenth + 2) / 10:.1f}  {inside.sum():4d}  {means}")
    print()


def main() -> None:
    """Measure each metric, and all together."""
    every: list[Told] = []
    with open_workspace(Path(sys.argv[1]), own=True) as workspace:
        for metric in METRICS:
            told = told_of(workspace, metric)
            table(metric, told)
            every += told
    table("all", every)


if __name__ == "__main__":
    main()
