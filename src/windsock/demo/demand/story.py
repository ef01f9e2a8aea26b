"""The port of stories: what one may touch while the world is simulated, and what it owes the truth at the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from windsock.demo.columns import Flags, Floats, Ints
from windsock.demo.model import TRACKED, Plan, StoryTruth
from windsock.demo.streams import Streams

if TYPE_CHECKING:
    from windsock.demo.demand.orders import Orders
    from windsock.demo.demand.tally import Tally
    from windsock.demo.demand.trips import Trips, Wishes
    from windsock.demo.people import People


@dataclass(frozen=True)
class Setting:
    """What stories are told in."""

    plan: Plan
    people: People
    streams: Streams


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
    """

    name = ""

    def __init__(self, setting: Setting) -> None:
        """Choose when and where, before the first day."""
        self.setting = setting

    def demand(self, day: int) -> float:
        """Return the factor on trips booked on a day."""
        del day
        return 1.0

    def price(self, day: int) -> float:
        """Return the factor on fares sold on a day."""
        del day
        return 1.0

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


class Script:
    """All stories of a simulation, applied in the order of their names."""

    def __init__(self, stories: list[Story]) -> None:
        """Keep the stories."""
        self.stories = stories

    def demand(self, day: int) -> float:
        """Return the product of the stories' factors on trips."""
        return float(np.prod([story.demand(day) for story in self.stories]))

    def price(self, day: int) -> float:
        """Return the product of the stories' factors on fares."""
        return float(np.prod([story.price(day) for story in self.stories]))

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
