"""The port of stories: what one may touch while the world is simulated, and what it owes the truth at the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from windsock.demo.columns import Flags, Floats, Ints
from windsock.demo.model import CLICK_DAYS, DAY_MS, TRACKED, Plan, StoryTruth
from windsock.demo.streams import Streams

if TYPE_CHECKING:
    from windsock.demo.demand.clicks import Sessions, Steps
    from windsock.demo.demand.inventory import Inventory
    from windsock.demo.demand.orders import Orders
    from windsock.demo.demand.tally import Tally
    from windsock.demo.demand.trips import Trips, Wishes
    from windsock.demo.people import People
    from windsock.demo.world import World


@dataclass(frozen=True)
class Setting:
    """What stories are told in."""

    plan: Plan
    people: People
    streams: Streams
    world: World


@dataclass(frozen=True)
class Attempts:
    """Payment attempts that are about to happen; arrays of one length."""

    provider: Ints
    device: Ints
    channel: Ints
    international: Flags
    at_ms: Ints


class Story:
    """A story that touches nothing: members override what they need.

    A member module holds ``MEMBER``, the class; one instance lives for one simulation and may remember what it saw.
    ``absent`` says why a story finds no room in a plan; such a story is not told and not planted.
    """

    name = ""
    absent = ""

    def __init__(self, setting: Setting) -> None:
        """Choose when and where, before the first day."""
        self.setting = setting

    def beside(self, others: list[Story]) -> None:
        """Meet the stories that are planted beside this one, once all are made."""
        del others

    def spans(self) -> list[tuple[int, int]]:
        """Return the days, first and first after, in which anything is other than it would have been."""
        return []

    def demand(self, day: int) -> float:
        """Return the factor on trips booked on a day."""
        del day
        return 1.0

    def price(self, day: int) -> float:
        """Return the factor on fares sold on a day."""
        del day
        return 1.0

    def route_price(self, day: int) -> Floats | None:
        """Return factors, one for each route, on fares sold on a day; None where nothing is other."""
        del day
        return None

    def rival(self, day: Ints, route: Ints) -> Floats | float:
        """Return factors on what a rival asks for routes, as seen on days."""
        del day, route
        return 1.0

    def shelf(self, seats: Inventory, rooms: Inventory) -> None:
        """Change how much may be sold of goods on dates, before the first booking."""
        del seats, rooms

    def gone(self, day: int, trips: Trips, route: Ints) -> Flags | None:
        """Say whose trips of a day are lost before they are booked; ``route`` is where each would fly. They are searched for all the same."""
        del day, trips, route
        return None

    def lives(self, orders: Orders) -> None:
        """Change what becomes of the orders booked on a day, in place, before what lies after the end of the data is forgotten."""
        del orders

    def opened(self, day: int, sessions: Sessions, orders: Orders) -> None:
        """Change the people's sessions of a day in place; ``sessions.order`` names rows of ``orders``."""
        del day, sessions, orders

    def lost(self, day: int, sessions: Sessions, steps: Steps) -> Flags | None:
        """Say which events of a day never arrive; all others arrive as they would have."""
        del day, sessions, steps
        return None

    def added(self, day: int, sessions: Sessions, steps: Steps) -> tuple[Sessions, Steps] | None:
        """Return sessions and events that only this story causes; the new sessions are numbered after those given."""
        del day, sessions, steps
        return None

    def trips(self, day: int, wishes: Wishes) -> Trips | None:
        """Return trips that only this story causes on a day."""
        del day, wishes
        return None

    def channels(self, day: int, channel: Ints, draws: Floats) -> Ints:
        """Return the channels by which a day's trips are booked; ``draws`` has one number for each."""
        del day, draws
        return channel

    def success(self, attempts: Attempts, chance: Floats) -> Floats:
        """Return the chance that each payment attempt succeeds."""
        del attempts
        return chance

    def session_conversion(self, day: int) -> Floats:
        """Return factors, one for each tracked channel, on orders a search session."""
        del day
        return np.ones(TRACKED)

    def watch(self, orders: Orders) -> None:
        """See a day's finished orders, to measure what was planted."""
        del orders

    def truth(self, tally: Tally) -> list[StoryTruth]:
        """Return what was planted, measured in the data."""
        raise NotImplementedError

    def effects(self) -> list[dict[str, object]]:
        """Return the causal effects that a room of experiments should find."""
        return []


