"""The lines of orders: one for each flight, stay, ancillary, pass or fee, with its money in cents."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from windsock.demo.columns import NEVER, Flags, Ints
from windsock.demo.demand.orders import Orders
from windsock.demo.demand.trips import Rows
from windsock.demo.model import ANCILLARIES, PASS
from windsock.demo.world import World

OWN_TAKE = 1_000_000
INSURANCE = ANCILLARIES.index("insurance")
ANCILLARY_CENTS = np.array([6_000, 3_000, 3_500, 3_000, 12_800, 5_800])
ANCILLARY_TAKE = np.array([OWN_TAKE, OWN_TAKE, OWN_TAKE, 350_000, 200_000, 180_000])
PASS_CENTS = 199_900
CHANGE_FEE_CENTS = 12_000
KINDS = ("flight", "hotel", "ancillary", "other")
FLIGHT_LINE, STAY_LINE, EXTRA_LINE, OTHER_LINE = range(4)
PASS_GOODS, FEE_GOODS = 0, 1
OTHER_GOODS = ("gull_pass", "change_fee")


@dataclass
class Lines(Rows):
    """Lines, sorted by order.

    Attributes:
        order: row of the order among the orders given.
        kind: index of KINDS; ``goods`` is a flight, room, ancillary or other goods accordingly.
        day: travel day of a flight, arrival day of a stay, -1 otherwise.
        cents: booked amount; ``ours`` the part that is ours, in millionths.
        fee: paid when the order was changed rather than when it was placed.
    """

    order: Ints
    number: Ints
    kind: Ints
    goods: Ints
    day: Ints
    fare_class: Ints
    quantity: Ints
    nights: Ints
    cents: Ints
    ours: Ints
    fee: Flags


def make_lines(orders: Orders, world: World) -> Lines:
    """Return the lines of orders: out, back, stay, ancillaries, pass, change fee."""
    parts = [
        _lines(orders, orders.out_flight >= 0, FLIGHT_LINE, goods=orders.out_flight, day=orders.out_day, cents=orders.out_cents * orders.pax),
        _lines(orders, orders.back_flight >= 0, FLIGHT_LINE, goods=orders.back_flight, day=orders.back_day, cents=orders.back_cents * orders.pax),
        _lines(orders, orders.room >= 0, STAY_LINE, goods=orders.room, day=orders.room_day, cents=orders.room_cents),
    ]
    parts[0].fare_class[:] = orders.out_class[parts[0].order]
    parts[1].fare_class[:] = orders.back_class[parts[1].order]
    stay = parts[2]
    stay.quantity[:], stay.nights[:] = orders.rooms[stay.order], orders.nights[stay.order]
    stay.ours[:] = world.hotel_take[stay.goods // 3]
    for turn in range(2):
        kind = orders.extras[:, turn]
        part = _lines(orders, kind >= 0, EXTRA_LINE, goods=kind, day=orders.out_day, cents=ANCILLARY_CENTS[np.maximum(kind, 0)] * orders.pax)
        part.ours[:] = ANCILLARY_TAKE[part.goods]
        parts.append(part)
    count = len(orders)
    zero, none = np.zeros(count, dtype=np.int64), np.full(count, -1)
    parts.append(_lines(orders, orders.product == PASS, OTHER_LINE, goods=zero + PASS_GOODS, day=none, cents=zero + PASS_CENTS))
    pays = (orders.changed_ms != NEVER) & (orders.split_from < 0) & (orders.out_class <= 2)
    fees = _lines(orders, pays, OTHER_LINE, goods=zero + FEE_GOODS, day=none, cents=CHANGE_FEE_CENTS * orders.pax)
    fees.fee[:] = True
    whole = Lines.join([*parts, fees])
    whole = whole.take(np.argsort(whole.order, kind="stable"))
    first = np.searchsorted(whole.order, np.arange(count))
    whole.number[:] = np.arange(len(whole)) - first[whole.order] + 1
    return whole


def _lines(orders: Orders, mask: Flags, kind: int, *, goods: Ints, day: Ints, cents: Ints) -> Lines:
    rows = np.flatnonzero(mask)
    count = len(rows)
    return Lines(
        order=rows,
        number=np.zeros(count, dtype=np.int64),
        kind=np.full(count, kind),
        goods=goods[rows],
        day=day[rows],
        fare_class=np.full(count, -1),
        quantity=orders.pax[rows],
        nights=np.zeros(count, dtype=np.int64),
        cents=cents[rows],
        ours=np.full(count, OWN_TAKE),
        fee=np.zeros(count, dtype=np.bool_),
    )


@dataclass
class Postings(Rows):
    """Money on lines: payments above zero, refunds below; ``ours`` what stays with us, in steps of 0.0001."""

    line: Ints
    refund: Flags
    at_ms: Ints
    cents: Ints
    ours: Ints
    provider: Ints


def make_postings(orders: Orders, lines: Lines, now_ms: int) -> Postings:
    """Return what was paid and given back on lines; a refund takes our part back in proportion."""
    order = lines.order
    paid_ms = orders.paid_ms[order]
    at_ms = np.where(lines.fee, orders.changed_ms[order], paid_ms)
    paid = (paid_ms != NEVER) & (at_ms != NEVER)
    won = orders.outcomes.argmax(axis=1)
    provider = orders.providers[np.arange(len(orders)), won][order]
    take = (lines.cents * lines.ours + 5_000) // 10_000
    rows = np.flatnonzero(paid)
    payments = Postings(rows, np.zeros(len(rows), dtype=np.bool_), at_ms[rows], lines.cents[rows], take[rows], provider[rows])
    cancelled = (orders.refunded_ms[order] != NEVER) & paid & ~lines.fee
    permil = np.where(lines.kind == FLIGHT_LINE, orders.back_permil[order], np.where(orders.back_permil[order] > 0, 1000, 0))
    partial_ms = orders.ticketed_ms[order] + 86_400_000
    kept = (orders.cancelled_ms[order] == NEVER) & (orders.ticketed_ms[order] != NEVER)
    partial = partial_line(orders, lines) & paid & kept & (partial_ms < now_ms)
    back_ms = np.where(partial, partial_ms, orders.refunded_ms[order])
    permil = np.where(partial, 1000, permil)
    rows = np.flatnonzero((cancelled | partial) & (permil > 0))
    cents = (lines.cents * permil // 1000)[rows]
    back = np.where(permil[rows] == 1000, take[rows], (take[rows] * permil[rows] + 500) // 1000)
    return Postings.join([payments, Postings(rows, np.ones(len(rows), dtype=np.bool_), back_ms[rows], -cents, -back, provider[rows])])


def partial_line(orders: Orders, lines: Lines) -> Flags:
    """Say which lines are given back alone: the first ancillary of a few orders."""
    first = np.concatenate([[True], lines.order[1:] != lines.order[:-1]]) if len(lines) else np.zeros(0, dtype=np.bool_)
    extra = lines.kind == EXTRA_LINE
    before = np.concatenate([[False], extra[:-1]]) if len(lines) else extra
    return extra & (first | ~before) & orders.partial[lines.order]


def total_cents(orders: Orders) -> Ints:
    """Return what each order is booked for, ancillaries and passes in, fees of later changes out."""
    extras = np.where(orders.extras >= 0, ANCILLARY_CENTS[np.maximum(orders.extras, 0)], 0).sum(axis=1)
    fares = (orders.out_cents + orders.back_cents + extras) * orders.pax
    return fares + orders.room_cents + np.where(orders.product == PASS, PASS_CENTS, 0)
