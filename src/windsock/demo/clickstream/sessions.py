"""The sessions of a day: those that order, those that look and leave, those that come for the membership, and bounces."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from windsock.demo.columns import NEVER, Flags, Floats, Ints, mix
from windsock.demo.demand.clicks import Sessions
from windsock.demo.demand.days import Simulation
from windsock.demo.demand.lines import total_cents
from windsock.demo.demand.orders import Orders
from windsock.demo.model import ANDROID, APP, DAY_MS, DESKTOP, IOS, PASS, TRACKED, WEB
from windsock.demo.seasons import second_of_day
from windsock.demo.streams import pick

ORDERS, LOOKS, MEMBERS, BOUNCES, AFTER, BOTS, SLY_BOTS, STAFF, WAVE_BOTS = range(9)
AFTER_STEPS = ("order_changed", "refund_requested", "flight_check_in", "review", "nps_answered")
CONVERSION = np.array([0.066, 0.044, 0.032])
BOUNCE_SHARE = 0.43
MEMBER_SHARE = 0.06
STRANGER_SHARE = 0.35
FRESH_SHARE = 0.06
LAGS = (1, 2, 4, 7)
LAG_SHARE = 0.4
STRANGER = 1 << 50
FRESH = 1 << 40
RELEASE_AFTER = 0.45
VERSIONS = ("5.2.0", "5.3.0")


class Visits:
    """Makes the sessions of days, from the orders placed in the window and the people's habits."""

    def __init__(self, sim: Simulation, orders: Orders) -> None:
        """Keep the tracked orders of the window by day, splits left out: those were born later, without a session."""
        own = orders.take((orders.channel < TRACKED) & (orders.split_from < 0))
        self.sim, self.orders = sim, own.take(np.argsort(own.day, kind="stable"))
        self._starts = np.searchsorted(self.orders.day, np.arange(sim.plan.days + 1))
        self._weights: Floats = np.cumsum(sim.people.visits)

    def orders_of(self, day: int) -> Orders:
        """Return the tracked orders of a day."""
        return self.orders.take(slice(int(self._starts[day]), int(self._starts[day + 1])))

    def on(self, day: int) -> Sessions:
        """Return all sessions of a day but machines' and staff's."""
        orders = self.orders_of(day)
        ordering = self._ordering(orders, day)
        ordering.order[:] = np.arange(self._starts[day], self._starts[day + 1])
        looks = self._looks(day, orders)
        rng = self.sim.streams.of("members", day)
        busy = len(ordering) + len(looks)
        members = self._random(rng, day, int(rng.poisson(MEMBER_SHARE * busy)), MEMBERS)
        members.user[:] = np.where(self.sim.people.member[members.person], members.person, -1)
        rng = self.sim.streams.of("bounces", day)
        bounces = self._random(rng, day, int(rng.poisson(BOUNCE_SHARE / (1 - BOUNCE_SHARE) * (busy + len(members)))), BOUNCES)
        stranger = rng.random(len(bounces)) < STRANGER_SHARE
        bounces.visitor[stranger] = mix(STRANGER + day * 10_000_000 + np.flatnonzero(stranger), 5)
        bounces.person[stranger] = -1
        bounces.user[stranger] = -1
        return Sessions.join([ordering, looks, members, bounces, self._after(day)])

    def _ordering(self, orders: Orders, day: int) -> Sessions:
        rng = self.sim.streams.of("ordering", day)
        flight = orders.out_flight >= 0
        route = np.where(flight, self.sim.world.flight_route[np.maximum(orders.out_flight, 0)], -1)
        travel = np.where(flight, orders.out_day, np.where(orders.room >= 0, orders.room_day, orders.day + 30))
        return Sessions(
            kind=np.full(len(orders), ORDERS),
            person=orders.person,
            user=np.where(orders.member, orders.person, -1),
            visitor=self._visitor(orders.person, orders.channel, orders.device, day, np.ones(len(orders))),
            channel=orders.channel,
            device=orders.device,
            start_ms=orders.booked_ms,
            order=np.full(len(orders), -1),
            then=np.full(len(orders), -1),
            route=route,
            hotel=np.where(orders.room >= 0, orders.room // 3, -1) * (route < 0) - (route >= 0),
            travel_day=travel,
            pax=orders.pax,
            quote_cents=total_cents(orders) // np.maximum(orders.pax, 1),
            version=self._version(rng, orders.channel, day),
        )

    def _looks(self, day: int, orders: Orders) -> Sessions:
        """Return sessions that search and do not order: some by people who will order the same on a later day."""
        rng = self.sim.streams.of("looks", day)
        factor = self.sim.script.session_conversion(day)
        # Who buys a pass in a flash sale comes by a link, without looks before.
        usual = orders.channel[(orders.product != PASS) | ~orders.planted]
        placed = np.bincount(usual, minlength=TRACKED)[:TRACKED]
        # Who was lost before ordering has searched too.
        meant = placed + self.sim.script.missed.get(day, np.zeros(TRACKED, dtype=np.int64))
        wanted = rng.poisson(np.maximum(meant / (CONVERSION * factor) - placed, 0.0))
        early = [self._researching(day, lag) for lag in LAGS if day + lag < self.sim.plan.days]
        parts = [rows for rows in early if len(rows)]
        known = (
            np.bincount(np.concatenate([rows.channel for rows in parts]), minlength=TRACKED)[:TRACKED] if parts else np.zeros(TRACKED, dtype=np.int64)
        )
        for channel in range(TRACKED):
            count = max(0, int(wanted[channel] - known[channel]))
            parts.append(self._random(rng, day, count, LOOKS, channel=channel))
        return Sessions.join(parts)

    def _researching(self, day: int, lag: int) -> Sessions:
        orders = self.orders_of(day + lag)
        rng = self.sim.streams.of(f"research {lag}", day)
        rows = self._ordering(orders.take((rng.random(len(orders)) < LAG_SHARE) & (orders.product != PASS)), day)
        rows.kind[:] = LOOKS
        purpose = self.sim.people.purpose[rows.person]
        rows.start_ms = self.sim.plan.day_ms(day) + np.floor(second_of_day(purpose, rng.random(len(rows))) * 1000).astype(np.int64)
        rows.user[rng.random(len(rows)) < 0.5] = -1
        return rows

    def _after(self, day: int) -> Sessions:
        """Return sessions that follow an order: changing it, giving it back, checking in, telling how it was."""
        orders, plan = self.orders, self.sim.plan
        low, high = plan.day_ms(day), plan.day_ms(day + 1)
        leave_ms = plan.day_ms(0) + orders.out_day * DAY_MS + 9 * 3_600_000
        flies = (orders.out_flight >= 0) & (orders.ticketed_ms != NEVER) & (orders.cancelled_ms == NEVER)
        gone = np.where(orders.paid_ms != NEVER, orders.cancelled_ms, NEVER)
        home = np.where(orders.travelled_ms != NEVER, orders.travelled_ms + DAY_MS // 3, NEVER)
        turns = (orders.changed_ms, gone, np.where(flies & (orders.spare < 0.7), leave_ms - DAY_MS, NEVER),
                 np.where(orders.spare < 0.08, home, NEVER), np.where(orders.spare > 0.88, home, NEVER))  # fmt: skip
        parts: list[Sessions] = []
        for step, at_ms in enumerate(turns):
            rows = np.flatnonzero((at_ms >= low) & (at_ms < high) & (at_ms > orders.booked_ms))
            part = self._ordering(orders.take(rows), day)
            part.kind[:], part.order[:], part.then[:] = AFTER, rows, step
            part.start_ms = at_ms[rows]
            parts.append(part)
        return Sessions.join(parts)

    def _random(self, rng: np.random.Generator, day: int, count: int, kind: int, *, channel: int | None = None) -> Sessions:
        """Return sessions of people drawn by how much they visit."""
        sim, people, world = self.sim, self.sim.people, self.sim.world
        person = np.minimum(np.searchsorted(self._weights, rng.random(count) * float(self._weights[-1])), len(people) - 1)
        by = pick(rng.random(count), np.array([0.2, 0.36, 0.44])) if channel is None else np.full(count, channel)
        android = people.android[person]
        device = np.where((by == WEB) & (rng.random(count) < 0.8), DESKTOP, np.where(android, ANDROID, IOS))
        hotel_search = rng.random(count) < 0.14
        route = pick(rng.random(count), world.route_share)
        lead = np.minimum(1 + np.floor(rng.exponential(20.0, count)), 120).astype(np.int64)
        purpose = people.purpose[person]
        signed = people.member[person] & (rng.random(count) < 0.3)
        return Sessions(
            kind=np.full(count, kind),
            person=person,
            user=np.where(signed & (kind != BOUNCES), person, -1),
            visitor=self._visitor(person, by, device, day, rng.random(count)),
            channel=by,
            device=device,
            start_ms=sim.plan.day_ms(day) + np.floor(second_of_day(purpose, rng.random(count)) * 1000).astype(np.int64),
            order=np.full(count, -1),
            then=np.full(count, -1),
            route=np.where(hotel_search, -1, route),
            hotel=np.where(hotel_search, pick(rng.random(count), world.hotel_share), -1),
            travel_day=day + lead,
            pax=1 + (rng.random(count) < 0.3) + (rng.random(count) < 0.1),
            quote_cents=(np.round(world.route_fare[route] * (0.6 + 0.5 * rng.random(count)) * sim.script.price(day)[route] / 10) * 1000).astype(
                np.int64
            ),
            version=self._version(rng, by, day),
        )

    def _visitor(self, person: Ints, channel: Ints, device: Ints, day: int, fresh: Floats) -> npt.NDArray[np.uint64]:
        """Return anonymous ids: one for each person and channel, the desktop's shared in a household, now and then a new one."""
        owner = np.where(device == DESKTOP, self.sim.people.desk[person], person)
        again = np.where(fresh < FRESH_SHARE, FRESH * (day + 2), 0)
        return mix(owner * 4 + channel + again, 5)

    def _version(self, rng: np.random.Generator, channel: Ints, day: int) -> Ints:
        since = day - self.sim.plan.first_click_day - RELEASE_AFTER * self.sim.plan.click_days
        adopted = 0.0 if since < 0 else 0.9 * (1 - float(np.exp(-(since + 1) / 6)))
        return np.where(channel == APP, (rng.random(len(channel)) < adopted).astype(np.int64), -1)


def searching(sessions: Sessions) -> Flags:
    """Say which sessions search as people do."""
    return (sessions.kind == ORDERS) | (sessions.kind == LOOKS)
