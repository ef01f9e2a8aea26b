"""Prices: a ladder of five fare classes moved by bookings against a curve, by season and by days to departure; room rates likewise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from windsock.demo.columns import Floats, Ints
from windsock.demo.demand.inventory import Inventory
from windsock.demo.model import LEISURE
from windsock.demo.seasons import Seasons
from windsock.demo.world import LADDER, World

TAX_DOMESTIC_CENTS = 7_000
TAX_INTERNATIONAL_CENTS = 21_000


@dataclass(frozen=True)
class Prices:
    """What a seat or a room costs, as the shelf shows it at a moment."""

    world: World
    seasons: Seasons
    seats: Inventory
    rooms: Inventory
    lift: Callable[[int], Floats]

    def fare_class(self, flight: Ints, day: Ints, lead: Ints) -> Ints:
        """Return the lowest class on sale (0 cheapest .. 4) of flights on travel days, at ``lead`` days before."""
        place = self.seats.slots(flight, day)
        load = self.seats.sold[np.maximum(place, 0)] / self.world.flight_seats[flight]
        expected = 0.8 * np.exp(-lead / 22.0)
        late = np.where(lead < 3, 1.5, np.where(lead < 7, 0.9, np.where(lead < 14, 0.4, 0.0)))
        return np.clip(np.floor(1.25 + 4.5 * (load - expected) + late), 0, 4).astype(np.int64)

    def fare_cents(self, flight: Ints, day: Ints, steps: Ints, booked: Ints) -> Ints:
        """Return the fare of one passenger in cents, taxes in, in whole yuan, of classes on the ladder, booked on a day each (all on one)."""
        route = self.world.flight_route[flight]
        season = self.seasons.travel_of(np.full(len(day), LEISURE), day) ** 0.28
        fare = self.world.route_fare[route] * LADDER[steps] * season * (self.lift(int(booked[0]))[route] if len(booked) else 1.0)
        tax = np.where(self.world.international[route], TAX_INTERNATIONAL_CENTS, TAX_DOMESTIC_CENTS)
        return (np.maximum(10, np.round(fare / 10)) * 1000).astype(np.int64) + tax

    def night_cents(self, room: Ints, day: Ints) -> Ints:
        """Return the rate of a room for one night in cents, in whole yuan."""
        place = self.rooms.slots(room, day)
        load = self.rooms.sold[np.maximum(place, 0)] / self.world.room_count[room]
        season: Floats = self.seasons.travel_of(np.full(len(day), LEISURE), day) ** 0.4
        return (np.round(self.world.room_rate[room] * season * (0.92 + 0.35 * load)) * 100).astype(np.int64)
