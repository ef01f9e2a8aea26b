"""The simulated world: same bytes, conservation, bands."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tests.demo.make import SMALL, TINY, all_tables, digest, made, with_seed
from windsock.demo.bands import bands_of, order_value_by_purpose
from windsock.demo.demand.inventory import make_inventory
from windsock.demo.demand.lines import total_cents
from windsock.demo.model import WARM_DAYS, Plan
from windsock.kernel.errors import InvalidInput

STEP = Decimal("0.0001")


@pytest.mark.slow
def test_same_seed_gives_same_bytes_and_another_seed_others():
    first = digest(all_tables(made(TINY)))
    assert digest(all_tables(made.__wrapped__(TINY))) == first
    assert digest(all_tables(made(with_seed(TINY, 8)))) != first


def test_bands_hold_in_a_small_world_with_slack():
    world = made(SMALL)
    off = [(band.name, band.value) for band in bands_of(world.tally, SMALL) if band.asserted and not band.wide(0.12)]
    assert off == []


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_bands_hold_at_the_default_size():
    plan = Plan()
    world = made.__wrapped__(plan)
    assert [(band.name, band.value) for band in bands_of(world.tally, plan) if not band.ok] == []
    assert 400_000 < len(world.orders) < 480_000
    assert 2_700_000 < world.events.num_rows < 3_400_000
    told = {one.kind: one for story in world.sim.script.stories for one in story.truth(world.tally)}
    assert world.sim.script.absent == []
    assert {kind for kind, one in told.items() if not one.detectable} == {"placebo", "quiet_days"}


def test_orders_of_leisure_are_worth_most_and_seats_of_business_cost_most():
    values = order_value_by_purpose(made(SMALL).tally)
    assert values["leisure"]["average_order_value"] > max(values["business"]["average_order_value"], values["visit"]["average_order_value"])
    assert values["business"]["fare_a_segment"] > max(values["leisure"]["fare_a_segment"], values["visit"]["fare_a_segment"])


def test_passengers_on_a_flight_are_the_seats_sold_and_within_the_planned_overbooking():
    world = made(SMALL)
    seats, sim = world.sim.prices.seats, world.sim
    pax = world.tables.lines.select(["order_ref", "line_no", "pax"])
    rows = world.tables.segments.join(pax, ["order_ref", "line_no"])
    flown = rows.filter(pc.equal(rows["status"], "HK")).group_by(["flight_no", "flight_date"]).aggregate([("pax", "sum")]).to_pylist()
    counted = np.zeros_like(seats.sold)
    for row in flown:
        goods = sim.world.flight_numbers.index(row["flight_no"])
        day = (row["flight_date"] - SMALL.start).days
        counted[seats.slots(np.array([goods]), np.array([day]))[0]] = row["pax_sum"]
    assert (seats.sold - seats.opening == counted).all()
    assert (seats.opening >= 0).all()
    assert counted.sum() > 1000
    assert (seats.sold <= seats.most(np.arange(len(seats.sold)))).all()
    assert (seats.limit <= sim.world.flight_seats * 1.03).all()


def test_rooms_sold_are_the_nights_of_the_orders():
    world = made(SMALL)
    rooms, orders = world.sim.prices.rooms, world.orders
    stays = orders.take((orders.room >= 0) & ((orders.cancelled_ms < 0) | orders.no_show))
    counted = np.zeros_like(rooms.sold)
    for row in range(len(stays)):
        nights = stays.room_day[row] + np.arange(stays.nights[row])
        slots = rooms.slots(np.full(len(nights), stays.room[row]), nights)
        counted[slots[slots >= 0]] += stays.rooms[row]
    assert (rooms.sold - rooms.opening == counted).all()
    assert (rooms.sold <= rooms.most(np.arange(len(rooms.sold)))).all()


def test_payments_less_refunds_are_what_the_lines_say():
    world = made(SMALL)
    lines, postings = world.tables.lines, world.tables.postings
    paid = postings.group_by(["order_ref", "line_no", "kind"]).aggregate([("amount", "sum"), ("take_amount", "sum")])
    money = {(row["order_ref"], row["line_no"], row["kind"]): row for row in paid.to_pylist()}
    for line in lines.to_pylist():
        payment = money.get((line["order_ref"], line["line_no"], "payment"))
        refund = money.get((line["order_ref"], line["line_no"], "refund"))
        fee = line["goods_id"] == "change_fee"
        assert (payment is not None) == (line["paid"] or fee)
        if payment is None:
            assert refund is None
            continue
        assert payment["amount_sum"] == line["booked_amount"]
        assert abs(payment["take_amount_sum"] - line["booked_amount"] * line["take_rate"]) <= STEP
        if refund is not None:
            assert 0 < -refund["amount_sum"] <= line["booked_amount"]
            assert abs(refund["take_amount_sum"] - refund["amount_sum"] * line["take_rate"]) <= STEP
            assert line["refunded_ms"] is not None or line["kind"] == "ancillary"


def test_booked_amount_of_orders_is_the_sum_of_their_lines():
    world = made(SMALL)
    orders = world.orders
    lines = world.tables.lines.filter(pc.not_equal(world.tables.lines["goods_id"], "change_fee"))
    sums = {row["order_ref"]: row["booked_amount_sum"] for row in lines.group_by("order_ref").aggregate([("booked_amount", "sum")]).to_pylist()}
    cents = total_cents(orders)
    for row, ref in enumerate(world.tables.truth["order_ref"].to_pylist()):
        assert sums[ref] * 100 == int(cents[row])


def test_every_direct_order_of_the_window_has_its_clickstream():
    world = made(SMALL)
    lines = world.tables.lines
    own = lines.filter(pc.and_(pc.is_in(lines["sales_channel"], pa.array(["web", "app", "mini_program"])), pc.is_null(lines["split_from"])))
    placed = world.events.filter(pc.equal(world.events["event"], "order_placed"))
    times = dict(zip(placed["order_ref"].to_pylist(), placed["client_ms"].to_pylist(), strict=True))
    assert set(own["order_ref"].to_pylist()) == set(times)
    assert all(times[row["order_ref"]] == row["booked_ms"] for row in own.to_pylist())
    good = world.events.filter(pc.equal(world.events["event"], "payment_succeeded"))
    paid = own.filter(own["paid"])
    assert set(good["order_ref"].to_pylist()) == set(paid["order_ref"].to_pylist())


def test_buyers_search_before_they_order():
    events = made(SMALL).events
    placed = events.filter(pc.equal(events["event"], "order_placed")).select(["session_id", "client_ms"])
    searched = events.filter(pc.equal(events["event"], "search")).group_by("session_id").aggregate([("client_ms", "min")])
    both = placed.join(searched, "session_id")
    missing = both["client_ms_min"].null_count
    assert missing <= 0.02 * placed.num_rows  # the rest arrives after the end of the data, or came twice
    before = pc.less(both["client_ms_min"], both["client_ms"]).drop_null()
    assert pc.sum(before.cast(pa.int64())).as_py() >= 0.97 * len(before)  # but for devices whose clock is two hours off


def test_warts_are_there_in_their_shares():
    events = made(SMALL).events
    count = events.num_rows
    twice = count - pc.count_distinct(events["message_id"]).as_py()
    assert 0.006 < twice / count < 0.014
    late = pc.sum(pc.greater(pc.subtract(events["received_ms"], events["sent_ms"]), 0).cast(pa.int64())).as_py()
    assert late > 0
    nobody = pc.and_(pc.is_null(events["anonymous_id"]), pc.is_null(events["user_id"]))
    assert 0.0005 < pc.sum(nobody.cast(pa.int64())).as_py() / count < 0.004
    views = events.filter(pc.is_in(events["event"], pa.array(["page_view", "app_start"])))
    assert 0.01 < pc.mean(views["bot"].cast(pa.float64())).as_py() < 0.07
    assert pc.any(events["internal"]).as_py()
    assert {"depart_date" in (text or "") for text in events["properties"].to_pylist()} == {True, False}


def test_more_bookings_make_a_seat_dearer_and_the_calendar_lifts_holidays():
    sim = made(SMALL).sim
    flight, day = np.array([0]), np.array([SMALL.days + 40])
    empty = sim.prices.fare_class(flight, day, np.array([41]))
    sim.prices.seats.sold[sim.prices.seats.slots(flight, day)] += sim.world.flight_seats[0]
    full = sim.prices.fare_class(flight, day, np.array([41]))
    sim.prices.seats.sold[sim.prices.seats.slots(flight, day)] -= sim.world.flight_seats[0]
    assert full > empty
    golden, usual = sim.seasons.travel_of(np.array([1, 1]), np.array([30, 16]))  # 2026-10-02 and 2026-09-18, both Fridays
    assert golden > 1.5 * usual


def test_admission_keeps_the_order_and_the_limit():
    inventory = make_inventory(TINY, np.array([3, 1]))
    one, two = inventory.slots(np.array([0]), np.array([2]))[0], inventory.slots(np.array([1]), np.array([2]))[0]
    slots = np.array([[one, -1], [one, two], [one, -1], [two, -1], [-1, -1]])
    assert inventory.admit(slots, np.array([2, 1, 1, 1, 9])).tolist() == [True, True, False, False, True]
    assert inventory.slots(np.array([0, -1]), np.array([-WARM_DAYS - 1, 0])).tolist() == [-1, -1]


@pytest.mark.parametrize("wrong", [{"people": 499}, {"days": 6}, {"seed": -1}, {"people": 2_000_001}])
def test_sizes_out_of_bounds_are_refused(wrong: dict[str, Any]):
    with pytest.raises(InvalidInput):
        replace(SMALL, **wrong)
