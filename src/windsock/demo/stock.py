"""What is left and what it costs on every travel date; goods, suppliers, marketing spend and competitors' prices."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa

from windsock.demo.columns import Array, Ints, constant, dates, flags, money, picked, rate, whole
from windsock.demo.demand.days import Simulation
from windsock.demo.demand.facts import room_goods, suppliers
from windsock.demo.demand.inventory import Inventory
from windsock.demo.demand.lines import ANCILLARY_TAKE, OTHER_GOODS
from windsock.demo.model import ANCILLARIES, CHANNELS, ROOM_TYPES, TRACKED
from windsock.demo.world import CITY_NAMES

AHEAD_DAYS = 120
RIVAL = "rival_air"
_ANCILLARY_NAMES = (("Bag", "行李"), ("Seat", "选座"), ("Meal", "餐食"), ("Insurance", "保险"), ("Lounge", "贵宾室"), ("Transfer", "接送"))
_ROOM_NAMES = (("standard room", "标准间"), ("deluxe room", "豪华间"), ("family room", "家庭间"))
# Yuan a day at full size: search ads, app and mini-program ads, nothing for the rest.
_SPEND = np.array([4200.0, 6100.0, 3800.0, 0.0, 0.0, 0.0, 0.0, 0.0])
_LOOKS_AHEAD = (3, 7, 14, 30)


def stock_days(sim: Simulation) -> pa.Table:
    """Return capacity, sold units and price of every flight and room on every date from the first day to 120 days ahead."""
    days = np.arange(sim.plan.days + AHEAD_DAYS)
    lead = np.maximum(days - (sim.plan.days - 1), 0)
    parts: list[pa.Table] = []
    flights = len(sim.world.flight_numbers)
    goods, day = np.repeat(np.arange(flights), len(days)), np.tile(days, flights)
    steps = sim.prices.fare_class(goods, day, np.tile(lead, flights))
    cents = sim.prices.fare_cents(goods, day, steps, np.full(len(day), sim.plan.days - 1))
    parts.append(_stock(sim, sim.prices.seats, (goods, day), (sim.world.flight_numbers, sim.world.flight_seats), cents))
    rooms = room_goods(sim.world)
    goods, day = np.repeat(np.arange(len(rooms)), len(days)), np.tile(days, len(rooms))
    parts.append(_stock(sim, sim.prices.rooms, (goods, day), (rooms, sim.world.room_count), sim.prices.night_cents(goods, day)))
    return pa.concat_tables(parts)


def _stock(sim: Simulation, inventory: Inventory, at: tuple[Ints, Ints], goods: tuple[tuple[str, ...] | list[str], Ints], cents: Ints) -> pa.Table:
    index, day = at
    names, capacity = goods
    # The first hotels' rooms are paid for beforehand, the others' are on request; seats are always ours.
    hard = np.ones(len(index), dtype=np.bool_) if inventory is sim.prices.seats else index % 6 < 3
    return pa.table(
        {
            "goods_id": picked(index, names),
            "travel_date": dates(sim.plan.start_ordinal + day),
            "capacity": whole(capacity[index], pa.int32()),
            "sold": whole(inventory.sold[inventory.slots(index, day)], pa.int32()),
            "price": money(cents),
            "currency": constant("CNY", len(index)),
            "hard": flags(hard),
        }
    )


def stock_truth(sim: Simulation) -> pa.Table:
    """Return, for each flight and date, capacity, seats sold, the part sold before the data begins, and what was left at departure."""
    days, flights = np.arange(sim.plan.days), len(sim.world.flight_numbers)
    goods, day = np.repeat(np.arange(flights), len(days)), np.tile(days, flights)
    seats = sim.prices.seats
    slots = seats.slots(goods, day)
    capacity = sim.world.flight_seats[goods]
    return pa.table(
        {
            "goods_id": picked(goods, sim.world.flight_numbers),
            "travel_date": dates(sim.plan.start_ordinal + day),
            "capacity": whole(capacity),
            "sold": whole(seats.sold[slots]),
            "opening": whole(seats.opening[slots]),
            "left_at_departure": whole(np.maximum(capacity - seats.sold[slots], 0)),
        }
    )


def tail(sim: Simulation, most: int = 200) -> list[dict[str, object]]:
    """Return the emptiest departures of the last 30 days: seats that perished though somebody might have wanted them."""
    table = stock_truth(sim)
    left = table.column("left_at_departure").to_numpy() / np.maximum(table.column("capacity").to_numpy(), 1)
    recent = np.tile(np.arange(sim.plan.days) >= sim.plan.days - 30, len(sim.world.flight_numbers))
    worst = np.argsort(np.where(recent, -left, 1.0), kind="stable")[:most]
    rows = table.take(pa.array(worst[left[worst] > 0.3])).to_pylist()
    return [{"goods": row["goods_id"], "date": str(row["travel_date"]), "left_at_departure": row["left_at_departure"]} for row in rows]


def goods_rows(sim: Simulation) -> pa.Table:
    """Return all goods: flights, rooms, ancillaries, the pass and the change fee's service."""
    world = sim.world
    rows: list[dict[str, object]] = []
    for index, number in enumerate(world.flight_numbers):
        route = int(world.flight_route[index])
        origin, destination = world.origins[route], world.destinations[route]
        minute = int(world.flight_minute[index])
        rows.append(
            {
                "goods_id": number, "kind": "flight", "name_en": f"{number} {CITY_NAMES[origin][0]} - {CITY_NAMES[destination][0]}",
                "name_zh": f"{number} {CITY_NAMES[origin][1]}-{CITY_NAMES[destination][1]}", "route": world.routes[route], "flight_no": number,
                "city": CITY_NAMES[destination][0], "supplier": None, "sold_as": "own", "capacity": int(world.flight_seats[index]),
                "attributes": json.dumps({"departs": f"{minute // 60:02d}:{minute % 60:02d}", "international": bool(world.international[route])}),
            }
        )  # fmt: skip
    for index, name in enumerate(room_goods(world)):
        hotel, kind = divmod(index, 3)
        rows.append(
            {
                "goods_id": name, "kind": "room", "name_en": f"{world.hotels[hotel]}, {_ROOM_NAMES[kind][0]}",
                "name_zh": f"{world.hotels_zh[hotel]} {_ROOM_NAMES[kind][1]}",
                "property": world.hotels[hotel], "room_type": ROOM_TYPES[kind], "city": CITY_NAMES[world.hotel_city[hotel]][0], "country": "CN",
                "supplier": suppliers(world)[hotel], "sold_as": "agency", "capacity": int(world.room_count[index]),
            }
        )  # fmt: skip
    for index, name in enumerate(ANCILLARIES):
        own = bool(ANCILLARY_TAKE[index] == 1_000_000)
        rows.append(
            {
                "goods_id": name, "kind": "ancillary", "name_en": _ANCILLARY_NAMES[index][0], "name_zh": _ANCILLARY_NAMES[index][1],
                "supplier": None if own else "travel_extras", "sold_as": "own" if own else "agency",
            }
        )  # fmt: skip
    rows.append({"goods_id": OTHER_GOODS[0], "kind": "pass", "name_en": "Gull Pass, 4 flights", "name_zh": "海鸥次卡（4次）", "sold_as": "own"})
    rows.append({"goods_id": OTHER_GOODS[1], "kind": "ancillary", "name_en": "Change fee", "name_zh": "改签费", "sold_as": "own"})
    columns = ("goods_id", "kind", "name_en", "name_zh", "property", "room_type", "route", "flight_no", "city", "country", "supplier", "sold_as")
    table: dict[str, Array] = {name: pa.array([row.get(name) for row in rows], pa.string()) for name in (*columns, "attributes")}
    table["capacity"] = pa.array([row.get("capacity") for row in rows], pa.int32())
    return pa.table(table)


