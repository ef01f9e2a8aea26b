"""Planted stories: in the data with their sizes, told with their power, and touching nothing else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow.compute as pc
import pytest

from tests.demo.make import SMALL, made
from windsock.demo.columns import NEVER
from windsock.demo.model import Plan
from windsock.demo.power import THRESHOLD, bernoulli_ratio, fires_at, z_of_shares
from windsock.demo.stories import chosen, story_names
from windsock.demo.stories.campaign import Campaign
from windsock.demo.stories.payment_fault import PaymentFault
from windsock.demo.truth import truth_of
from windsock.kernel.errors import InvalidInput

ALONE = Plan(people=2_000, days=30)
BUSY = Plan(people=60_000, days=24)


def _told(plan: Plan, kind: str):
    world = made(plan)
    return next(told for story in world.sim.script.stories for told in story.truth(world.tally) if told.kind == kind)


def test_the_payment_fault_is_in_the_events_with_its_size():
    told, events = _told(BUSY, "payment_fault"), made(BUSY).events
    attempts = events.filter(pc.and_(pc.equal(events["provider"], "wechat_pay"), pc.equal(events["device"], "android")))
    attempts = (
        attempts.filter(pc.is_valid(attempts["outcome"]))
        .group_by("message_id")
        .aggregate([(name, "min") for name in ("client_ms", "outcome", "route")])
    )
    abroad = np.array([any(place in (route or "") for place in ("ICN", "KIX")) for route in attempts["route_min"].to_pylist()])
    at_ms, worked = attempts["client_ms_min"].to_numpy() - 4_000, np.array(attempts["outcome_min"].to_pylist()) == "succeeded"
    during = (at_ms >= told.start) & (at_ms < told.end) & ~abroad
    assert during.sum() == told.figures["attempts"]
    assert worked[during].sum() == told.figures["succeeded"]
    assert 0.2 < worked[during].mean() < 0.6
    assert worked[~during & ~abroad].mean() > 0.93


def test_the_payment_fault_fires_after_its_start_and_before_its_end():
    told = _told(BUSY, "payment_fault")
    assert told.detectable
    assert told.fires_ms is not None
    assert told.start < told.fires_ms <= told.end
    assert (told.fires_ms - told.start) % told.tick_ms == 0
    assert float(told.money) < 0


def test_a_fault_without_attempts_is_not_claimed():
    told = _told(Plan(people=600, days=7), "payment_fault")
    assert not told.detectable
    assert told.fires_ms is None


def test_a_dense_world_pays_hundreds_of_times_an_hour_and_its_fault_shows_within_minutes():
    plan = Plan(people=1_000, days=7, dense=True, stories=("dense_fault",))
    told, world = _told(plan, "dense_fault"), made(plan)
    paid = world.orders.paid_ms[(world.orders.channel < 3) & (world.orders.paid_ms > plan.day_ms(6))]
    hours = np.bincount((paid - plan.day_ms(6)) // 3_600_000, minlength=24)
    assert (hours[10:22] >= 300).all(), hours
    assert told.detectable
    assert told.fires_ms is not None
    assert told.fires_ms <= told.end
    assert told.tick_ms == 60_000
    assert made(replace(plan, dense=False)).sim.script.stories[0].truth(world.tally) == []


def test_the_mix_shift_falls_in_total_and_rises_in_every_part():
    figures = _told(BUSY, "mix_shift").figures
    assert float(figures["total_during"]) < 0.96 * float(figures["total_before"])
    parts = [float(figures[f"{name}_during"]) / float(figures[f"{name}_before"]) for name in ("web", "app", "mini_program")]
    assert np.mean(parts) > 1.0


def test_the_campaign_keeps_a_random_fifth_and_moves_only_the_responsive():
    world = made(BUSY)
    story = next(story for story in world.sim.script.stories if isinstance(story, Campaign))
    arms = story.effects()[0]["arms"]
    assert isinstance(arms, dict)
    assert 0.17 < arms["holdout"] / (arms["holdout"] + arms["treated"]) < 0.23
    brought = np.unique(world.orders.person[world.orders.planted & (world.orders.person >= 0)])
    audience = dict(zip(story.audience.tolist(), story.treated.tolist(), strict=True))
    campaigned = [person for person in brought.tolist() if person in audience]
    assert campaigned
    assert all(audience[person] for person in campaigned)
    assert all(world.sim.people.responsive[campaigned])
    assert story.chance == pytest.approx(0.08, abs=0.03)


@pytest.mark.slow
def test_a_story_changes_what_it_touches_and_nothing_else():
    bare, fault = made(replace(ALONE, stories=())), made(replace(ALONE, stories=("payment_fault",)))
    assert (bare.orders.number == fault.orders.number).all()
    same = (bare.orders.paid_ms == fault.orders.paid_ms) & (bare.orders.cancelled_ms == fault.orders.cancelled_ms)
    story = fault.sim.script.stories[0]
    assert isinstance(story, PaymentFault)
    at_ms = fault.orders.booked_ms[~same]
    assert ((at_ms >= story.start_ms - 1_000_000) & (at_ms < story.end_ms)).all()
    assert (bare.orders.out_cents == fault.orders.out_cents).mean() > 0.99
    with_campaign = made(replace(ALONE, stories=("campaign",)))
    assert set(bare.orders.number.tolist()) - set(with_campaign.orders.number.tolist()) == set() or (
        len(set(bare.orders.number.tolist()) - set(with_campaign.orders.number.tolist())) < 0.01 * len(bare.orders)
    )


def test_unpaid_orders_are_cancelled_and_never_ticketed():
    orders = made(SMALL).orders
    unpaid = orders.paid_ms == NEVER
    assert unpaid.any()
    assert (orders.ticketed_ms[unpaid] == NEVER).all()
    assert (orders.refunded_ms[unpaid] == NEVER).all()


def test_the_truth_is_complete():
    world = made(BUSY)
    truth = truth_of(world.sim, world.tally)
    assert {"seed", "sizes", "stories", "effects", "elasticities", "stock", "files", "bands", "calendar", "now_ms"} <= set(truth)
    stories = truth["stories"]
    assert isinstance(stories, list)
    assert {story["kind"] for story in stories} >= {"payment_fault", "mix_shift", "campaign"}
    for story in stories:
        assert story["start"] < story["end"]
        assert story["metric"]
        assert story["direction"] in ("up", "down")
        assert story["size"]
        assert story["tick_ms"] > 0
        assert story["detectable"] == (story["fires_ms"] is not None)


def test_the_ideal_test_fires_at_the_tick_that_brings_it_over_the_threshold():
    ratio = np.full(10, THRESHOLD / 4)
    assert fires_at(ratio, np.arange(10) * 1_000, 0, 1_000) == 4_000
    assert fires_at(ratio[:3], np.arange(3) * 1_000, 0, 1_000) is None
    assert fires_at(ratio[:0], np.arange(0), 0, 1_000) is None
    assert bernoulli_ratio(np.array([True, False]), 0.9, 0.4) == pytest.approx([np.log(4 / 9), np.log(6)])
    assert z_of_shares(0, 0, 1, 2) == 0.0
    assert z_of_shares(60, 100, 40, 100) == pytest.approx(2.8868, abs=1e-3)


def test_an_unknown_story_is_refused_by_name():
    with pytest.raises(InvalidInput, match="no story 'nope'"):
        chosen(("nope",))
    assert {"campaign", "fare_sale", "mix_shift", "payment_fault"} <= set(story_names())
