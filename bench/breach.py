"""How well warnings of limits hold on the demo company: of series said to pass a limit in six hours with probability P, how many did.

    python bench/breach.py HOME

HOME is a demo workspace. Each of its last 28 days is forecast at 00:00, 06:00, 12:00 and 18:00 UTC for the six hours after it, by what was known
then, against a limit that the figure is beyond in 0.5 to 10 of a hundred steps (drawn by a fixed seed), and asked for one or two steps in a row.
The limits are not those of people. Prints the Brier score beside that of always saying the base rate, and the reliability by fifths.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from windsock.metrics import SeriesAsked, catalogue_of, complete_until, figures, series
from windsock.monitoring.forecasters.breach import HISTORY_DAYS, Limits, passing, ran
from windsock.workspace import Workspace, open_workspace

METRICS = (
    ("orders", 3_600_000, 1, 0, True),
    ("booked_amount", 3_600_000, 1, 0, True),
    ("payment_success_rate", 900_000, 16, 50, False),
    ("search_to_detail", 900_000, 16, 50, False),
    ("checkout_completion", 900_000, 16, 50, False),
)
"""By steps of so long, over so many of them, from such a volume on, and whether a value above a limit is looked for as well."""
DAYS, HOURS, RECENT = 28, 6, 3
DAY_MS = 86_400_000
Told = tuple[float, bool]


def told_of(workspace: Workspace, watched: tuple[str, int, int, int, bool]) -> list[Told]:
    """Return of each day and hour the probability that was said, and whether the limit was passed."""
    (metric, step_ms, window, minimum, both), library = watched, catalogue_of(workspace)
    until = complete_until(workspace, metric, workspace.clock.now_ms(), None, library).until_ms
    if until is None:
        return []
    end = until // DAY_MS * DAY_MS
    found = series(workspace, SeriesAsked(metric, end - (DAYS + HISTORY_DAYS) * DAY_MS, end, step_ms), library)
    values, volumes = figures(found, metric, library, window)
    values = values[0] if volumes is None else np.where(volumes[0] < minimum, np.nan, values[0])
    chance, told = np.random.default_rng(20261123), list[Told]()
    day, steps, recent = DAY_MS // step_ms, HOURS * 3_600_000 // step_ms, RECENT * 3_600_000 // step_ms
    for back in range(DAYS * 4, 0, -1):
        at = len(values) - back * steps
        known = values[:at]
        share, up = chance.uniform(0.005, 0.1), both and bool(chance.integers(0, 2))
        limit = float(np.nanquantile(known, 1 - share if up else share))
        limits = Limits(None if up else limit, limit if up else None, int(chance.integers(1, 3)))
        if np.isnan(known[-recent:]).all() or limits.passed(known[-1:])[0]:
            continue
        one = passing(known, limits, day, steps, recent)
        if one is not None:
            told.append((one.probability, ran(values[at : at + steps], limits)))
    return told


def table(name: str, told: list[Told]) -> None:
    """Print the reliability of one metric."""
    if not told:
        print(f"{name}: too few days\n")
        return
    said, came = (np.array(column, dtype=float) for column in zip(*told, strict=True))
    brier, base = np.mean((said - came) ** 2), came.mean() * (1 - came.mean())
    print(f"{name}: {len(told)} forecasts, {came.mean():.1%} came; Brier {brier:.4f} against {base:.4f} of the base rate")
    for tenth in range(0, 10, 2):
        inside = (said >= tenth / 10) & ((said < (tenth + 2) / 10) | (tenth == 8))
        if inside.any():
            means = f"mean {said[inside].mean():.2f}  came {came[inside].mean():.2f}"
            print(f"  said {tenth / 10:.1f} to {(tenth + 2) / 10:.1f}  {inside.sum():4d}  {means}")
    print()


def main() -> None:
    """Measure each metric, and all together."""
    every: list[Told] = []
    with open_workspace(Path(sys.argv[1]), own=True) as workspace:
        for watched in METRICS:
            told = told_of(workspace, watched)
            table(watched[0], told)
            every += told
    table("all", every)


if __name__ == "__main__":
    main()
