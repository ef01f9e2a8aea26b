"""The people: traits that nobody sees, and the ids under which they appear."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from windsock.demo.columns import Array, Flags, Floats, Ints, digits, hex_text, mix
from windsock.demo.model import AGENT, BUSINESS, LIFE_DAYS, Plan
from windsock.demo.streams import Streams, pick

BUYER_SHARE = 0.85
HOUSEHOLD_SHARE = 0.08
SHARED_DESKS = 40
_PURPOSE_MIX = np.array([0.3, 0.42, 0.28])
# How a person habitually books: web, app, mini-program, call centre, OTA-A, OTA-B.
_HABITS = np.array(
    [
        [0.24, 0.36, 0.28, 0.08, 0.02, 0.02],
        [0.07, 0.10, 0.10, 0.04, 0.42, 0.27],
        [0.17, 0.23, 0.24, 0.06, 0.18, 0.12],
    ]
)
_HABIT_SHARE = np.array([0.5, 0.22, 0.28])


@dataclass(frozen=True)
class People:
    """Latent truth of every person, by index.

    Attributes:
        born: day (fraction) of the first purchase, relative to the first day of orders; infinite for those who only look.
        rate: trips a day while active (gamma).
        quits: chance of never coming back after a purchase (beta).
        purpose: main purpose, an index of PURPOSES.
        sensitivity: weight of price in choices, about 1.
        flexible: whether the dates can move.
        responsive: the third that campaigns move.
        desk: the person whose desktop and tablet this one shares (itself when none).
        visits: weight of visits.
    """

    born: Floats
    rate: Floats
    quits: Floats
    purpose: Ints
    sensitivity: Floats
    flexible: Flags
    responsive: Flags
    member: Flags
    android: Flags
    habit: Ints
    taste: Floats
    desk: Ints
    promoter: Floats
    visits: Floats
    acquired: Ints

    def __len__(self) -> int:
        """The number of people."""
        return len(self.born)

    def channel_weights(self, who: Ints) -> Floats:
        """Return the weights, shape (n, 6), of the channels by which persons book."""
        return _HABITS[self.habit[who]]


def make_people(plan: Plan, streams: Streams) -> People:
    """Draw the people of a plan. First purchases are spread over 761 days so that orders a day are steady at any length."""
    rng, count = streams.of("people"), plan.people
    born = rng.uniform(plan.days - LIFE_DAYS, plan.days, count)
    born[rng.random(count) > BUYER_SHARE] = np.inf
    purpose = pick(rng.random(count), _PURPOSE_MIX)
    rate = np.clip(rng.gamma(0.8, 1 / 52.0, count) * np.where(purpose == BUSINESS, 1.5, 0.8), 1 / 2000, 1 / 7)
    quits = np.clip(rng.beta(0.55, 0.62, count), 0.02, 0.995)
    habit = pick(rng.random(count), _HABIT_SHARE)
    member = rng.random(count) < np.array([0.72, 0.42, 0.5])[habit] + np.where(quits < 0.4, 0.25, 0.0)
    desk = np.arange(count)
    lodger = rng.random(count) < HOUSEHOLD_SHARE
    desk[lodger] = rng.integers(0, count, int(lodger.sum()))
    visits = rng.gamma(0.7, 1.0, count) * (0.3 + 40 * np.where(np.isfinite(born), rate, 1 / 120)) * np.array([1.4, 0.6, 1.0])[habit]
    return People(
        born=born,
        rate=rate,
        quits=quits,
        purpose=purpose,
        sensitivity=np.exp(rng.normal(0, 0.45, count)) * np.array([0.55, 1.2, 1.1])[purpose],
        flexible=rng.random(count) < np.array([0.1, 0.45, 0.35])[purpose],
        responsive=rng.random(count) < 1 / 3,
        member=member,
        android=rng.random(count) < 0.56,
        habit=habit,
        taste=rng.random(count),
        desk=desk,
        promoter=rng.beta(5, 2, count),
        visits=visits,
        acquired=pick(rng.random(count), np.array([0.18, 0.22, 0.26, 0.04, 0.18, 0.12])),
    )


def make_trips(plan: Plan, people: People, streams: Streams) -> tuple[Ints, Floats]:
    """Draw the purchases of all people (buy till you die: gamma rates, geometric drop-out).

    Returns:
        Person and time in days (0 = first instant of the first day) of each purchase within the plan, sorted by time then person.
    """
    rng = streams.of("trips")
    who = np.flatnonzero(np.isfinite(people.born))
    when = people.born[who]
    persons: list[Ints] = []
    times: list[Floats] = []
    for _ in range(400):
        inside = when >= 0
        persons.append(who[inside])
        times.append(when[inside])
        stays = rng.random(len(who)) > people.quits[who]
        when = when + rng.exponential(1.0, len(who)) / people.rate[who]
        stays &= when < plan.days
        who, when = who[stays], when[stays]
        if not len(who):
            break
    person, time = np.concatenate(persons), np.concatenate(times)
    order = np.lexsort((person, time))
    return person[order], time[order]


# Ids: bijections of the person's index, so that they are unique and tell nothing.


def member_numbers(who: Ints, missing: Flags | None = None) -> Array:
    """Return membership numbers such as ``GU70418846``."""
    return digits((who * 36_874_591 + 11_402_873) % 100_000_007 % 100_000_000, 8, "GU", missing)


def phones(who: Ints, missing: Flags | None = None) -> Array:
    """Return mobile numbers of an unused prefix."""
    return digits((who * 368_745_917 + 114_028_731) % 1_000_000_000, 9, "+8619", missing)


def emails(who: npt.NDArray[np.int64], missing: Flags | None = None) -> Array:
    """Return e-mail addresses of the reserved example domain."""
    local: Array = hex_text(mix(who, 3), "u", missing)
    return pc.binary_join_element_wise(local, "example.com", "@")


def desks(channel: Ints, outside: Ints) -> Ints:
    """Return the number of the agency (1..) or company desk that placed an order: a few place most of them."""
    turn = (mix(outside, 11) % np.uint64(1 << 20)).astype(np.float64) / (1 << 20)
    return np.where(channel == AGENT, 0, SHARED_DESKS) + np.floor(SHARED_DESKS * turn**1.6).astype(np.int64)
