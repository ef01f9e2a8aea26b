"""The papers of an air order: travellers, segments under their PNR, electronic tickets with exchanges, voids and refunds."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from windsock.demo.columns import NEVER, Array, Ints, constant, dates, digits, mix, moment, picked, whole
from windsock.demo.demand.lines import FLIGHT_LINE, Lines
from windsock.demo.demand.orders import Orders
from windsock.demo.model import FARE_CLASSES, LEISURE, Plan
from windsock.demo.world import World

VOID_MS = 2 * 3_600_000
_LETTERS = np.frombuffer(b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789", dtype=np.uint8)
STATUSES = ("open", "used", "refunded", "void", "exchanged")


def _each_passenger(pax: Ints) -> tuple[Ints, Ints]:
    """Return row and number (1..) of every passenger of rows with ``pax`` each."""
    row = np.repeat(np.arange(len(pax)), pax)
    first = np.concatenate([[0], np.cumsum(pax)])[:-1]
    return row, np.arange(len(row)) - first[row] + 1


def passengers(orders: Orders, refs: Array) -> tuple[pa.Table, Ints]:
    """Return the travellers of air orders without their did, and the order each belongs to."""
    air = np.flatnonzero(orders.out_flight >= 0)
    row, number = _each_passenger(orders.pax[air])
    order = air[row]
    child = (orders.purpose[order] == LEISURE) & (number >= 3)
    table = pa.table(
        {
            "order_ref": refs.take(pa.array(order)),
            "pax_no": whole(number, pa.int32()),
            "kind": picked(child.astype(np.int64), ("adult", "child")),
        }
    )
    return table, order


def segments(orders: Orders, lines: Lines, refs: Array, world: World, plan: Plan) -> pa.Table:
    """Return one segment for each flight line."""
    rows = np.flatnonzero(lines.kind == FLIGHT_LINE)
    order, flight = lines.order[rows], lines.goods[rows]
    route = world.flight_route[flight]
    gone = orders.cancelled_ms[order] != NEVER
    return pa.table(
        {
            "order_ref": refs.take(pa.array(order)),
            "line_no": whole(lines.number[rows], pa.int32()),
            "segment_no": whole(lines.number[rows], pa.int32()),
            "pnr": _pnr(orders.number[order]),
            "flight_no": picked(flight, world.flight_numbers),
            "origin": picked(route, world.origins),
            "destination": picked(route, world.destinations),
            "flight_date": dates(plan.start_ordinal + lines.day[rows]),
            "cabin": constant("economy", len(rows)),
            "fare_class": picked(lines.fare_class[rows], FARE_CLASSES),
            "status": picked(gone.astype(np.int64), ("HK", "XX")),
        }
    )


def _pnr(number: Ints) -> Array:
    words = mix(number, 31)
    body = np.empty((len(number), 6), dtype=np.uint8)
    for place in range(6):
        body[:, place] = _LETTERS[((words >> np.uint64(5 * place)) & np.uint64(31)).astype(np.intp)]
    offsets = (np.arange(len(number) + 1) * 6).astype(np.int32)
    return pa.StringArray.from_buffers(len(number), pa.py_buffer(offsets), pa.py_buffer(body))


def _ticket_numbers(number: Ints, line: Ints, pax: npt.NDArray[np.int64], old: int) -> Ints:
    return ((number * 32 + (line - 1) % 2 * 16 + old * 8 + pax) * 268_745_917 + 11_402_873) % 100_000_000_000


def tickets(orders: Orders, lines: Lines, refs: Array) -> pa.Table:
    """Return a ticket for each passenger of each flight line that was ticketed, and the old ones of changed orders."""
    rows = np.flatnonzero((lines.kind == FLIGHT_LINE) & (orders.ticketed_ms[lines.order] != NEVER))
    row, pax = _each_passenger(orders.pax[lines.order[rows]])
    line = rows[row]
    order = lines.order[line]
    number, line_no = orders.number[order], lines.number[line]
    cancelled, travelled = orders.cancelled_ms[order] != NEVER, orders.travelled_ms[order] != NEVER
    void = cancelled & (orders.cancelled_ms[order] - orders.paid_ms[order] < VOID_MS)
    status = np.where(void, 3, np.where(cancelled, 2, np.where(travelled, 1, 0)))
    changed = (orders.changed_ms[order] != NEVER) & (orders.split_from[order] < 0)
    issued = np.where(changed, orders.changed_ms[order], orders.ticketed_ms[order])
    current = _ticket_numbers(number, line_no, pax, 0)
    old = np.flatnonzero(changed)
    picks = np.concatenate([np.arange(len(line)), old])
    fresh = np.arange(len(picks)) < len(line)
    numbers = np.concatenate([current, _ticket_numbers(number[old], line_no[old], pax[old], 1)])
    return pa.table(
        {
            "order_ref": refs.take(pa.array(order[picks])),
            "line_no": whole(line_no[picks], pa.int32()),
            "pax_no": whole(pax[picks], pa.int32()),
            "ticket_no": digits(numbers, 11, "781"),
            "status": picked(np.where(fresh, status[picks], 4), STATUSES),
            "issued_ms": moment(np.where(fresh, issued[picks], orders.ticketed_ms[order[picks]])),
            "exchanged_for": digits(current[picks], 11, "781", missing=fresh),
        }
    )
