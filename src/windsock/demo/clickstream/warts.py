"""Dirt as in life: duplicates, late events, wrong clocks, missing ids, wrong currencies, robots and staff."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from windsock.demo.clickstream.sessions import BOTS, SLY_BOTS, STAFF
from windsock.demo.clickstream.steps import CODE
from windsock.demo.columns import Flags, Ints, mix
from windsock.demo.demand.clicks import Sessions, Steps
from windsock.demo.demand.trips import Rows
from windsock.demo.model import DAY_MS, DESKTOP, WEB, Plan
from windsock.demo.streams import Streams
from windsock.demo.world import World

DUPLICATES = 0.01
LATE = 0.03
LATE_DAYS = 5
CLOCK_OFF = 0.01
CLOCK_YEARS = 0.0006
MISSING_ID = 0.002
WRONG_CURRENCY = 0.0004
BOT_SHARE = 0.04
_VIEWS_A_BOT = 36
_MACHINE = 1 << 55


@dataclass
class Arrival(Rows):
    """How the rows of a day arrive.

    Attributes:
        rows: which event each arriving row is; a duplicate names its event again.
        client_ms, sent_ms, received_ms: three clocks of each arriving row.
        nobody: rows that lost their ids; ``foreign`` rows whose currency is wrong.
    """

    rows: Ints
    client_ms: Ints
    sent_ms: Ints
    received_ms: Ints
    nobody: Flags
    foreign: Flags


def arrive(steps: Steps, visitor: npt.NDArray[np.uint64], rng: np.random.Generator, now_ms: int) -> Arrival:
    """Send events on their way; what would arrive after the end of the data has not arrived.

    Events about an order are told by a server: never late, on a right clock, with their id.

    Args:
        steps: the day's events.
        visitor: the anonymous id of each.
        rng: the day's stream for warts.
        now_ms: the end of the data.
    """
    count = len(steps)
    delay = 150 + rng.integers(0, 2_500, count)
    server = steps.order >= 0
    late = (rng.random(count) < LATE) & ~server
    delay = np.where(late, (60_000 + rng.random(count) ** 2 * LATE_DAYS * DAY_MS).astype(np.int64), delay)
    again = np.flatnonzero(rng.random(count) < DUPLICATES)
    rows = np.concatenate([np.arange(count), again])
    received = steps.at_ms[rows] + delay[rows]
    received[count:] += rng.integers(1_000, 900_000, len(again))
    turn = (mix(visitor, 41) >> np.uint64(11)).astype(np.float64) / float(1 << 53)
    skew = np.where(turn < CLOCK_YEARS, -3 * 365 * DAY_MS, np.where(turn < CLOCK_OFF / 2, 7_200_000, np.where(turn < CLOCK_OFF, -7_200_000, 0)))
    skew = np.where(server, 0, skew)
    client = (steps.at_ms + skew)[rows]
    sent = received + skew[rows] - 120
    plain = ~server[rows]
    nobody = (rng.random(count) < MISSING_ID)[rows] & plain
    foreign = (rng.random(count) < WRONG_CURRENCY)[rows] & (steps.cents >= 0)[rows] & plain
    here = received < now_ms
    return Arrival(rows[here], client[here], sent[here], received[here], nobody[here], foreign[here])


def machines(plan: Plan, world: World, streams: Streams, day: int, views: int) -> tuple[Sessions, Steps]:
    """Return the sessions and events of robots (two families) and staff.

    The first family says that it is one; the second pretends to be people, few ids that look at prices at an even pace. Staff test on
    the live site, flagged internal.

    Args:
        plan: sizes.
        world: what they look at.
        streams: randomness.
        day: day index.
        views: page views of people, of which robots add their share.
    """
    rng = streams.of("machines", day)
    open_bots = max(1, round(views * BOT_SHARE * 0.6 / _VIEWS_A_BOT))
    sly_bots = max(1, round(views * BOT_SHARE * 0.4 / _VIEWS_A_BOT))
    staff = max(1, round(12 * plan.scale))
    kind = np.repeat(np.array([BOTS, SLY_BOTS, STAFF]), [open_bots, sly_bots, staff])
    count = len(kind)
    number = np.concatenate([np.arange(open_bots), np.arange(sly_bots), np.arange(staff)])
    none = np.full(count, -1)
    sessions = Sessions(
        kind=kind,
        person=none,
        user=none.copy(),
        visitor=mix(_MACHINE + kind * 1_000_000 + number, 5),
        channel=np.full(count, WEB),
        device=np.full(count, DESKTOP),
        start_ms=plan.day_ms(day) + rng.integers(0, 18 * 3_600_000, count),
        order=none.copy(),
        route=rng.integers(0, len(world.routes), count),
        hotel=none.copy(),
        travel_day=day + rng.integers(1, 60, count),
        pax=np.ones(count, dtype=np.int64),
        quote_cents=np.full(count, 60_000),
        version=none.copy(),
        then=none.copy(),
    )
    turns = np.where(kind == STAFF, 4, _VIEWS_A_BOT)
    who = np.repeat(np.arange(count), turns)
    turn = np.arange(len(who)) - np.repeat(np.cumsum(turns) - turns, turns)
    pace = np.where(kind[who] == SLY_BOTS, 30_000, 8_000)
    views_ms = sessions.start_ms[who] + turn * pace
    blank = np.full(2 * len(who), -1)
    steps = Steps(
        session=np.concatenate([who, who]),
        event=np.concatenate([np.full(len(who), CODE["page_view"]), np.full(len(who), CODE["search"])]),
        at_ms=np.concatenate([views_ms, views_ms + 1_500]),
        cents=blank,
        provider=blank.copy(),
        outcome=blank.copy(),
        order=blank.copy(),
        item=blank.copy(),
    )
    return sessions, steps
