"""Running sums over a simulation, from which the sanity bands and the stories' figures are told."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from windsock.demo.columns import NEVER, Ints
from windsock.demo.demand.inventory import Inventory
from windsock.demo.demand.orders import Orders
from windsock.demo.model import CALL, PURPOSES, TRACKED, WARM_DAYS, Plan
from windsock.demo.world import World


@dataclass
class Tally:
    """Sums by name, and the persons who were seen to buy in the last year."""

    plan: Plan
    world: World
    seats: Inventory
    sums: dict[str, float] = field(default_factory=dict[str, float])
    buyers: list[Ints] = field(default_factory=list[Ints])

    def add(self, name: str, amount: float) -> None:
        """Add to a sum."""
        self.sums[name] = self.sums.get(name, 0.0) + float(amount)

    def share(self, part: str, whole: str) -> float:
        """Return the quotient of two sums, 0 where the whole is missing."""
        return self.sums.get(part, 0.0) / self.sums[whole] if self.sums.get(whole) else 0.0

    def watch(self, orders: Orders) -> None:
        """Count a day's finished orders."""
        amount = order_cents(orders) / 100
        air, stay = orders.out_flight >= 0, (orders.out_flight < 0) & (orders.room >= 0)
        cancelled, tracked = orders.cancelled_ms != NEVER, orders.channel < TRACKED
        whole = orders.split_from < 0
        for name, mask in (("air", air), ("hotel", stay | (air & (orders.room >= 0))), ("stay", stay), ("tracked", tracked), ("all", whole)):
            self.add(f"{name}.orders", (mask & whole).sum())
            self.add(f"{name}.cancelled", (mask & whole & cancelled).sum())
        self.add("attempts", (orders.providers[tracked] >= 0).sum())
        self.add("successes", orders.outcomes[tracked].sum())
        self.add("attached", (air & (orders.extras[:, 0] >= 0)).sum())
        self.add("revenue", amount.sum())
        self.add("revenue.member", amount[orders.member].sum())
        self.add("revenue.direct", amount[orders.channel <= CALL].sum())
        self.add("revenue.ota", amount[(orders.channel > CALL) & (orders.channel < CALL + 3)].sum())
        for index, purpose in enumerate(PURPOSES):
            mask = air & (orders.purpose == index)
            seats = orders.pax * (1 + (orders.back_flight >= 0))
            fares = (orders.out_cents + orders.back_cents) * orders.pax / 100
            self.add(f"{purpose}.orders", (mask & whole).sum())
            self.add(f"{purpose}.amount", amount[mask].sum())
            self.add(f"{purpose}.seats", seats[mask].sum())
            self.add(f"{purpose}.fares", fares[mask].sum())
        recent = (orders.person >= 0) & whole & (orders.day >= self.plan.days - 365)
        self.buyers.append(orders.person[recent & seen(orders)])

    def repeat(self) -> float:
        """Return the share of the last year's buyers, as far as the data knows them, who bought at least twice in it."""
        counts = np.bincount(np.concatenate(self.buyers)) if self.buyers else np.zeros(1)
        return float((counts > 1).sum() / max(1, (counts > 0).sum()))

    def load_factor(self) -> float:
        """Return passengers over seats of the flights that left within the plan, after the booking curve has filled."""
        seats, days = self.seats, self.plan.days
        flown = seats.sold.reshape(len(seats.limit), -1)[:, WARM_DAYS : WARM_DAYS + days]
        return float(flown.sum() / (self.world.flight_seats.sum() * days))


def order_cents(orders: Orders) -> Ints:
    """Return what travel is booked for, in cents, ancillaries left out."""
    return (orders.out_cents + orders.back_cents) * orders.pax + orders.room_cents


def seen(orders: Orders) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Say whose orders carry an id of the person: direct ones, members' and half of the others."""
    return (orders.person >= 0) & ((orders.channel <= CALL) | orders.member | (orders.spare < 0.5))
