"""Trips of a day: who wants to travel, for what, booked where; each with its own row of random numbers."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum, auto
from typing import Any, Self

import numpy as np

from windsock.demo.columns import Flags, Floats, Ints
from windsock.demo.model import AGENT, AIR, BUSINESS, CORPORATE, HOTEL, LEISURE, OTA_A, OTA_B, PASS, TRACKED, WARM_DAYS, Plan
from windsock.demo.people import People
from windsock.demo.seasons import Seasons
from windsock.demo.streams import Streams, pick

ORDERS_A_DAY = 1128.0
OUTSIDE_FLOOR = 0.2
FLASH_BUYERS = 7_500
# OTA-A, OTA-B, agents, corporate among orders of people outside.
_OUTSIDE = np.array([0.335, 0.215, 0.205, 0.245])
_OUTSIDE_PURPOSE = np.array([[0.2, 0.5, 0.3], [0.2, 0.5, 0.3], [0.35, 0.4, 0.25], [1.0, 0.0, 0.0]])
_HOTEL_SHARE = np.array([0.105, 0.185, 0.105])
_PASS_SHARE = 0.006


class Draw(IntEnum):
    """The columns of a trip's row of random numbers: a new column goes to the end, so that the others stay."""

    CHANNEL = 0
    PURPOSE = auto()
    PRODUCT = auto()
    ROUTE = auto()
    HABIT = auto()
    DIRECTION = auto()
    PAX = auto()
    RETURN = auto()
    STAY = auto()
    SECOND = auto()
    LEAD_1 = auto()
    LEAD_2 = auto()
    LEAD_3 = auto()
    LEAD_4 = auto()
    LEAD_5 = auto()
    LEAD_6 = auto()
    DATE = auto()
    TASTE_1 = auto()
    TASTE_2 = auto()
    TASTE_3 = auto()
    FREQUENCY = auto()
    FARE = auto()
    FARE_BACK = auto()
    ROOM = auto()
    RATE_PLAN = auto()
    ROOMS = auto()
    PACKAGE = auto()
    MEMBER = auto()
    DEVICE = auto()
    PROVIDER = auto()
    OUTCOME_1 = auto()
    OUTCOME_2 = auto()
    OUTCOME_3 = auto()
    OUTCOME_4 = auto()
    RETRY_1 = auto()
    RETRY_2 = auto()
    RETRY_3 = auto()
    PAY_DELAY = auto()
    TICKET_DELAY = auto()
    CANCEL = auto()
    CANCEL_TIME = auto()
    REFUND_DELAY = auto()
    NO_SHOW = auto()
    CHANGE = auto()
    CHANGE_TIME = auto()
    ANCILLARY = auto()
    ANCILLARY_1 = auto()
    ANCILLARY_2 = auto()
    SPLIT = auto()
    PARTIAL = auto()
    COUNTRY = auto()
    ID_KIND = auto()
    SHIFT = auto()


