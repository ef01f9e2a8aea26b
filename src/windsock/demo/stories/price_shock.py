"""Story: our own fares on three O&Ds are 12 % higher for four days, by mistake; some who are asked too much go away."""

from __future__ import annotations

import numpy as np

from windsock.demo.columns import Flags, Floats, Ints
from windsock.demo.demand.orders import Orders
from windsock.demo.demand.story import Placed, Setting
from windsock.demo.demand.tally import Tally
from windsock.demo.demand.trips import Trips
from windsock.demo.model import AIR, TICK_MS, StoryTruth
from windsock.demo.power import fires_at, normal_ratio

ROUTES = (8, 9, 4)
FACTOR = 1.12
ELASTICITY = 1.5
BEFORE_DAYS = 28


class PriceShock(Placed):
    """The ladder of three routes, all classes, all channels, both for those who fly out and for those who come back on them."""

    name = "price_shock"
    before_end = 60
    days = 4

    def __init__(self, setting: Setting) -> None:
        """Find the routes."""
        super().__init__(setting)
        count = len(setting.world.routes)
        if count <= max(ROUTES):
            self.absent = self.absent or f"three O&Ds of {count} would be too much of the trade"
            return
        self.cut = np.isin(np.arange(count), ROUTES)
        self.before: list[Floats] = []
        self.during: list[Floats] = []
        self.at_ms: list[Ints] = []
        self.missed = self.fares_up = 0

    def route_price(self, day: int) -> Floats | None:
        """Raise the fares."""
        return np.where(self.cut, FACTOR, 1.0) if self.on(day) else None

    def gone(self, day: int, trips: Trips, route: Ints) -> Flags | None:
        """Lose those to whom it is too much, by their weight of price."""
        if not self.on(day):
            return None
        sensitivity = np.where(trips.person >= 0, self.setting.people.sensitivity[np.maximum(trips.person, 0)], 1.0)
        draws = self.setting.streams.of(self.name, day).random(len(trips))
        lost = (trips.product == AIR) & self.cut[route] & (draws < 1 - FACTOR ** (-ELASTICITY * sensitivity))
        self.missed += int(lost.sum())
        return lost

    def watch(self, orders: Orders) -> None:
        """Keep the fares of the routes, the story's and those of four weeks before."""
        if not len(orders) or not self.first - BEFORE_DAYS <= int(orders.day[0]) < self.first + self.days:
            return
        route = self.setting.world.flight_route[np.maximum(orders.out_flight, 0)]
        own = orders.take((orders.out_flight >= 0) & self.cut[route] & (orders.split_from < 0))
        base = self.setting.world.route_fare[self.setting.world.flight_route[own.out_flight]]
        fares: Floats = np.log(own.out_cents / base)
        if self.on(int(orders.day[0])):
            self.during.append(fares)
            self.at_ms.append(own.booked_ms)
            self.fares_up += round(float((own.out_cents * own.pax).sum()) * (1 - 1 / FACTOR))
        else:
            self.before.append(fares)

    def truth(self, tally: Tally) -> list[StoryTruth]:
        """Tell the shock; the test looks at each fare that was sold."""
        del tally
        before = np.concatenate([np.zeros(0), *self.before])
        during, at_ms = np.concatenate([np.zeros(0), *self.during]), np.concatenate([np.zeros(0, dtype=np.int64), *self.at_ms])
        fires = None
        if len(before) > 1:
            ratio = normal_ratio(during, float(before.mean()), float(np.log(FACTOR)), float(before.std()))
            fires = fires_at(ratio, at_ms, self.start_ms, TICK_MS)
        usual = len(before) / BEFORE_DAYS * self.days
        mean = float(np.exp(before.mean())) if len(before) else 0.0
        average = self.fares_up / (1 - 1 / FACTOR) / max(1, len(during))
        return [
            StoryTruth(
                kind=self.name,
                start=self.start_ms,
                end=self.end_ms,
                where={"route": ",".join(self.setting.world.routes[route] for route in sorted(ROUTES))},
                metric="average_order_value",
                direction="up",
                size=f"x {FACTOR}",
                money=f"{(self.fares_up - self.missed * average / FACTOR) / 100:.2f}",
                tick_ms=TICK_MS,
                detectable=fires is not None,
                fires_ms=fires,
                note="Money is what was asked too much less what those who left would have paid for the flight out.",
                figures={
                    "orders": len(during),
                    "orders_usual": round(usual, 1),
                    "orders_lost": self.missed,
                    "fare_before": round(mean / 100, 4),
                    "fare_during": round(float(np.exp(during.mean())) / 100, 4) if len(during) else 0.0,
                },
            )
        ]


MEMBER = PriceShock
