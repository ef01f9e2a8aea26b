"""Story: some flights and nights just ahead of the last day hardly sell: what is left of them perishes unless somebody acts."""

from __future__ import annotations

import numpy as np

from windsock.demo.columns import Floats, Ints
from windsock.demo.demand.inventory import Inventory
from windsock.demo.demand.story import Placed, Setting
from windsock.demo.demand.tally import Tally
from windsock.demo.model import DAY_MS, StoryTruth
from windsock.demo.power import THRESHOLD, poisson_ratio

AHEAD = np.arange(3, 10)
FLIGHTS, ROOM_TYPES = 3, 3
SEATS_SOLD, ROOMS_SOLD = 0.3, 0.15


class TailInventory(Placed):
    """They stop selling at a share of what there is; who wanted them takes the day before or after."""

    name = "tail_inventory"
    before_end = 14
    days = 14

    def __init__(self, setting: Setting) -> None:
        """List flights and rooms."""
        super().__init__(setting)
        world = setting.world
        count = len(world.flight_numbers)
        self.flights = np.arange(FLIGHTS) * (count // FLIGHTS) + 2
        self.types: Ints = (len(world.hotels) - 1) * 3 + np.arange(ROOM_TYPES)
        if count < 4 * FLIGHTS:
            self.absent = self.absent or f"{FLIGHTS} flights of {count} would be most of the trade"
        self.seats: Inventory | None = None
        self.rooms: Inventory | None = None

    def _at(self, goods: Ints) -> tuple[Ints, Ints]:
        days = self.setting.plan.days - 1 + AHEAD
        return np.repeat(goods, len(days)), np.tile(days, len(goods))

    def shelf(self, seats: Inventory, rooms: Inventory) -> None:
        """Hold sales of the listed dates down."""
        world = self.setting.world
        flight, day = self._at(self.flights)
        seats.hold(flight, day, np.floor(world.flight_seats[flight] * SEATS_SOLD).astype(np.int64))
        room, night = self._at(self.types)
        rooms.hold(room, night, np.floor(world.room_count[room] * ROOMS_SOLD).astype(np.int64))
        self.seats, self.rooms = seats, rooms

    def truth(self, tally: Tally) -> list[StoryTruth]:
        """Tell what is left when the data ends; the test holds the listed flights against all others of the same dates."""
        del tally
        if self.seats is None or self.rooms is None:
            return []
        world, plan = self.setting.world, self.setting.plan
        flight, day = self._at(self.flights)
        sold: Floats = self.seats.sold[self.seats.slots(flight, day)].astype(np.float64)
        others = np.setdiff1d(np.arange(len(world.flight_numbers)), self.flights)
        every, dates = self._at(others)
        load = float(self.seats.sold[self.seats.slots(every, dates)].sum() / world.flight_seats[every].sum())
        usual: Floats = world.flight_seats[flight].astype(np.float64) * load
        room, night = self._at(self.types)
        nights_sold = self.rooms.sold[self.rooms.slots(room, night)]
        factor = float(sold.sum() / usual.sum()) if usual.sum() else 1.0
        fires = 0 < factor < 1 and float(poisson_ratio(sold, usual, factor).sum()) >= THRESHOLD
        left = world.flight_seats[flight] - sold
        rooms_left = world.room_count[room] - nights_sold
        worth = float((left * world.route_fare[world.flight_route[flight]]).sum()) + float((rooms_left * world.room_rate[room]).sum())
        first, last = plan.date(plan.days - 1 + int(AHEAD[0])), plan.date(plan.days - 1 + int(AHEAD[-1]))
        return [
            StoryTruth(
                kind=self.name,
                start=self.start_ms,
                end=self.end_ms,
                where={
                    "flight_no": ",".join(world.flight_numbers[one] for one in self.flights),
                    "property": world.hotels[-1],
                    "travel_date": f"{first}..{last}",
                },
                metric="sell_through",
                direction="down",
                size=f"at most {SEATS_SOLD:.0%} of seats and {ROOMS_SOLD:.0%} of rooms sold; other flights {load:.0%}",
                money=f"{-worth:.2f}",
                tick_ms=DAY_MS,
                detectable=fires,
                fires_ms=self.end_ms if fires else None,
                note="Judged once, as the data ends. Money is what is left at base prices; most of it would not have been sold anyway.",
                figures={
                    "seats_sold": int(sold.sum()),
                    "seats_usual": round(float(usual.sum()), 1),
                    "seats_left": int(left.sum()),
                    "room_nights_sold": int(nights_sold.sum()),
                    "room_nights_left": int(rooms_left.sum()),
                },
            )
        ]


MEMBER = TailInventory