@dataclass
class Rows:
    """A table of numpy columns, one row per thing; all arrays have the same first axis."""

    def __len__(self) -> int:
        """The number of rows."""
        return len(getattr(self, fields(self)[0].name))

    def take(self, rows: Any) -> Self:  # noqa: ANN401 - a mask or indices
        """Return some rows."""
        return type(self)(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    @classmethod
    def join(cls, parts: list[Self]) -> Self:
        """Return the rows of all parts, in order."""
        return cls(**{field.name: np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(cls)})


@dataclass
class Trips(Rows):
    """Wishes to travel on one day of booking. ``person`` is -1 and ``outside`` a serial number for those we never meet."""

    person: Ints
    outside: Ints
    traveller: Ints
    day: Ints
    purpose: Ints
    channel: Ints
    product: Ints
    planted: Flags
    draws: Floats


class Wishes:
    """All trips of a world, day by day."""

    def __init__(self, plan: Plan, people: People, seasons: Seasons, streams: Streams, persons: Ints, times: Floats) -> None:
        """Spread the people's purchases over the days as the booking seasons have it."""
        self._plan, self._people, self._seasons, self._streams = plan, people, seasons, streams
        weights = seasons.booking[WARM_DAYS:]
        marks = np.concatenate([[0.0], np.cumsum(weights)]) / weights.sum() * plan.days
        days = np.clip(np.searchsorted(marks, times, side="right") - 1, 0, plan.days - 1)
        order = np.argsort(days, kind="stable")
        self._persons, self._starts = persons[order], np.searchsorted(days[order], np.arange(plan.days + 1))
        window = np.ones(29)
        counts = np.bincount(days, minlength=plan.days).astype(np.float64) / weights
        self._steady: Floats = np.convolve(counts, window, "same")[: plan.days] / np.convolve(np.ones(plan.days), window, "same")[: plan.days]
        self._business = np.flatnonzero(people.member & (people.purpose == BUSINESS))

    def persons_on(self, day: int) -> Ints:
        """Return the persons who book on a day."""
        return self._persons[self._starts[day] : self._starts[day + 1]]

    def on(self, day: int, lift: float = 1.0) -> Trips:
        """Return the trips of a day; before day 0 all are strangers (bookings that the old system had)."""
        weight = float(self._seasons.booking[day + WARM_DAYS])
        total = ORDERS_A_DAY * self._plan.scale * weight
        known = float(self._steady[day]) * weight if day >= 0 else 0.0
        rng = self._streams.of("outside", day)
        count = int(rng.poisson(max(OUTSIDE_FLOOR * total, total - known) * lift))
        parts = [self._outside(day, count, rng)]
        if day >= 0:
            parts.append(self.of_people("people", day, self.persons_on(day)))
            if lift > 1:
                parts.append(self._lifted(day, lift))
        return Trips.join(parts)

    def _lifted(self, day: int, lift: float) -> Trips:
        rng = self._streams.of("lifted", day)
        persons = self.persons_on(min(day + 7, self._plan.days - 1))
        return self.of_people("lifted", day, persons[rng.random(len(persons)) < lift - 1], planted=True)

    def of_people(self, group: str, day: int, persons: Ints, *, planted: bool = False, direct: bool = False) -> Trips:
        """Return trips of given persons on a day, drawn from the group's own stream.

        A story uses a group of its own and says ``planted``; ``direct`` trips are booked in web, app or mini-program only.
        """
        draws = self._streams.of(group, day).random((len(persons), len(Draw)))
        purpose = self._people.purpose[persons]
        other = draws[:, Draw.PURPOSE] > 0.8
        purpose = np.where(other, np.where(purpose == LEISURE, 2, LEISURE), purpose)
        weights = self._people.channel_weights(persons)
        channel = pick(draws[:, Draw.CHANNEL], weights[:, :TRACKED] if direct else weights)
        return Trips(
            person=persons,
            outside=np.full(len(persons), -1),
            traveller=persons,
            day=np.full(len(persons), day),
            purpose=purpose,
            channel=channel,
            product=_products(draws, purpose, channel),
            planted=np.full(len(persons), planted),
            draws=draws,
        )

    def flash_sale(self, day: int) -> Trips:
        """Return the buyers of passes in a dense world's flash sale: some hundreds an hour whatever the world's size, all direct."""
        rng = self._streams.of("flash", day)
        weights = np.cumsum(self._people.visits)
        persons = np.searchsorted(weights, rng.random(FLASH_BUYERS) * float(weights[-1])).astype(np.int64)
        trips = self.of_people("flash sale", day, np.minimum(persons, len(weights) - 1), planted=True, direct=True)
        trips.purpose[:] = LEISURE
        trips.product[:] = PASS
        return trips

    def _outside(self, day: int, count: int, rng: np.random.Generator) -> Trips:
        draws = rng.random((count, len(Draw)))
        kind = pick(draws[:, Draw.CHANNEL], _OUTSIDE)
        channel = np.array([OTA_A, OTA_B, AGENT, CORPORATE])[kind]
        purpose = pick(draws[:, Draw.PURPOSE], _OUTSIDE_PURPOSE[kind])
        traveller = np.full(count, -1)
        with_card = draws[:, Draw.MEMBER] < np.array([0.0, 0.0, 0.22, 0.74])[kind]
        if len(self._business):
            turn = (draws[:, Draw.HABIT] ** 2 * len(self._business)).astype(np.int64)
            traveller = np.where(with_card, self._business[turn], -1)
        return Trips(
            person=np.full(count, -1),
            outside=(day + WARM_DAYS) * 1_000_000 + np.arange(count),
            traveller=traveller,
            day=np.full(count, day),
            purpose=purpose,
            channel=channel,
            product=_products(draws, purpose, channel),
            planted=np.zeros(count, dtype=np.bool_),
            draws=draws,
        )


def _products(draws: Floats, purpose: Ints, channel: Ints) -> Ints:
    draw = draws[:, Draw.PRODUCT]
    product = np.where(draw < _HOTEL_SHARE[purpose], HOTEL, AIR)
    return np.where((draw > 1 - _PASS_SHARE) & (channel < TRACKED), PASS, product)
