"""Story: three hotels confirm hours after the payment instead of minutes, for three days; some guests give up waiting."""

from __future__ import annotations

import numpy as np

from windsock.demo.columns import NEVER, Flags, Ints
from windsock.demo.demand.lives import waits_longer
from windsock.demo.demand.orders import Orders, call_off, chance_of
from windsock.demo.demand.story import Placed, Setting
from windsock.demo.demand.tally import Tally
from windsock.demo.model import DAY_MS, TICK_MS, StoryTruth
from windsock.demo.power import waiting_fires_at

HOUR_MS = 3_600_000
HOTELS = (2, 5, 8)
LEAST_H, MOST_H = 3.0, 9.0
GIVE_UP = 0.15
_SALT = 71


class SupplierDelay(Placed):
    """Stays booked alone at the three hotels; a package is confirmed with its flight."""

    name = "supplier_delay"
    before_end = 23
    days = 3

    def __init__(self, setting: Setting) -> None:
        """Find the hotels."""
        super().__init__(setting)
        if len(setting.world.hotels) <= max(HOTELS):
            self.absent = self.absent or f"it takes three hotels of nine or more; the world has {len(setting.world.hotels)}"
        self.since: list[Ints] = []
        self.until: list[Ints] = []
        self.gave_up = self.lost_cents = 0

    def _cut(self, orders: Orders) -> Flags:
        paid = (orders.paid_ms >= self.start_ms) & (orders.paid_ms < self.end_ms)
        return paid & (orders.out_flight < 0) & (orders.room >= 0) & np.isin(orders.room // 3, HOTELS)

    def lives(self, orders: Orders) -> None:
        """Confirm late; who would have waited and is tired of it cancels."""
        if not self.on(int(orders.day[0])) and not self.on(int(orders.day[0]) + 1):
            return
        cut = self._cut(orders)
        hours = LEAST_H + (MOST_H - LEAST_H) * chance_of(orders, _SALT)
        orders.ticketed_ms[cut] = orders.paid_ms[cut] + np.floor(hours[cut] * HOUR_MS).astype(np.int64)
        early = cut & (orders.cancelled_ms != NEVER) & (orders.cancelled_ms < orders.ticketed_ms)
        tired = np.flatnonzero(cut & (orders.cancelled_ms == NEVER) & (chance_of(orders, _SALT + 1) < GIVE_UP))
        at_ms = orders.paid_ms[tired] + np.floor((1 + (hours[tired] - 1.5) * chance_of(orders, _SALT + 2)[tired]) * HOUR_MS).astype(np.int64)
        call_off(orders, tired, at_ms, at_ms + DAY_MS // 2)
        orders.ticketed_ms[early] = NEVER
        self.gave_up += len(tired)
        self.lost_cents += int(orders.room_cents[tired].sum())

    def watch(self, orders: Orders) -> None:
        """Note who waited how long."""
        if len(orders) and self.first - 1 <= int(orders.day[0]) < self.first + self.days:
            own = orders.take(self._cut(orders))
            served = np.where(own.ticketed_ms != NEVER, own.ticketed_ms, own.cancelled_ms)
            served = np.where(served == NEVER, self.setting.plan.now_ms, served)
            self.since.append(own.paid_ms)
            self.until.append(served)

    def truth(self, tally: Tally) -> list[StoryTruth]:
        """Tell the delay; a guest who gave up is not counted as waiting any more."""
        del tally
        since, until = np.concatenate(self.since), np.concatenate(self.until)
        fires = waiting_fires_at(since, until, waits_longer, self.start_ms, TICK_MS, self.days * DAY_MS // TICK_MS)
        world = self.setting.world
        waits = (until - since) / 1000
        return [
            StoryTruth(
                kind=self.name,
                start=self.start_ms,
                end=self.end_ms,
                where={"property": ",".join(world.hotels[hotel] for hotel in HOTELS)},
                metric="time_to_confirm",
                direction="up",
                size=f"minutes -> {LEAST_H:.0f} to {MOST_H:.0f} hours",
                money=f"{-self.lost_cents / 100:.2f}",
                tick_ms=TICK_MS,
                detectable=fires is not None,
                fires_ms=fires,
                note="Money is what the guests had booked who gave up waiting. The test looks at who has paid and still waits.",
                figures={
                    "orders": len(since),
                    "gave_up": self.gave_up,
                    "median_wait_s": round(float(np.median(waits))) if len(waits) else 0,
                },
            )
        ]


MEMBER = SupplierDelay
