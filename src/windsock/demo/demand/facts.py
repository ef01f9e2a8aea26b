"""Orders as Arrow tables in the shape that the loader of orders takes, with the ids of bookers kept apart until they have their numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from windsock.demo.columns import NEVER, Array, Ints, constant, dates, digits, flags, hex_text, mix, moment, money, picked, rate, stored_money, whole
from windsock.demo.demand.lines import FLIGHT_LINE, KINDS, OTHER_GOODS, STAY_LINE, Lines, Postings, make_lines, make_postings
from windsock.demo.demand.orders import Orders, civil_day
from windsock.demo.demand.papers import passengers, segments, tickets
from windsock.demo.demand.tally import seen
from windsock.demo.model import (
    AGENT,
    ANCILLARIES,
    CALL,
    CHANNELS,
    CORPORATE,
    DEVICES,
    FARE_CLASSES,
    PROVIDERS,
    PURPOSES,
    RATE_PLANS,
    ROOM_TYPES,
    Plan,
)
from windsock.demo.people import desks, member_numbers, phones
from windsock.demo.world import World

CURRENCY = "CNY"
COUNTRIES = ("CN", "KR", "JP", "HK", "US")
SEGMENTS = ("direct", "online_ta", "offline_ta", "corporate")
_SEGMENT_OF = np.array([0, 0, 0, 0, 1, 1, 2, 3])


@dataclass(frozen=True)
class Ids:
    """Ids of one namespace: of which orders, in their order."""

    namespace: str
    orders: Ints
    ids: Array


@dataclass(frozen=True)
class OrderTables:
    """Arrow tables of some days' orders.

    Attributes:
        lines: without ``did``; ``line_order`` says which order (0..) each belongs to.
        bookers: who placed the orders, at most one id for each order.
        ties: phone numbers that members left with an order, for the ledger of identity.
        travellers: member numbers of first passengers; ``passengers`` is without ``did``, ``passenger_order`` like ``line_order``.
        truth: order_ref, person and traits that the data does not tell.
    """

    lines: pa.Table
    line_order: Ints
    postings: pa.Table
    passengers: pa.Table
    passenger_order: Ints
    segments: pa.Table
    tickets: pa.Table
    booked_ms: Ints
    bookers: tuple[Ids, ...]
    ties: Ids
    travellers: Ids
    truth: pa.Table


def order_refs(number: Ints) -> Array:
    """Return our own order numbers: 11 digits that tell nothing of the day."""
    return digits((number * 468_745_913 + 11_402_873) % 100_000_000_000, 11, "G")


def make_tables(orders: Orders, world: World, plan: Plan) -> OrderTables:
    """Return the tables of orders (some days of them)."""
    refs = order_refs(orders.number)
    lines = make_lines(orders, world)
    postings = make_postings(orders, lines, plan.now_ms)
    rows, passenger_order = passengers(orders, refs)
    member = np.flatnonzero(orders.member & (orders.traveller >= 0))
    return OrderTables(
        lines=_lines(orders, lines, refs, world, plan),
        line_order=lines.order,
        postings=_postings(lines, postings, refs),
        passengers=rows,
        passenger_order=passenger_order,
        segments=segments(orders, lines, refs, world, plan),
        tickets=tickets(orders, lines, refs),
        booked_ms=orders.booked_ms,
        bookers=_bookers(orders),
        ties=_ties(orders),
        travellers=Ids("login", member, member_numbers(orders.traveller[member])),
        truth=pa.table(
            {
                "order_ref": refs,
                "person": whole(orders.person, missing=orders.person < 0),
                "purpose": picked(orders.purpose, PURPOSES),
                "planted": flags(orders.planted),
            }
        ),
    )


def _bookers(orders: Orders) -> tuple[Ids, ...]:
    known = seen(orders)
    member = np.flatnonzero(known & orders.member)
    other = np.flatnonzero(known & ~orders.member)
    desk = np.flatnonzero((orders.channel == CORPORATE) | ((orders.channel == AGENT) & (orders.spare < 0.6)))
    office = desks(orders.channel[desk], orders.outside[desk])
    return (
        Ids("login", member, member_numbers(orders.person[member])),
        Ids("phone", other, phones(orders.person[other])),
        Ids("email", desk, pc.binary_join_element_wise(digits(office, 3, "bookings"), "desk.example.com", "@")),
    )


def _ties(orders: Orders) -> Ids:
    rows = np.flatnonzero((orders.person >= 0) & orders.member & (orders.channel <= CALL) & (orders.spare < 0.35))
    return Ids("phone", rows, phones(orders.person[rows]))


def _version(orders: Orders, lines: Lines) -> Array:
    """Return a hash that changes whenever anything that is told of a line changes."""
    word = mix(orders.number, 21) ^ mix(orders.paid_ms, 22) ^ mix(orders.cancelled_ms, 23) ^ mix(orders.refunded_ms, 24)
    word ^= mix(orders.travelled_ms, 25) ^ mix(orders.changed_ms, 26) ^ mix(orders.ticketed_ms, 27)
    return hex_text(word[lines.order] ^ mix(lines.cents, 28) ^ mix(lines.goods * 64 + lines.number, 29))


def _lines(orders: Orders, lines: Lines, refs: Array, world: World, plan: Plan) -> pa.Table:
    order = lines.order
    flight, stay = lines.kind == FLIGHT_LINE, lines.kind == STAY_LINE
    route = np.where(flight, world.flight_route[np.where(flight, lines.goods, 0)], -1)
    cancelled = orders.cancelled_ms[order] != NEVER
    arrive = plan.start_ordinal + lines.day
    leave = np.where(stay, arrive + lines.nights, arrive)
    travels = flight | stay
    count = len(lines)
    header = _header(orders, refs)
    columns: dict[str, Array] = {name: column.take(pa.array(order)) for name, column in header.items()}
    columns |= {
        "row_hash": _version(orders, lines),
        "source_line": whole(np.arange(1, count + 1)),
        "line_no": whole(lines.number, pa.int32()),
        "kind": picked(lines.kind, KINDS),
        "sold_as": picked((lines.ours < 1_000_000).astype(np.int64), ("own", "agency")),
        "supplier": _supplier(lines, world),
        "goods_id": goods_ids(lines, world),
        "property": picked(np.where(stay, lines.goods // 3, -1), world.hotels),
        "room_type": picked(np.where(stay, lines.goods % 3, -1), ROOM_TYPES),
        "rate_plan": picked(np.where(stay, orders.rate_plan[order], -1), RATE_PLANS),
        "route": picked(route, world.routes),
        "flight_no": picked(np.where(flight, lines.goods, -1), world.flight_numbers),
        "cabin": picked(np.where(flight, 0, -1), ("economy",)),
        "fare_class": picked(lines.fare_class, FARE_CLASSES),
        "quantity": whole(lines.quantity, pa.int32()),
        "pax": whole(orders.pax[order], pa.int32()),
        "nights": whole(lines.nights, pa.int32(), missing=~stay),
        "arrival_date": dates(arrive, missing=~travels),
        "departure_date": dates(leave, missing=~travels),
        "cancelled": flags(cancelled),
        "no_show": flags(orders.no_show[order]),
        "booked_amount": money(lines.cents),
        "stay_amount": money(np.where(cancelled, 0, lines.cents), missing=~travels),
        "take_rate": rate(lines.ours),
        "take_fee": money(np.zeros(count, dtype=np.int64)),
    }
    return pa.table(columns)


def _header(orders: Orders, refs: Array) -> dict[str, Array]:
    count = len(orders)
    partner = (orders.channel > CALL) & (orders.channel < AGENT)
    ref = digits(np.where(orders.number % 9_973 == 0, 7, orders.number) % 100_000_000, 8, '{"external_ref": "OT', missing=~partner)
    return {
        "order_ref": refs,
        "booked_ms": whole(orders.booked_ms),
        "booked_date": dates(civil_day(orders.booked_ms)),
        "paid_ms": moment(orders.paid_ms),
        "ticketed_ms": moment(orders.ticketed_ms),
        "changed_ms": moment(orders.changed_ms),
        "cancelled_ms": moment(orders.cancelled_ms),
        "refunded_ms": moment(orders.refunded_ms),
        "travelled_ms": moment(orders.travelled_ms),
        "member": flags(orders.member),
        "member_no": member_numbers(np.maximum(orders.traveller, 0), missing=~(orders.member & (orders.traveller >= 0))),
        "payment_known": flags(np.ones(count, dtype=np.bool_)),
        "paid": flags(orders.paid_ms != NEVER),
        "split_from": pc.if_else(pa.array(orders.split_from >= 0), order_refs(np.maximum(orders.split_from, 0)), pa.scalar(None, pa.string())),
        "attributes": pc.binary_join_element_wise(ref, constant('"}', count), ""),
        "sales_channel": picked(orders.channel, CHANNELS),
        "market_segment": picked(_SEGMENT_OF[orders.channel], SEGMENTS),
        "country": picked(orders.country, COUNTRIES),
        "device": picked(orders.device, DEVICES),
        "agent": _agent(orders),
        "purpose": picked(orders.purpose, PURPOSES),
        "currency": constant(CURRENCY, count),
        "fx_rate": money(np.full(count, 100)),
    }


def _agent(orders: Orders) -> Array:
    office = desks(orders.channel, np.maximum(orders.outside, 0))
    return digits(office, 3, "agent", missing=orders.channel != AGENT)


def _supplier(lines: Lines, world: World) -> Array:
    agency = lines.ours < 1_000_000
    hotel = np.where(lines.kind == STAY_LINE, lines.goods // 3, len(world.hotels))
    return picked(np.where(agency, hotel, -1), suppliers(world))


def suppliers(world: World) -> list[str]:
    """Return the codes of suppliers: one agreement for each hotel, one for what is sold beside a flight."""
    return [f"stays_{index + 1:02d}" for index in range(len(world.hotels))] + ["travel_extras"]


def room_goods(world: World) -> list[str]:
    """Return the goods ids of rooms, by index."""
    return [f"room_{index // 3 + 1:02d}_{ROOM_TYPES[index % 3]}" for index in range(3 * len(world.hotels))]


def goods_ids(lines: Lines, world: World) -> Array:
    """Return the goods id of each line."""
    words = [*world.flight_numbers, *room_goods(world), *ANCILLARIES, *OTHER_GOODS]
    flights, rooms = len(world.flight_numbers), 3 * len(world.hotels)
    base = np.array([0, flights, flights + rooms, flights + rooms + len(ANCILLARIES)])
    return picked(base[lines.kind] + lines.goods, words)


def _postings(lines: Lines, postings: Postings, refs: Array) -> pa.Table:
    order = lines.order[postings.line]
    ref = refs.take(pa.array(order))
    number = whole(lines.number[postings.line], pa.int32())
    mark = picked(postings.refund.astype(np.int64), ("P", "R"))
    return pa.table(
        {
            "order_ref": ref,
            "line_no": number,
            "posting_ref": pc.binary_join_element_wise(ref, mark, number.cast(pa.string()), "-"),
            "kind": picked(postings.refund.astype(np.int64), ("payment", "refund")),
            "at_ms": whole(postings.at_ms),
            "at_date": dates(civil_day(postings.at_ms)),
            "amount": money(postings.cents),
            "take_amount": stored_money(postings.ours),
            "currency": constant(CURRENCY, len(postings)),
            "provider": picked(postings.provider, PROVIDERS),
        }
    )
