"""Each story in a small world that has nothing else: in the data with its size, in the truth with its power, away where it has no room."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tests.demo.make import TINY, Made, all_tables, digest, made
from windsock.demo.columns import NEVER, Floats
from windsock.demo.demand.orders import Orders
from windsock.demo.demand.tally import Tally
from windsock.demo.model import DAY_MS, MINI, Plan, StoryTruth
from windsock.demo.power import Pulse, normal_ratio, poisson_ratio, waiting_fires_at
from windsock.demo.stock import competitor_prices, stock_days
from windsock.demo.stories import story_names
from windsock.demo.truth import truth_of

LITTLE = Plan(people=16_000, days=16)
ROOMY = Plan(people=40_000, days=16)
PLACED = (
    "bot_wave", "competitor_cut", "coupon_ring", "overbooked_night", "placebo", "price_shock", "schedule_change", "slow_loss", "supplier_delay",
    "tail_inventory", "ticketing_stuck", "tracking_outage",
)  # fmt: skip


def _alone(kind: str, plan: Plan = LITTLE) -> tuple[Made, StoryTruth]:
    world = made(replace(plan, stories=(kind,)))
    return world, world.sim.script.stories[0].truth(world.tally)[0]


def _bare(plan: Plan = LITTLE) -> Made:
    return made(replace(plan, stories=()))


def _arrived(world: Made, told: StoryTruth, **where: str) -> pa.Table:
    events = world.events
    mask = pc.and_(pc.greater_equal(events["client_ms"], told.start), pc.less(events["client_ms"], told.end))
    for name, value in where.items():
        mask = pc.and_(mask, pc.equal(events[name], value))
    return events.filter(mask)


def _same(one: Orders, other: Orders) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    assert (one.number == other.number).all()
    names = ("paid_ms", "ticketed_ms", "cancelled_ms", "refunded_ms", "changed_ms", "out_flight", "out_cents", "room_cents")
    return np.logical_and.reduce([getattr(one, name) == getattr(other, name) for name in names])


def test_the_outage_loses_what_the_app_tells_and_nothing_else():
    (world, told), bare = _alone("tracking_outage"), _bare()
    assert digest(all_tables(world)[:-1]) == digest(all_tables(bare)[:-1])
    lost = pc.is_in(bare.events["message_id"], pc.unique(world.events["message_id"]))
    missing = bare.events.filter(pc.invert(lost))
    assert set(missing["channel"].to_pylist()) == {"app"}
    assert set(missing["order_ref"].to_pylist()) == {None}
    left, before = _arrived(world, told, channel="app"), _arrived(bare, told, channel="app")
    client = left.filter(pc.is_null(left["order_ref"])).num_rows / before.filter(pc.is_null(before["order_ref"])).num_rows
    assert 0.25 < client < 0.35
    assert told.detectable


def test_the_wave_searches_six_times_as_much_and_orders_nothing():
    (world, told), bare = _alone("bot_wave"), _bare()
    assert digest(all_tables(world)[:-1]) == digest(all_tables(bare)[:-1])
    same = world.events.filter(pc.is_in(world.events["message_id"], pc.unique(bare.events["message_id"])))
    assert same.num_rows == bare.events.num_rows
    more = world.events.filter(pc.invert(pc.is_in(world.events["message_id"], pc.unique(bare.events["message_id"]))))
    assert set(more["event"].to_pylist()) == {"search"}
    assert set(more["bot"].to_pylist()) == {False}
    assert pc.count_distinct(more["message_id"]).as_py() == told.figures["searches_planted"]
    assert 5 < float(told.figures["searches"]) / float(told.figures["searches_usual"]) < 7.5
    assert told.detectable


def test_the_detail_page_loses_a_fifth_on_its_last_day_in_the_mini_program_alone():
    (world, told), bare = _alone("slow_loss"), _bare()
    assert 0.7 < float(told.figures["last_day"]) / float(told.figures["before"]) < 0.9
    assert float(told.figures["first_day"]) > float(told.figures["last_day"])
    gone = np.setdiff1d(bare.orders.number, world.orders.number)
    assert len(gone) == pytest.approx(int(told.figures["orders_lost"]), rel=0.1)
    assert set(bare.orders.channel[np.isin(bare.orders.number, gone) & ~np.isin(bare.orders.number, world.orders.number)]) <= {MINI}
    assert told.detectable


def test_no_ticket_is_issued_while_the_queue_stands_still():
    (world, told), bare = _alone("ticketing_stuck"), _bare()
    same = _same(world.orders, bare.orders)
    changed = bare.orders.take(~same)
    assert len(changed) == told.figures["orders_delayed"]
    assert ((changed.ticketed_ms >= told.start) & (changed.ticketed_ms < told.end) & (changed.out_flight >= 0)).all()
    late = world.orders.take(~same)
    served = late.ticketed_ms != NEVER
    assert (late.ticketed_ms[served] >= told.end).all()
    flights = world.orders.ticketed_ms[world.orders.out_flight >= 0]
    assert not ((flights >= told.start) & (flights < told.end)).any()
    assert told.detectable


@pytest.mark.slow
def test_three_hotels_confirm_after_hours():
    (world, told), bare = _alone("supplier_delay", Plan(people=100_000, days=10)), _bare(Plan(people=100_000, days=10))
    touched = ~_same(world.orders, bare.orders)
    hotels = {world.sim.world.hotels[room // 3] for room in world.orders.room[touched].tolist()}
    assert hotels == set(told.where["property"].split(","))
    # What the cancelled ones gave back changes the rates of those who book the same houses later; their waits are as ever.
    cut = (world.orders.paid_ms >= told.start) & (world.orders.paid_ms < told.end) & (world.orders.out_flight < 0)
    late = world.orders.take(touched & cut & (world.orders.ticketed_ms != NEVER))
    assert len(late) > 20
    hours = (late.ticketed_ms - late.paid_ms) / 3_600_000
    assert ((hours >= 3) & (hours <= 9)).all()
    assert told.detectable
    assert 0 < int(told.figures["gave_up"]) < 0.4 * int(told.figures["orders"])


def test_a_schedule_change_is_followed_by_refunds_of_its_pair():
    (world, told), bare = _alone("schedule_change"), _bare()
    both = np.intersect1d(world.orders.number, bare.orders.number)
    ours, theirs = (one.take(np.isin(one.number, both) & (one.split_from < 0)) for one in (world.orders, bare.orders))
    moved = (ours.cancelled_ms != theirs.cancelled_ms) & (ours.cancelled_ms >= told.start) & (ours.cancelled_ms < told.end) & (theirs.out_day >= 0)
    routes = {world.sim.world.routes[route] for route in world.sim.world.flight_route[ours.out_flight[moved]].tolist()}
    assert routes == set(told.where["route"].split(","))
    assert 0.15 < moved.sum() / int(told.figures["orders_held"]) < 0.45
    assert told.detectable
    assert float(told.money) < 0


@pytest.mark.slow
def test_fares_of_three_routes_are_dearer_for_four_days():
    world, told = _alone("price_shock", ROOMY)
    routes = set(told.where["route"].split(","))
    assert len(routes) == 3
    assert float(told.figures["fare_during"]) / float(told.figures["fare_before"]) == pytest.approx(1.12, abs=0.08)
    assert int(told.figures["orders_lost"]) > 0
    bare = _bare(ROOMY)
    first = (told.start - world.sim.plan.day_ms(0)) // DAY_MS
    day = [one.orders.take(one.orders.day == first) for one in (world, bare)]
    both = np.intersect1d(day[0].number, day[1].number)
    cents = [one.out_cents[np.isin(one.number, both)] for one in day]
    cut = np.isin(world.sim.world.flight_route[day[0].out_flight[np.isin(day[0].number, both)]], [8, 9, 4])
    flew = day[0].out_flight[np.isin(day[0].number, both)] >= 0
    assert np.median(cents[0][cut & flew] / cents[1][cut & flew]) == pytest.approx(1.11, abs=0.02)
    assert np.median(cents[0][~cut & flew] / cents[1][~cut & flew]) == 1.0


@pytest.mark.slow
def test_the_rival_is_cheaper_on_four_routes_and_we_sell_less_there():
    (world, told), bare = _alone("competitor_cut", ROOMY), _bare(ROOMY)
    mine, theirs = competitor_prices(world.sim), competitor_prices(bare.sim)
    lower = pc.less(mine["price"], theirs["price"])
    assert set(mine.filter(lower)["route"].to_pylist()) == set(told.where["route"].split(","))
    seen = pc.unique(mine.filter(lower)["seen_date"]).to_pylist()
    assert len(seen) == 10
    assert int(told.figures["orders_lost"]) > 0
    assert -0.35 < float(told.size.rsplit(" ", 1)[1]) - 1 < -0.1


def test_the_second_campaign_moves_nobody():
    world, told = _alone("placebo")
    bare = _bare()
    assert digest(all_tables(world)) == digest(all_tables(bare))
    assert not told.detectable
    effect = world.sim.script.stories[0].effects()[0]
    assert effect["true_uplift"] == 0.0
    assert truth_of(world.sim, world.tally)["effects"] == [effect]


def test_the_ring_shares_devices_and_uses_a_voucher_with_each_order():
    world, told = _alone("coupon_ring")
    accounts = set(told.where["user_id"].split(","))
    assert len(accounts) == 40
    used = world.events.filter(pc.equal(world.events["event"], "coupon_redeemed"))
    ring = [row for row in used.to_pylist() if row["user_id"] in accounts and told.start <= row["client_ms"] < told.end + 3_600_000]
    refs = {row["order_ref"] for row in ring}
    assert int(told.figures["redeemed_by_the_ring"]) <= len(refs) <= int(told.figures["redeemed_by_the_ring"]) + 5
    devices: dict[str, set[str]] = {}
    for row in ring:
        devices.setdefault(row["anonymous_id"], set()).add(row["user_id"])
    assert sum(len(users) > 3 for users in devices.values()) == 5
    assert '"value": 50' in ring[0]["properties"]
    assert used.num_rows > len(ring)


@pytest.mark.slow
def test_more_rooms_are_sold_on_the_night_than_there_are():
    world, told = _alone("overbooked_night", Plan(people=100_000, days=12))
    rows = stock_days(world.sim).filter(pc.equal(stock_days(world.sim)["travel_date"], pa.scalar(told.where["travel_date"]).cast(pa.date32())))
    over = [row for row in rows.to_pylist() if row["goods_id"].startswith("room") and row["sold"] > row["capacity"]]
    assert sum(row["sold"] - row["capacity"] for row in over) == told.figures["too_many"]
    assert {row["goods_id"][:7] for row in over} == {"room_02"}
    assert told.detectable
    nights = stock_days(world.sim).to_pylist()
    others = [row for row in nights if str(row["travel_date"]) != told.where["travel_date"] and row["goods_id"].startswith("room")]
    assert not any(row["sold"] > row["capacity"] for row in others)


@pytest.mark.slow
def test_the_tail_is_left_over():
    world, told = _alone("tail_inventory", ROOMY)
    flights, (first, last) = set(told.where["flight_no"].split(",")), told.where["travel_date"].split("..")
    rows = [row for row in stock_days(world.sim).to_pylist() if row["goods_id"] in flights and first <= str(row["travel_date"]) <= last]
    assert len(rows) == 21
    assert all(row["sold"] <= 0.3 * row["capacity"] for row in rows)
    assert sum(row["sold"] for row in rows) == told.figures["seats_sold"]


def test_quiet_days_touch_no_story_and_lie_in_the_window_where_they_fit():
    whole = made(Plan(people=600, days=100))
    told = next(story for story in whole.sim.script.stories if story.name == "quiet_days").truth(whole.tally)[0]
    assert told.end - told.start == 30 * DAY_MS
    assert told.end <= whole.sim.plan.day_ms(whole.sim.plan.first_click_day)
    for story in whole.sim.script.stories:
        if story.name not in ("quiet_days", "tail_inventory"):
            assert all(one.end <= told.start or one.start >= told.end for one in story.truth(whole.tally)), story.name
    world, alone = _alone("quiet_days", Plan(people=600, days=62))
    assert alone.figures["visits"] == 1
    assert alone.end == world.sim.plan.now_ms


def test_what_has_no_room_is_left_out_and_said():
    world = made(TINY)
    truth = truth_of(world.sim, world.tally)
    out = truth["left_out"]
    assert isinstance(out, list)
    assert {one["kind"] for one in out} == {*PLACED, "quiet_days"}
    assert all(one["why"] for one in out)
    planted = {story.name for story in world.sim.script.stories}
    assert digest(all_tables(world)) == digest(all_tables(made(replace(TINY, stories=tuple(sorted(planted))))))
    assert planted | {one["kind"] for one in out} == set(story_names())


@pytest.mark.parametrize("kind", PLACED)
def test_a_tiny_world_plants_it_or_says_why_not(kind: str):
    world = made(replace(TINY, stories=(kind,)))
    if world.sim.script.absent:
        assert [name for name, _ in world.sim.script.absent] == [kind]
        return
    told = world.sim.script.stories[0].truth(Tally(world.sim.plan, world.sim.world, world.sim.prices.seats))[0]
    assert told.start < told.end
    assert told.detectable == (told.fires_ms is not None)
    assert told.note


def test_stories_of_the_whole_world_keep_out_of_each_others_cuts():
    world = made(Plan(people=600, days=100))
    spans = {
        story.name: story.spans()[0] for story in world.sim.script.stories if story.name in ("slow_loss", "mix_shift", "payment_fault", "bot_wave")
    }
    assert spans["slow_loss"][1] <= spans["mix_shift"][0] - 14
    days = sorted(
        one.spans()[0] for one in world.sim.script.stories if one.name in ("tracking_outage", "bot_wave", "ticketing_stuck", "payment_fault")
    )
    assert all(first[1] <= second[0] for first, second in pairwise(days))


def _half(seconds: Floats) -> Floats:
    return np.where(seconds < 600, 0.5, 0.0)


def test_the_ideal_tests_of_counts_amounts_and_waits():
    assert poisson_ratio(np.array([5.0]), 10.0, 0.5) == pytest.approx([5 * np.log(0.5) + 5])
    assert normal_ratio(np.array([2.0]), 1.0, 1.0, 0.5) == pytest.approx([2.0])
    late = np.full(3, 2_000_000)
    assert waiting_fires_at(np.zeros(3, dtype=np.int64), late, _half, 0, 500_000, 4) == 1_000_000
    assert waiting_fires_at(np.zeros(1, dtype=np.int64), late[:1], _half, 0, 500_000, 4) is None
    pulse = Pulse(10 * DAY_MS, 10 * DAY_MS + 2_000, 1_000, times=2)
    pulse.see(np.array([8, 9, 9, 10]) * DAY_MS + 1_500)
    assert pulse.before.tolist() == [0.0, 3.0]
    assert pulse.during.tolist() == [0.0, 1.0]
    assert pulse.usual.tolist() == [0.0, 1.5]
    assert pulse.fires_at(0.5) is None
