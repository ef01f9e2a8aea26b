"""Story: a city pair's flights of the next three weeks are moved; in two days a third of those who hold a ticket give it back."""

from __future__ import annotations

import numpy as np

from windsock.demo.columns import NEVER, Flags
from windsock.demo.demand.lines import total_cents
from windsock.demo.demand.orders import Orders, call_off, chance_of
from windsock.demo.demand.story import Placed, Setting
from windsock.demo.demand.tally import Tally
from windsock.demo.model import DAY_MS, TICK_MS, StoryTruth
from windsock.demo.power import Pulse

HOUR_MS = 3_600_000
FROM_HOUR, SURGE_HOURS = 8, 40
AHEAD_DAYS = 21
GIVES_BACK = 0.35
PAIR = 6
_SALT = 81


class ScheduleChange(Placed):
    """Whoever holds a seat on the pair is told at eight in the morning; all money is given back."""

    name = "schedule_change"
    before_end = 19
    days = 2

    def __init__(self, setting: Setting) -> None:
        """Choose the pair."""
        super().__init__(setting)
        world = setting.world
        self.pair = min(PAIR, world.pairs - 1)
        self.pulse = Pulse(self.start_ms, self.end_ms, TICK_MS, times=4, step_days=7)
        self.held = self.given_back = self.lost_cents = 0

    @property
    def start_ms(self) -> int:
        """The instant of the announcement."""
        return super().start_ms + FROM_HOUR * HOUR_MS

    @property
    def end_ms(self) -> int:
        """The end of the surge."""
        return self.start_ms + SURGE_HOURS * HOUR_MS

    def _cut(self, orders: Orders) -> Flags:
        route = self.setting.world.flight_route
        out = (orders.out_flight >= 0) & (route[np.maximum(orders.out_flight, 0)] // 2 == self.pair)
        return out & (orders.paid_ms != NEVER)

    def lives(self, orders: Orders) -> None:
        """Give back a share of what is held at the announcement."""
        if int(orders.day[0]) > self.first:
            return
        moved = (orders.out_day > self.first) & (orders.out_day <= self.first + AHEAD_DAYS)
        held = self._cut(orders) & moved & (orders.ticketed_ms != NEVER) & (orders.ticketed_ms < self.start_ms)
        held &= (orders.cancelled_ms == NEVER) | (orders.cancelled_ms >= self.end_ms)
        rows = np.flatnonzero(held & (chance_of(orders, _SALT) < GIVES_BACK))
        # Most hear of it within hours: waits are denser at the beginning.
        wait = chance_of(orders, _SALT + 1)[rows] ** 2 * (SURGE_HOURS - 1) * HOUR_MS
        at_ms = self.start_ms + 60_000 + np.floor(wait).astype(np.int64)
        leaves = self.setting.plan.day_ms(0) + orders.out_day[rows] * DAY_MS
        in_time = at_ms < leaves
        call_off(orders, rows[in_time], at_ms[in_time], at_ms[in_time] + 2 * HOUR_MS)
        self.held += int(held.sum())

    def watch(self, orders: Orders) -> None:
        """Count cancellations of the pair, the story's and others'."""
        cut = self._cut(orders) & (orders.split_from < 0) & (orders.cancelled_ms != NEVER)
        self.pulse.see(orders.cancelled_ms[cut])
        now = cut & (orders.cancelled_ms >= self.start_ms) & (orders.cancelled_ms < self.end_ms)
        self.given_back += int(now.sum())
        self.lost_cents += int(total_cents(orders)[now].sum())

    def truth(self, tally: Tally) -> list[StoryTruth]:
        """Tell the surge; the test knows its mean height, not its shape."""
        del tally
        usual, seen = float(self.pulse.usual.sum()), float(self.pulse.during.sum())
        fires = self.pulse.fires_at(seen / usual) if usual and seen > usual else None
        world = self.setting.world
        return [
            StoryTruth(
                kind=self.name,
                start=self.start_ms,
                end=self.end_ms,
                where={"route": ",".join(world.routes[2 * self.pair + way] for way in range(2))},
                metric="orders_cancelled",
                direction="up",
                size=f"{GIVES_BACK:.0%} of the tickets held for the {AHEAD_DAYS} days after it are given back",
                money=f"{-self.lost_cents * (1 - usual / seen if seen else 0.0) / 100:.2f}",
                tick_ms=TICK_MS,
                detectable=fires is not None,
                fires_ms=fires,
                note="By cancellation, not by booking: the orders were booked over the weeks before, so cancel_rate of those days moves too. "
                "Flights keep their numbers and dates; no times of departure are in the data.",
                figures={"orders_held": self.held, "orders_cancelled": int(seen), "orders_cancelled_usual": round(usual, 1)},
            )
        ]


MEMBER = ScheduleChange
