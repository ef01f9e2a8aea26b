"""The days of demand in order: warm-up (bookings of the old system), then every day of orders."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from windsock.demo.columns import NEVER, Ints
from windsock.demo.demand.booking import Desk, room_slots
from windsock.demo.demand.fares import Prices
from windsock.demo.demand.inventory import make_inventory
from windsock.demo.demand.lives import Lives
from windsock.demo.demand.orders import Orders, civil_day
from windsock.demo.demand.story import Script, Setting, Story
from windsock.demo.demand.trips import Draw, Trips, Wishes
from windsock.demo.model import WARM_DAYS, Plan
from windsock.demo.people import People, make_people, make_trips
from windsock.demo.seasons import Seasons, make_seasons
from windsock.demo.streams import Streams
from windsock.demo.world import World, make_world


@dataclass(frozen=True)
class Simulation:
    """A world before its first day, with its stories chosen."""

    plan: Plan
    streams: Streams
    world: World
    people: People
    seasons: Seasons
    wishes: Wishes
    script: Script
    prices: Prices


def make_simulation(plan: Plan, choose: Callable[[Setting], list[Story]] | None = None) -> Simulation:
    """Return a simulation ready to run; ``choose`` makes the stories of a setting, none by default."""
    streams = Streams(plan.seed)
    world, people, seasons = make_world(plan, streams), make_people(plan, streams), make_seasons(plan)
    persons, times = make_trips(plan, people, streams)
    wishes = Wishes(plan, people, seasons, streams, persons, times)
    script = Script(choose(Setting(plan, people, streams, world)) if choose else [], len(world.routes))
    seats, rooms = make_inventory(plan, world.flight_limit), make_inventory(plan, world.room_count)
    for story in script.stories:
        story.shelf(seats, rooms)
    return Simulation(plan, streams, world, people, seasons, wishes, script, Prices(world, seasons, seats, rooms, script.price))


def run_days(sim: Simulation) -> Iterator[Orders]:
    """Yield the orders of each day, first to last; the inventories end as the data ends."""
    desk = Desk(sim.world, sim.people, sim.seasons, sim.prices, sim.plan.day_ms(0), sim.script.gone)
    lives = Lives(sim.plan, sim.world, sim.people, sim.script)
    for day in range(-WARM_DAYS, sim.plan.days):
        trips = _trips(sim, day)
        orders = lives.begin(trips, desk.book(trips, day))
        _give_back(sim, orders, opening=day < 0)
        if day >= 0:
            for story in sim.script.stories:
                story.watch(orders)
            yield orders
        sim.prices.seats.close_day(day)
        sim.prices.rooms.close_day(day)


def _trips(sim: Simulation, day: int) -> Trips:
    trips = sim.wishes.on(day, sim.script.demand(day))
    if day < 0:
        return trips
    extra = [wanted for story in sim.script.stories if (wanted := story.trips(day, sim.wishes)) is not None]
    if sim.plan.dense and day == sim.plan.days - 1:
        extra.append(sim.wishes.flash_sale(day))
    trips = Trips.join([trips, *extra])
    trips.channel[:] = sim.script.channels(day, trips.channel, trips.draws[:, Draw.SHIFT])
    return trips


def _give_back(sim: Simulation, orders: Orders, *, opening: bool) -> None:
    gone = orders.take((orders.cancelled_ms != NEVER) & ~orders.no_show)
    when = civil_day(gone.cancelled_ms) - sim.plan.start_ordinal
    seats, rooms = sim.prices.seats, sim.prices.rooms
    flights = np.stack([seats.slots(gone.out_flight, gone.out_day), seats.slots(gone.back_flight, gone.back_day)], axis=1)
    seats.give_back_on(when, flights, gone.pax, opening=opening)
    stays: Ints = room_slots(sim.prices, gone.room, gone.room_day, gone.nights)
    rooms.give_back_on(when, stays, gone.rooms, opening=opening)