class Placed(Story):
    """A story of some days at a fixed distance from the end of the clickstream's window.

    In a window shorter than the full one such stories would lie on one another; there they are planted only when asked for by name.
    """

    before_end = 0
    days = 1

    def __init__(self, setting: Setting) -> None:
        """Find the first day, or none."""
        super().__init__(setting)
        plan = setting.plan
        self.first = plan.days - self.before_end
        if plan.click_days < CLICK_DAYS:
            self.first = plan.first_click_day + max(0, plan.click_days - self.days) * 2 // 3
            if plan.stories is None:
                self.absent = f"its place is in a window of {CLICK_DAYS} days with visits; this one has {plan.click_days}"
            elif plan.click_days < self.days + 2:
                self.absent = f"it takes {self.days} days and two before; the window has {plan.click_days}"

    def on(self, day: int) -> bool:
        """Say whether a day is one of the story's."""
        return self.first <= day < self.first + self.days

    def spans(self) -> list[tuple[int, int]]:
        """Return the story's days."""
        return [(self.first, self.first + self.days)]

    @property
    def start_ms(self) -> int:
        """The first instant."""
        return self.setting.plan.day_ms(self.first)

    @property
    def end_ms(self) -> int:
        """The first instant after."""
        return self.start_ms + self.days * DAY_MS


class Script:
    """All stories of a simulation, applied in the order of their names.

    Attributes:
        stories: those that are planted.
        absent: kind and reason of those that found no room.
        missed: day -> trips lost before they were booked, by tracked channel.
    """

    def __init__(self, stories: list[Story], routes: int = 0) -> None:
        """Keep the stories that find room; ``routes`` is how many there are."""
        self.stories = [story for story in stories if not story.absent]
        for story in stories:
            story.beside([other for other in self.stories if other is not story])
        self.absent = [(story.name, story.absent) for story in stories if story.absent]
        self.stories = [story for story in self.stories if not story.absent]
        self.missed: dict[int, Ints] = {}
        self._routes = routes

    def demand(self, day: int) -> float:
        """Return the product of the stories' factors on trips."""
        return float(np.prod([story.demand(day) for story in self.stories]))

    def price(self, day: int) -> Floats:
        """Return the product of the stories' factors on fares, one for each route."""
        factors: Floats = np.full(self._routes, float(np.prod([story.price(day) for story in self.stories])))
        for story in self.stories:
            own = story.route_price(day)
            if own is not None:
                factors = factors * own
        return factors

    def rival(self, day: Ints, route: Ints) -> Floats:
        """Return the product of the stories' factors on a rival's prices."""
        factors: Floats = np.ones(len(day))
        for story in self.stories:
            factors = factors * story.rival(day, route)
        return factors

    def gone(self, day: int, trips: Trips, route: Ints) -> Flags:
        """Say which trips are lost before they are booked, and count them by tracked channel."""
        lost = np.zeros(len(trips), dtype=np.bool_)
        for story in self.stories:
            own = story.gone(day, trips, route)
            if own is not None:
                lost |= own
        if lost.any():
            self.missed[day] = np.bincount(trips.channel[lost & (trips.channel < TRACKED)], minlength=TRACKED)
        return lost

    def lives(self, orders: Orders) -> None:
        """Let every story change what becomes of a day's orders."""
        for story in self.stories:
            story.lives(orders)

    def channels(self, day: int, channel: Ints, draws: Floats) -> Ints:
        """Return the channels after every story."""
        for story in self.stories:
            channel = story.channels(day, channel, draws)
        return channel

    def success(self, attempts: Attempts, chance: Floats) -> Floats:
        """Return the chances after every story."""
        for story in self.stories:
            chance = story.success(attempts, chance)
        return chance

    def session_conversion(self, day: int) -> Floats:
        """Return the factors after every story."""
        return np.prod([np.ones(TRACKED), *(story.session_conversion(day) for story in self.stories)], axis=0)
