"""Story: the queue of ticketing stands still for 90 minutes; then it is worked off. What was paid waits."""

from __future__ import annotations

import numpy as np

from windsock.demo.columns import NEVER, Flags, Ints
from windsock.demo.demand.lives import waits_longer
from windsock.demo.demand.orders import Orders, chance_of
from windsock.demo.demand.story import Placed, Setting
from windsock.demo.demand.tally import Tally
from windsock.demo.model import TICK_MS, StoryTruth
from windsock.demo.power import waiting_fires_at

HOUR_MS = 3_600_000
FROM_HOUR, MINUTES = 10, 90
WORKED_OFF_MS = 12 * 60_000
_SALT = 61


class TicketingStuck(Placed):
    """Flights that would have been ticketed in the span are ticketed after it; whoever cancelled meanwhile never was."""

    name = "ticketing_stuck"
    before_end = 41

    def __init__(self, setting: Setting) -> None:
        """Take a working morning."""
        super().__init__(setting)
        self.since: list[Ints] = []
        self.until: list[Ints] = []
        self.delayed = self.never = 0
        self.longest_ms = 0

    @property
    def start_ms(self) -> int:
        """The first instant."""
        return super().start_ms + FROM_HOUR * HOUR_MS

    @property
    def end_ms(self) -> int:
        """The first instant after."""
        return self.start_ms + MINUTES * 60_000

    def lives(self, orders: Orders) -> None:
        """Hold back what would have been ticketed."""
        if not self.first - 1 <= int(orders.day[0]) <= self.first:
            return
        stuck = self._stuck(orders)
        orders.ticketed_ms[stuck] = self.end_ms + 30_000 + np.floor(chance_of(orders, _SALT)[stuck] * WORKED_OFF_MS).astype(np.int64)
        orders.changed_ms[stuck] = np.where(
            orders.changed_ms[stuck] == NEVER, NEVER, np.maximum(orders.changed_ms[stuck], orders.ticketed_ms[stuck] + 600_000)
        )
        void = stuck & (orders.cancelled_ms != NEVER) & (orders.cancelled_ms <= orders.ticketed_ms)
        orders.ticketed_ms[void] = NEVER
        self.delayed += int(stuck.sum())
        self.never += int(void.sum())

    def _stuck(self, orders: Orders) -> Flags:
        return (orders.out_flight >= 0) & (orders.ticketed_ms >= self.start_ms) & (orders.ticketed_ms < self.end_ms)

    def watch(self, orders: Orders) -> None:
        """Note how long orders waited that were paid while nothing moved."""
        if not len(orders) or not self.first - 1 <= int(orders.day[0]) <= self.first:
            return
        own = orders.take((orders.out_flight >= 0) & (orders.split_from < 0) & (orders.paid_ms >= self.start_ms) & (orders.paid_ms < self.end_ms))
        own = own.take(own.ticketed_ms != NEVER)
        self.since.append(own.paid_ms)
        self.until.append(own.ticketed_ms)
        if len(own):
            self.longest_ms = max(self.longest_ms, int((own.ticketed_ms - own.paid_ms).max()))

    def truth(self, tally: Tally) -> list[StoryTruth]:
        """Tell the queue; the test looks at who has paid and still waits."""
        del tally
        since, until = np.concatenate(self.since), np.concatenate(self.until)
        fires = waiting_fires_at(since, until, waits_longer, self.start_ms, TICK_MS, MINUTES * 60_000 // TICK_MS)
        return [
            StoryTruth(
                kind=self.name,
                start=self.start_ms,
                end=self.end_ms,
                where={"kind": "flight"},
                metric="time_to_issue",
                direction="up",
                size=f"no ticket for {MINUTES} minutes",
                money="0.00",
                tick_ms=TICK_MS,
                detectable=fires is not None,
                fires_ms=fires,
                note="Tickets come late and money comes all the same; the ideal test counts those who have paid and wait.",
                figures={
                    "orders_delayed": self.delayed,
                    "orders_cancelled_before_a_ticket": self.never,
                    "longest_wait_s": self.longest_ms // 1000,
                },
            )
        ]


MEMBER = TicketingStuck
