"""Story: fare sales of three days: fares 15 % lower, more trips."""

from __future__ import annotations

import datetime as dt

from windsock.demo.columns import Ints
from windsock.demo.demand.orders import Orders
from windsock.demo.demand.story import Setting, Story
from windsock.demo.demand.tally import Tally
from windsock.demo.model import DAY_MS, Plan, StoryTruth
from windsock.demo.power import THRESHOLD

SALES = ("2025-11-09", "2026-06-16")
DAYS = 3
PRICE, DEMAND = 0.85, 1.3


class FareSale(Story):
    """Two sales a year on fixed dates; those outside the plan do not happen."""

    name = "fare_sale"

    def __init__(self, setting: Setting) -> None:
        """Find the sales that lie within the plan."""
        super().__init__(setting)
        self.starts = [day for sale in SALES if 0 <= (day := _index(setting.plan, sale)) <= setting.plan.days - DAYS]
        self.orders: dict[int, int] = {}

    def spans(self) -> list[tuple[int, int]]:
        """Return the days of each sale."""
        return [(start, start + DAYS) for start in self.starts]

    def _on(self, day: int) -> bool:
        return any(start <= day < start + DAYS for start in self.starts)

    def price(self, day: int) -> float:
        """Lower fares."""
        return PRICE if self._on(day) else 1.0

    def demand(self, day: int) -> float:
        """Bring more trips."""
        return DEMAND if self._on(day) else 1.0

    def watch(self, orders: Orders) -> None:
        """Count orders a day."""
        if len(orders):
            days: Ints = orders.day
            self.orders[int(days[0])] = int((orders.split_from < 0).sum())

    def truth(self, tally: Tally) -> list[StoryTruth]:
        """Tell each sale; detectable where three days of +30 % orders stand out of their Poisson noise."""
        del tally
        return [self._one(start) for start in self.starts]

    def _one(self, start: int) -> StoryTruth:
        plan = self.setting.plan
        during = sum(self.orders.get(day, 0) for day in range(start, start + DAYS))
        weeks = [start - week + turn for week in (7, 14) for turn in range(DAYS)]
        usual = sum(self.orders.get(day, 0) for day in weeks) / 2
        ratio, fires = 0.0, None
        for turn in range(DAYS):
            expected = usual / DAYS
            ratio += self.orders.get(start + turn, 0) * 0.2624 - expected * (DEMAND - 1)  # log 1.3
            if fires is None and ratio >= THRESHOLD:
                fires = plan.day_ms(start + turn + 1)
        return StoryTruth(
            kind=self.name,
            start=plan.day_ms(start),
            end=plan.day_ms(start + DAYS),
            where={},
            metric="orders",
            direction="up",
            size=f"fares x {PRICE}, trips x {DEMAND}",
            money="0.00",
            tick_ms=DAY_MS,
            detectable=fires is not None,
            fires_ms=fires,
            note="Seats sold cheaper and sooner; its money depends on what they would have sold for later and is not claimed.",
            figures={"orders": during, "orders_weeks_before": round(usual, 1)},
        )


def _index(plan: Plan, date: str) -> int:
    return (dt.date.fromisoformat(date) - plan.start).days


MEMBER = FareSale
