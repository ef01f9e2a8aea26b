"""Story: on one night a hotel sells more rooms than it has: a fair in town, and a limit that was set wrong."""

from __future__ import annotations

import numpy as np

from windsock.demo.columns import NEVER, Floats, Ints
from windsock.demo.demand.inventory import Inventory
from windsock.demo.demand.orders import Orders, civil_day
from windsock.demo.demand.story import Placed, Setting
from windsock.demo.demand.tally import Tally
from windsock.demo.demand.trips import Draw, Trips, Wishes
from windsock.demo.model import DAY_MS, HOTEL, TICK_MS, StoryTruth
from windsock.demo.world import ROOM_FACTORS

HOUSE = 1
LIMIT = 1.15
WANTED = 1.1
BOOKED_DAYS = 8
LEADS = np.array([6.0, 24.0, 14.0])
SPREAD = 0.85
WALKED = 1.5


class OverbookedNight(Placed):
    """Guests of the fair book in the week before, for the very night, and do not cancel; the night is the story's last day."""

    name = "overbooked_night"
    before_end = 27
    days = BOOKED_DAYS + 1

    def __init__(self, setting: Setting) -> None:
        """Choose house and night."""
        super().__init__(setting)
        self.night = self.first + BOOKED_DAYS
        self.types = HOUSE * 3 + np.arange(len(ROOM_FACTORS))
        self.rooms: Ints = setting.world.room_count[self.types]
        self.limit = np.maximum(self.rooms + 1, np.floor(self.rooms * LIMIT).astype(np.int64))
        self.held: Inventory | None = None
        self.marks: list[tuple[Ints, Ints, Ints]] = []

    def shelf(self, seats: Inventory, rooms: Inventory) -> None:
        """Set the limit of the night too high."""
        del seats
        rooms.hold(self.types, np.full(len(self.types), self.night), self.limit)
        self.held = rooms

    def trips(self, day: int, wishes: Wishes) -> Trips | None:
        """Return the fair's guests of a day: their draws say this house, this night, one night."""
        if not self.on(day) or day == self.night:
            return None
        rng, setting = self.setting.streams.of(self.name, day), self.setting
        count = int(rng.poisson(WANTED * float(self.rooms.sum()) / BOOKED_DAYS))
        trips = wishes.of_people(self.name, day, rng.integers(0, len(setting.people), count), planted=True)
        trips.product[:] = HOTEL
        share = np.cumsum(setting.world.hotel_share) / setting.world.hotel_share.sum()
        trips.draws[:, Draw.ROUTE] = (share[HOUSE - 1] + share[HOUSE]) / 2
        bell: Floats = np.log((self.night - day) / LEADS[trips.purpose]) / SPREAD
        for turn in range(3):
            trips.draws[:, Draw.LEAD_1 + 2 * turn] = np.exp(-(bell**2) / 2)
            trips.draws[:, Draw.LEAD_2 + 2 * turn] = np.where(bell > 0, 0.0, 0.5)
        trips.draws[:, Draw.STAY], trips.draws[:, Draw.ROOMS] = 0.01, 0.99
        trips.draws[:, Draw.CANCEL], trips.draws[:, Draw.NO_SHOW] = 0.999, 0.999
        return trips

    def watch(self, orders: Orders) -> None:
        """Keep when rooms of the night were taken and given back."""
        covers = np.isin(orders.room, self.types) & (orders.room_day <= self.night) & (orders.room_day + orders.nights > self.night)
        own = orders.take(covers)
        back_ms = np.where((own.cancelled_ms == NEVER) | own.no_show, NEVER, own.cancelled_ms)
        # Rooms come back at the end of the day.
        freed = self.setting.plan.day_ms(0) + (civil_day(back_ms) - self.setting.plan.start_ordinal + 1) * DAY_MS
        gone = back_ms != NEVER
        kind = own.room - HOUSE * 3
        self.marks.append((own.booked_ms, kind, own.rooms))
        self.marks.append((freed[gone], kind[gone], -own.rooms[gone]))

    def truth(self, tally: Tally) -> list[StoryTruth]:
        """Tell the night: nothing to test, more is sold than there is as soon as it is."""
        del tally
        plan, inventory = self.setting.plan, self.held
        sold = np.zeros(len(self.types), dtype=np.int64)
        opening = sold
        if inventory is not None:
            slots = inventory.slots(self.types, np.full(len(self.types), self.night))
            sold, opening = inventory.sold[slots], inventory.opening[slots]
        at_ms, kind, rooms = (np.concatenate(column) for column in zip(*self.marks, strict=True))
        order = np.argsort(at_ms, kind="stable")
        crossed: list[int] = []
        for index in range(len(self.types)):
            own = order[kind[order] == index]
            over = np.flatnonzero(opening[index] + np.cumsum(rooms[own]) > self.rooms[index])
            crossed += [int(at_ms[own[over[0]]])] if len(over) else []
        end_ms = plan.day_ms(self.night + 1)
        ever = min((one for one in crossed if one < end_ms), default=None)
        fires = None if ever is None else self.start_ms + ((ever - self.start_ms) // TICK_MS + 1) * TICK_MS
        walked = np.maximum(sold - self.rooms, 0)
        cents = float((walked * self.setting.world.room_rate[self.types]).sum()) * WALKED
        detectable = fires is not None and bool(walked.any())
        return [
            StoryTruth(
                kind=self.name,
                start=self.start_ms,
                end=end_ms,
                where={"property": self.setting.world.hotels[HOUSE], "travel_date": str(plan.date(self.night))},
                metric="oversold_units",
                direction="up",
                size=f"{int(sold.sum())} rooms sold of {int(self.rooms.sum())}, {int(walked.sum())} too many",
                money=f"{-cents:.2f}",
                tick_ms=TICK_MS,
                detectable=detectable,
                fires_ms=fires if detectable else None,
                note="Money is an estimate: a room elsewhere at one and a half times the rate for each guest too many. "
                "Nothing in the data says who was sent away.",
                figures={"rooms": int(self.rooms.sum()), "sold": int(sold.sum()), "too_many": int(walked.sum())},
            )
        ]


MEMBER = OverbookedNight
