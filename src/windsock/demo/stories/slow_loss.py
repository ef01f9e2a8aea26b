"""Story: the mini-program's detail page gets worse from day to day: after twelve days a fifth of those who came that far leave there."""

from __future__ import annotations

import numpy as np

from windsock.demo.clickstream.sessions import LOOKS, searching
from windsock.demo.clickstream.steps import CODE
from windsock.demo.columns import Flags, Ints
from windsock.demo.demand.clicks import Sessions, Steps
from windsock.demo.demand.lines import total_cents
from windsock.demo.demand.orders import Orders
from windsock.demo.demand.story import Placed, Setting
from windsock.demo.demand.tally import Tally
from windsock.demo.demand.trips import Trips
from windsock.demo.model import DAY_MS, MINI, StoryTruth
from windsock.demo.power import binomial_ratio, fires_at

LOSS = 0.2
BEFORE_DAYS = 7
_AFTER_LIST = ("detail_view", "passengers_added", "ancillary_view", "ancillary_added", "checkout")


class SlowLoss(Placed):
    """Those who leave see no detail and order nothing; they have searched all the same. Mended on the thirteenth day."""

    name = "slow_loss"
    before_end = 43
    days = 12

    def __init__(self, setting: Setting) -> None:
        """Begin with nothing seen."""
        super().__init__(setting)
        span = max(0, self.first - BEFORE_DAYS), self.first + self.days
        self.searched, self.opened_detail = (dict.fromkeys(range(*span), 0) for _ in range(2))
        self.missed = self.placed = self.cents = 0

    def share(self, day: int) -> float:
        """Return the share that leaves on a day: a twelfth of the loss more each day."""
        return LOSS * (day - self.first + 1) / self.days if self.on(day) else 0.0

    def gone(self, day: int, trips: Trips, route: Ints) -> Flags | None:
        """Lose buyers in the mini-program."""
        del route
        if not self.on(day):
            return None
        lost = (trips.channel == MINI) & (self.setting.streams.of(self.name, day).random(len(trips)) < self.share(day))
        self.missed += int(lost.sum())
        return lost

    def watch(self, orders: Orders) -> None:
        """Note what an order of the mini-program is worth."""
        if len(orders) and self.on(int(orders.day[0])):
            own = orders.take((orders.channel == MINI) & (orders.split_from < 0))
            self.placed += len(own)
            self.cents += int(total_cents(own).sum())

    def lost(self, day: int, sessions: Sessions, steps: Steps) -> Flags | None:
        """Lose the detail and what follows it in sessions that look."""
        if day not in self.searched:
            return None
        own = searching(sessions) & (sessions.channel == MINI)
        leaves = own & (sessions.kind == LOOKS) & (self.setting.streams.of("slow loss looks", day).random(len(sessions)) < self.share(day))
        late = np.isin(steps.event, [CODE[name] for name in _AFTER_LIST])
        gone = leaves[steps.session] & late
        there = np.zeros(len(sessions), dtype=np.bool_)
        there[steps.session[(steps.event == CODE["detail_view"]) & ~gone]] = True
        self.searched[day] = int(own.sum())
        self.opened_detail[day] = int((own & there).sum())
        return gone

    def _rate(self, days: range) -> float:
        return sum(self.opened_detail.get(day, 0) for day in days) / max(1, sum(self.searched.get(day, 0) for day in days))

    def truth(self, tally: Tally) -> list[StoryTruth]:
        """Tell the loss; the test knows its slope."""
        del tally
        plan, days = self.setting.plan, range(self.first, self.first + self.days)
        before = self._rate(range(self.first - BEFORE_DAYS, self.first))
        fires, ratio = None, np.zeros(0)
        if 0 < before < 1:
            parts = [
                binomial_ratio(np.array([self.opened_detail[day]]), np.array([self.searched[day]]), before, before * (1 - self.share(day)))
                for day in days
            ]
            ratio = np.concatenate(parts)
            fires = fires_at(ratio, np.array([plan.day_ms(day) for day in days]), self.start_ms, DAY_MS)
        worth = self.cents / max(1, self.placed)
        return [
            StoryTruth(
                kind=self.name,
                start=self.start_ms,
                end=self.end_ms,
                where={"sales_channel": "mini_program"},
                metric="search_to_detail",
                direction="down",
                size=f"{-LOSS:+.0%} on the last of {self.days} days, from {-LOSS / self.days:+.1%} on the first",
                money=f"{-self.missed * worth / 100:.2f}",
                tick_ms=DAY_MS,
                detectable=fires is not None,
                fires_ms=fires,
                note="Money is what the lost orders would have been booked for, at what the others of these days were worth.",
                figures={
                    "before": round(before, 5),
                    "first_day": round(self._rate(days[:1]), 5),
                    "last_day": round(self._rate(days[-1:]), 5),
                    "orders_lost": self.missed,
                },
            )
        ]


MEMBER = SlowLoss