def supplier_rows(sim: Simulation) -> pa.Table:
    """Return the agreements: a commission for each hotel; what is sold beside flights has a rate on each line."""
    codes = suppliers(sim.world)
    takes = np.append(sim.world.hotel_take, 250_000)
    return pa.table(
        {
            "supplier": pa.array(codes),
            "name": pa.array([*sim.world.hotels, "Travel extras"]),
            "take_rate": rate(takes),
            "take_fee": money(np.zeros(len(codes), dtype=np.int64)),
        }
    )


def channel_costs(sim: Simulation) -> pa.Table:
    """Return marketing spend of the tracked channels by date."""
    days = sim.plan.days
    rng = sim.streams.of("spend")
    noise = rng.normal(1.0, 0.08, (days, TRACKED))
    cents = np.round(np.maximum(noise, 0.5) * _SPEND[:TRACKED] * sim.plan.scale * 100).astype(np.int64)
    count = days * TRACKED
    return pa.table(
        {
            "date": dates(sim.plan.start_ordinal + np.repeat(np.arange(days), TRACKED)),
            "channel": picked(np.tile(np.arange(TRACKED), days), CHANNELS),
            "kind": constant("marketing", count),
            "amount": money(cents.ravel()),
            "currency": constant("CNY", count),
            "source": constant("gull_marketing", count),
        }
    )


def competitor_prices(sim: Simulation) -> pa.Table:
    """Return what a rival asked for our routes on some dates ahead, seen once a day."""
    plan, world = sim.plan, sim.world
    days, routes, ahead = np.meshgrid(np.arange(plan.days), np.arange(len(world.routes)), np.array(_LOOKS_AHEAD), indexing="ij")
    day, route, lead = days.ravel(), routes.ravel(), ahead.ravel()
    rng = sim.streams.of("rival")
    travel = day + lead
    season = sim.seasons.travel_of(np.ones(len(day), dtype=np.int64), travel) ** 0.28
    base = world.route_fare[route] * season * np.where(lead < 7, 1.05, np.where(lead < 20, 0.85, 0.72))
    own = (np.round(base / 10) * 1000).astype(np.int64)
    drift = 1 + 0.05 * np.sin(day / 23 + route) + rng.normal(0, 0.06, len(day))
    theirs = (np.maximum(10, np.round(base * np.clip(drift, 0.7, 1.3) * sim.script.rival(day, route) / 10)) * 1000).astype(np.int64)
    return pa.table(
        {
            "seen_date": dates(plan.start_ordinal + day),
            "competitor": constant(RIVAL, len(day)),
            "route": picked(route, world.routes),
            "property": constant("", len(day)),
            "travel_date": dates(plan.start_ordinal + travel),
            "price": money(theirs),
            "own_price": money(own),
            "currency": constant("CNY", len(day)),
        }
    )
