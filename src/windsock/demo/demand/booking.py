"""A trip becomes a booking: route, dates, party, the cheapest acceptable day, a seat or a room that is still there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from windsock.demo.columns import Flags, Ints
from windsock.demo.demand.fares import Prices
from windsock.demo.demand.trips import Draw, Rows, Trips
from windsock.demo.model import AIR, BUSINESS, CALL, HORIZON_DAYS, HOTEL, LEISURE, LOST, PASS
from windsock.demo.people import People
from windsock.demo.seasons import Seasons, second_of_day
from windsock.demo.streams import bell, pick
from windsock.demo.world import ROOM_SHARES, World

NIGHTS_MAX = 14
_LEAD_DAYS = np.array([6.0, 24.0, 14.0])
_LEAD_SPREAD = 0.85
_PARTY = np.array([[0.95, 0.05, 0, 0], [0.52, 0.34, 0.1, 0.04], [0.74, 0.2, 0.06, 0]])
_RETURN = np.array([0.27, 0.26, 0.19])
_STAY_DAYS = np.array([[1, 4], [3, 8], [3, 10]])
_NIGHTS = np.array([[0.6, 0.28, 0.08, 0.04, 0, 0, 0], [0.3, 0.32, 0.18, 0.1, 0.05, 0.03, 0.02], [0.4, 0.34, 0.16, 0.1, 0, 0, 0]])
_LEISURE_PLACES = {"SYX": 1.9, "KIX": 1.5, "XMN": 1.3, "ICN": 1.3}
_DEARER = np.array([0.42, 0.08, 0.1])
_SHIFTS = np.array([0, 1, -1, 2, -2, 3])


@dataclass
class Bookings(Rows):
    """Bookings that found their seats or rooms; -1 where a part does not apply.

    ``out_*`` and ``back_*`` are the two flights, ``room`` the stay (hotel * 3 + type), travel days count from the first day of orders.
    """

    trip: Ints
    booked_ms: Ints
    lead: Ints
    pax: Ints
    out_flight: Ints
    out_day: Ints
    out_class: Ints
    out_cents: Ints
    back_flight: Ints
    back_day: Ints
    back_class: Ints
    back_cents: Ints
    room: Ints
    room_day: Ints
    nights: Ints
    rooms: Ints
    room_cents: Ints
    rate_plan: Ints


@dataclass(frozen=True)
class Desk:
    """Where trips are booked: the shelf and its rules."""

    world: World
    people: People
    seasons: Seasons
    prices: Prices
    start_ms: int
    gone: Callable[[int, Trips, Ints], Flags]

    def book(self, trips: Trips, booking_day: int) -> Bookings:
        """Return the bookings of a day's trips (a part finds nothing and is lost), having taken their seats and rooms."""
        wanted = self._wishes(trips)
        route = self._route(trips)
        if booking_day >= 0:
            trips.product[self.gone(booking_day, trips, route)] = LOST
        self._fly(trips, wanted, route, opening=booking_day < 0)
        self._stay(trips, wanted)
        found = (wanted.out_flight >= 0) | (wanted.room >= 0) | (trips.product == PASS)
        return wanted.take(found)

    def _wishes(self, trips: Trips) -> Bookings:
        draws, count = trips.draws, len(trips)
        second = second_of_day(trips.purpose, draws[:, Draw.SECOND])
        none = np.full(count, -1)
        return Bookings(
            trip=np.arange(count),
            booked_ms=self.start_ms + trips.day * 86_400_000 + np.floor(second * 1000).astype(np.int64),
            lead=self._lead(trips),
            pax=pick(draws[:, Draw.PAX], _PARTY[trips.purpose]) + 1,
            out_flight=none.copy(),
            out_day=none.copy(),
            out_class=none.copy(),
            out_cents=np.zeros(count, dtype=np.int64),
            back_flight=none.copy(),
            back_day=none.copy(),
            back_class=none.copy(),
            back_cents=np.zeros(count, dtype=np.int64),
            room=none.copy(),
            room_day=none.copy(),
            nights=np.zeros(count, dtype=np.int64),
            rooms=np.zeros(count, dtype=np.int64),
            room_cents=np.zeros(count, dtype=np.int64),
            rate_plan=none.copy(),
        )

    def _lead(self, trips: Trips) -> Ints:
        """Draw three dates and take one by the seasons: people want to travel at holidays."""
        draws = trips.draws
        options = np.empty((len(trips), 3), dtype=np.int64)
        for turn in range(3):
            shape = bell(draws[:, Draw.LEAD_1 + 2 * turn], draws[:, Draw.LEAD_2 + 2 * turn])
            options[:, turn] = np.clip(np.round(_LEAD_DAYS[trips.purpose] * np.exp(_LEAD_SPREAD * shape)), 1, HORIZON_DAYS - 30)
        weights = np.stack([self.seasons.travel_of(trips.purpose, trips.day + options[:, turn]) for turn in range(3)], axis=1)
        return options[np.arange(len(trips)), pick(draws[:, Draw.DATE], weights)]

    def _route(self, trips: Trips) -> Ints:
        lift = np.array([_LEISURE_PLACES.get(place, 1.0) for place in self.world.destinations])[::2]
        share = self.world.route_share[::2]
        by_purpose = np.stack([share, share * lift, share])
        habit = (trips.person >= 0) & (trips.draws[:, Draw.HABIT] < 0.5)
        turn = np.where(habit, self.people.taste[np.maximum(trips.person, 0)], trips.draws[:, Draw.ROUTE])
        return pick(turn, by_purpose[trips.purpose]) * 2 + (trips.draws[:, Draw.DIRECTION] < 0.5)

    def _fly(self, trips: Trips, wanted: Bookings, route: Ints, *, opening: bool) -> None:
        draws, world = trips.draws, self.world
        pending = trips.product == AIR
        turn = np.floor(draws[:, Draw.FREQUENCY] * world.frequency).astype(np.int64)
        out_flight = route * world.frequency + turn
        back_flight = (route ^ 1) * world.frequency + turn
        low, high = _STAY_DAYS[trips.purpose].T
        stay = low + np.floor(draws[:, Draw.STAY] * (high - low + 1)).astype(np.int64)
        returns = draws[:, Draw.RETURN] < _RETURN[trips.purpose]
        base = self._cheapest(trips, wanted, out_flight)
        seats = self.prices.seats
        for shift in _SHIFTS:
            rows = np.flatnonzero(pending & (base + shift > trips.day))
            if not len(rows):
                continue
            day = base[rows] + shift
            back = np.where(returns[rows], back_flight[rows], -1)
            back_day = np.where(returns[rows], day + stay[rows], -1)
            slots = np.stack([seats.slots(out_flight[rows], day), seats.slots(back, back_day)], axis=1)
            fits = seats.admit(slots, wanted.pax[rows])
            taken = rows[fits]
            wanted.out_flight[taken], wanted.out_day[taken] = out_flight[taken], day[fits]
            wanted.out_class[taken], wanted.out_cents[taken] = self._fare(trips.take(taken), out_flight[taken], day[fits], Draw.FARE)
            some = fits & (back >= 0)
            both = rows[some]
            wanted.back_flight[both], wanted.back_day[both] = back[some], back_day[some]
            wanted.back_class[both], wanted.back_cents[both] = self._fare(trips.take(both), back[some], back_day[some], Draw.FARE_BACK)
            seats.sell(slots[fits], wanted.pax[taken], opening=opening)
            pending[taken] = False

    def _cheapest(self, trips: Trips, wanted: Bookings, flight: Ints) -> Ints:
        """Return the wanted travel day; those who can move look at the days around it and weigh price against bother."""
        day = trips.day + wanted.lead
        person = np.maximum(trips.person, 0)
        moves = np.where(trips.person >= 0, self.people.flexible[person], trips.draws[:, Draw.TASTE_1] < 0.25 * (trips.purpose != BUSINESS))
        sensitivity = np.where(trips.person >= 0, self.people.sensitivity[person], 1.0)
        bother = np.full((len(trips), 3), np.inf)
        for turn, shift in enumerate((0, -1, 1)):
            there = np.maximum(day + shift, trips.day + 1)
            steps = self.prices.fare_class(flight, there, there - trips.day)
            noise = 0.06 * bell(trips.draws[:, Draw.TASTE_1 + turn], trips.draws[:, Draw.FARE])
            bother[:, turn] = 0.28 * steps * sensitivity + 0.1 * abs(shift) + noise
        best = np.array([0, -1, 1])[np.argmin(bother, axis=1)]
        return np.where(moves & (trips.product == AIR), np.maximum(day + best, trips.day + 1), day)

    def _fare(self, trips: Trips, flight: Ints, day: Ints, draw: Draw) -> tuple[Ints, Ints]:
        """Return class and fare in cents: the lowest on sale, or the next one up for those who want to stay free to change."""
        lowest = self.prices.fare_class(flight, day, day - trips.day)
        steps = np.minimum(lowest + (trips.draws[:, draw] < _DEARER[trips.purpose]), 4)
        return steps, self.prices.fare_cents(flight, day, steps, trips.day)

    def _stay(self, trips: Trips, wanted: Bookings) -> None:
        draws = trips.draws
        packaged = self._packaged(trips, wanted)
        rows = np.flatnonzero((trips.product == HOTEL) | packaged)
        if not len(rows):
            return
        hotel = self._hotel(trips, wanted, rows, packaged)
        room = hotel * 3 + pick(draws[rows, Draw.ROOM], ROOM_SHARES)
        nights = pick(draws[rows, Draw.STAY], _NIGHTS[trips.purpose[rows]]) + 1
        together = packaged[rows]
        nights = np.where(together, np.clip(wanted.back_day[rows] - wanted.out_day[rows], 1, NIGHTS_MAX), nights)
        count = np.where(draws[rows, Draw.ROOMS] < 0.04, 2, 1)
        arrive = np.where(together, wanted.out_day[rows], trips.day[rows] + wanted.lead[rows])
        for shift in (0, 1, 2):
            day = np.where(together, arrive, arrive + shift)
            span = np.arange(int(nights.max()))
            stays = np.where(span < nights[:, None], room[:, None], -1)
            when = day[:, None] + span
            slots = self.prices.rooms.slots(stays, when)
            fits = self.prices.rooms.admit(slots, count) & (slots[:, 0] >= 0) & (wanted.room[rows] < 0)
            each = self.prices.night_cents(np.maximum(stays, 0).ravel(), when.ravel()).reshape(stays.shape)
            rate_plan = (draws[rows, Draw.RATE_PLAN] < np.array([0.12, 0.34, 0.3])[trips.purpose[rows]]).astype(np.int64)
            each = np.where(rate_plan[:, None] == 1, each * 9 // 1000 * 100, each)
            total = np.where(stays >= 0, each, 0).sum(axis=1) * count
            taken = rows[fits]
            wanted.room[taken], wanted.room_day[taken], wanted.nights[taken] = room[fits], day[fits], nights[fits]
            wanted.rooms[taken], wanted.room_cents[taken], wanted.rate_plan[taken] = count[fits], total[fits], rate_plan[fits]
            self.prices.rooms.sell(slots[fits], count[fits], opening=bool((trips.day < 0).all()))

    def _packaged(self, trips: Trips, wanted: Bookings) -> Flags:
        served = np.array([place in self.world.hotel_city for place in self.world.destinations])
        leaving = served[self.world.flight_route[np.maximum(wanted.out_flight, 0)]]
        party = (trips.purpose == LEISURE) & (wanted.back_flight >= 0) & (trips.channel <= CALL)
        return party & leaving & (trips.draws[:, Draw.PACKAGE] < 0.2)

    def _hotel(self, trips: Trips, wanted: Bookings, rows: Ints, packaged: Flags) -> Ints:
        hotel = pick(trips.draws[rows, Draw.ROUTE], self.world.hotel_share)
        cities = list(self.world.hotel_city)
        first = np.array([cities.index(place) if place in cities else 0 for place in self.world.destinations])
        there = first[self.world.flight_route[np.maximum(wanted.out_flight[rows], 0)]]
        return np.where(packaged[rows], there, hotel)


def room_slots(prices: Prices, room: Ints, day: Ints, nights: Ints) -> Ints:
    """Return the slots, shape (n, most nights), that stays occupy."""
    span = np.arange(max(1, int(nights.max()) if len(nights) else 1))
    stays = np.where((span < nights[:, None]) & (room[:, None] >= 0), room[:, None], -1)
    return prices.rooms.slots(stays, day[:, None] + span)
