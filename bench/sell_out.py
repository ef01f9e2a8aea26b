"""How well warnings of stock hold on the demo company: of dates said to sell out, or to stay empty, with probability P, how many did.

    python bench/sell_out.py HOME

HOME is a demo workspace. On each fourth day of its last 120 the dates 1, 3, 7 and 14 days after it are judged from what was known then, by dates that
were over then. Prints the Brier score beside that of always saying the base rate, reliability by fifths, and how often
the interval of four in five held of what was left, and of the day that a date sold out. One date is asked several times and dates of one week move
together, so the rows of a table are no independent trials.
"""

from __future__ import annotations

import datetime as dt
import sys
import time
from pathlib import Path

import numpy as np

from windsock.monitoring.forecasters.ask_stock import Stock, course_on, dated, read_stock, today_of
from windsock.monitoring.forecasters.stock import HISTORY
from windsock.workspace import open_workspace

DAYS, EACH, LEADS = 120, 4, (1, 3, 7, 14)
Told = tuple[float, bool]


def told_of(stock: Stock, today: dt.date, kind: str, into: dict[str, list[Told]]) -> None:
    """Add, of each date and lead, what was said and what came."""
    last = (today - stock.first).days
    for row, product in enumerate(stock.products):
        if product.kind != kind:
            continue
        for at in range(last - DAYS, last, EACH):
            for lead in LEADS:
                column = at + lead
                if column >= last or stock.capacity[row, column] <= 0:
                    continue
                course = course_on(stock, row, column, lead)
                if course is None:
                    continue
                capacity, sold = stock.capacity[row, column], stock.sold[row, column]
                days = stock.taken[row, column, : lead + 1]
                held = sold - days.sum() + np.cumsum(days[::-1])
                full = held >= capacity
                left = max(0.0, capacity - sold)
                into.setdefault("sold out", []).append((course.sold_out, bool(full.any())))
                into.setdefault("empty", []).append((course.empty, bool(sold / capacity < course.floor - 1e-9)))
                into.setdefault("left", []).append((0.8, bool(course.left_low <= left <= course.left_high)))
                if full.any() and course.out_low is not None and course.out_high is not None:
                    into.setdefault("day", []).append((0.8, bool(course.out_low <= full.argmax() <= course.out_high)))


def table(name: str, told: list[Told]) -> None:
    """Print the reliability of one kind of warning."""
    said, came = (np.array(column, dtype=float) for column in zip(*told, strict=True))
    brier, base = np.mean((said - came) ** 2), came.mean() * (1 - came.mean())
    print(f"{name}: {len(told)} forecasts, {came.mean():.1%} came; Brier {brier:.4f} against {base:.4f} of the base rate")
    for tenth in range(0, 10, 2):
        inside = (said >= tenth / 10) & ((said < (tenth + 2) / 10) | (tenth == 8))
        if inside.any():
            means = f"mean {said[inside].mean():.2f}  came {came[inside].mean():.2f}"
            print(f"  said {tenth / 10:.1f} to {(tenth + 2) / 10:.1f}  {inside.sum():5d}  {means}")


def main() -> None:
    """Measure flights and rooms."""
    with open_workspace(Path(sys.argv[1]), own=True) as workspace:
        today = today_of(workspace)
        started = time.perf_counter()
        found = dated(workspace)
        print(f"{len(found)} dates to come, judged in {time.perf_counter() - started:.2f} s\n")
        stock = read_stock(workspace, today, HISTORY + DAYS)
    if stock is None:
        sys.exit("Nothing is on offer.")
    for kind in ("flight", "room"):
        told: dict[str, list[Told]] = {}
        told_of(stock, today, kind, told)
        for name in ("sold out", "empty"):
            table(f"{kind}, {name}", told[name])
        for name in ("left", "day"):
            held = np.array([came for _, came in told.get(name, [])])
            print(f"{kind}, interval of four in five, {name}: {len(held)} held {held.mean():.0%}" if len(held) else f"{kind}, {name}: none")
        print()


if __name__ == "__main__":
    main()
