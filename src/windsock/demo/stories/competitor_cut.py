"""Story: a rival asks a fifth less on four O&Ds for ten days; some of ours fly with it."""

from __future__ import annotations

import numpy as np

from windsock.demo.columns import Flags, Floats, Ints
from windsock.demo.demand.lines import total_cents
from windsock.demo.demand.orders import Orders
from windsock.demo.demand.story import Placed, Setting
from windsock.demo.demand.tally import Tally
from windsock.demo.demand.trips import Trips
from windsock.demo.model import AIR, DAY_MS, StoryTruth
from windsock.demo.power import Pulse

ROUTES = (0, 1, 10, 11)
FACTOR = 0.8
CROSS = 1.1


class CompetitorCut(Placed):
    """Seen twice: in the rival's prices from the first day on, and in our orders on the routes."""

    name = "competitor_cut"
    before_end = 52
    days = 10

    def __init__(self, setting: Setting) -> None:
        """Find the routes."""
        super().__init__(setting)
        count = len(setting.world.routes)
        if count <= 2 * len(ROUTES) or count <= max(ROUTES):
            self.absent = self.absent or f"four O&Ds of {count} would be most of the trade"
            return
        self.cut = np.isin(np.arange(count), ROUTES)
        self.pulse = Pulse(self.start_ms, self.end_ms, DAY_MS, times=3, step_days=14)
        self.trips_seen = self.missed = self.cents = self.placed = 0

    def rival(self, day: Ints, route: Ints) -> Floats | float:
        """Lower the rival's prices."""
        return np.where(self.cut[route] & (day >= self.first) & (day < self.first + self.days), FACTOR, 1.0)

    def gone(self, day: int, trips: Trips, route: Ints) -> Flags | None:
        """Lose those to whom the price matters most."""
        if not self.on(day):
            return None
        sensitivity = np.where(trips.person >= 0, self.setting.people.sensitivity[np.maximum(trips.person, 0)], 1.0)
        draws = self.setting.streams.of(self.name, day).random(len(trips))
        there = (trips.product == AIR) & self.cut[route]
        lost = there & (draws < 1 - FACTOR ** (CROSS * sensitivity))
        self.trips_seen += int(there.sum())
        self.missed += int(lost.sum())
        return lost

    def watch(self, orders: Orders) -> None:
        """Count orders on the routes."""
        route = self.setting.world.flight_route[np.maximum(orders.out_flight, 0)]
        own = orders.take((orders.out_flight >= 0) & self.cut[route] & (orders.split_from < 0))
        self.pulse.see(own.booked_ms)
        if len(own) and self.on(int(own.day[0])):
            self.placed += len(own)
            self.cents += int(total_cents(own).sum())

    def truth(self, tally: Tally) -> list[StoryTruth]:
        """Tell the cut; the test counts orders on the routes by day."""
        del tally
        kept = 1 - self.missed / max(1, self.trips_seen)
        fires = self.pulse.fires_at(kept) if 0 < kept < 1 and self.pulse.usual.sum() else None
        return [
            StoryTruth(
                kind=self.name,
                start=self.start_ms,
                end=self.end_ms,
                where={"route": ",".join(self.setting.world.routes[route] for route in ROUTES)},
                metric="orders",
                direction="down",
                size=f"rival's prices x {FACTOR}, orders x {kept:.3f}",
                money=f"{-self.missed * self.cents / max(1, self.placed) / 100:.2f}",
                tick_ms=DAY_MS,
                detectable=fires is not None,
                fires_ms=fires,
                note="competitor_price shows it on its first day. The campaign runs meanwhile: it brings a few orders on every route.",
                figures={
                    "orders": int(self.pulse.during.sum()),
                    "orders_usual": round(float(self.pulse.usual.sum()), 1),
                    "orders_lost": self.missed,
                },
            )
        ]


MEMBER = CompetitorCut
