"""An order: what was bought, by whom, where, and what became of it, in columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from windsock.demo.columns import NEVER, Flags, Floats, Ints, mix
from windsock.demo.demand.trips import Rows
from windsock.demo.model import (
    DAY_MS,
    ZONE_MS,
)

TRIES = 4
TRY_MS = 75_000


@dataclass
class Orders(Rows):
    """Orders with what became of them as known when the data ends; instants are ``NEVER`` where it did not happen (yet).

    Attributes:
        number: unique and steady: a new story never renumbers another order. -1 in ``split_from`` where not split.
        providers, outcomes: payment attempts in order, shape (n, 4); provider -1 where no attempt.
        extras: up to two ancillaries, shape (n, 2), -1 where none.
        back_permil: share of the fare given back on cancellation, in thousandths.
        expected: for tracked orders, the chance the first attempt had without stories.
    """

    number: Ints
    person: Ints
    outside: Ints
    traveller: Ints
    day: Ints
    purpose: Ints
    channel: Ints
    product: Ints
    planted: Flags
    device: Ints
    member: Flags
    international: Flags
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
    extras: Ints
    split_from: Ints
    providers: Ints
    outcomes: npt.NDArray[np.bool_]
    attempt_ms: Ints
    paid_ms: Ints
    ticketed_ms: Ints
    changed_ms: Ints
    cancelled_ms: Ints
    refunded_ms: Ints
    travelled_ms: Ints
    no_show: Flags
    partial: Flags
    back_permil: Ints
    country: Ints
    spare: Floats


def call_off(orders: Orders, rows: Ints, at_ms: Ints, refund_ms: Ints) -> None:
    """Cancel orders (by row) at instants, all money given back at others; what would have come after does not come."""
    orders.cancelled_ms[rows], orders.refunded_ms[rows] = at_ms, refund_ms
    orders.back_permil[rows] = 1000
    orders.travelled_ms[rows] = NEVER
    orders.no_show[rows] = False
    later = rows[orders.changed_ms[rows] >= at_ms]
    orders.changed_ms[later] = NEVER
    never = rows[orders.ticketed_ms[rows] >= at_ms]
    orders.ticketed_ms[never] = NEVER


def chance_of(orders: Orders, salt: int) -> Floats:
    """Return a number in [0, 1) for each order that depends on nothing but its number: a story's own dice."""
    return (mix(orders.number, salt) >> np.uint64(11)).astype(np.float64) / float(1 << 53)


def civil_day(ms: Ints) -> Ints:
    """Return days since 1970-01-01 in the company's zone."""
    return (ms + ZONE_MS) // DAY_MS
