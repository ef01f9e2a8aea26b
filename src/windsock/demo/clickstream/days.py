"""The days of clickstream in order, each a table of events, with the sums by which they are checked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from windsock.demo.clickstream.sessions import BOUNCES, ORDERS, Visits, searching
from windsock.demo.clickstream.steps import CODE, steps_of
from windsock.demo.clickstream.tables import Print, make_events
from windsock.demo.clickstream.warts import Arrival, arrive, machines
from windsock.demo.columns import Ints, hex_text, whole
from windsock.demo.demand.clicks import Sessions, Steps
from windsock.demo.demand.days import Simulation
from windsock.demo.demand.facts import order_refs
from windsock.demo.demand.orders import Orders
from windsock.demo.demand.tally import Tally
from windsock.demo.model import TRACKED


@dataclass(frozen=True)
class ClickDay:
    """A day of clickstream: its rows, and the true person behind each anonymous id that was used."""

    day: int
    events: pa.Table
    aliases: pa.Table


def click_days(sim: Simulation, orders: Orders, tally: Tally) -> Iterator[ClickDay]:
    """Yield the clickstream of each day of the window; ``orders`` are those placed in it."""
    visits = Visits(sim, orders)
    out = Print(sim.world, sim.plan, order_refs(visits.orders.number))
    for day in range(sim.plan.first_click_day, sim.plan.days):
        sessions = visits.on(day)
        for story in sim.script.stories:
            story.opened(day, sessions, visits.orders)
        steps = steps_of(sessions, visits.orders, sim.streams.of("steps", day))
        _count(tally, sessions, day)
        views = int(np.isin(steps.event, (CODE["page_view"], CODE["app_start"], CODE["screen_view"])).sum())
        robots, moves = machines(sim.plan, sim.world, sim.streams, day, views)
        moves.session += len(sessions)
        sessions, steps = Sessions.join([sessions, robots]), Steps.join([steps, moves])
        steps = steps.take(steps.at_ms < sim.plan.now_ms)
        arrival = arrive(steps, sessions.visitor[steps.session], sim.streams.of("warts", day), sim.plan.now_ms)
        sessions, steps, arrival = _told(sim, day, (sessions, steps, arrival))
        events = make_events(sessions, steps, arrival, out, day)
        tally.add("events", events.num_rows)
        yield ClickDay(day, events, _aliases(sessions))


def _told(sim: Simulation, day: int, seen: tuple[Sessions, Steps, Arrival]) -> tuple[Sessions, Steps, Arrival]:
    """Let stories lose events of a day on their way, and add some; all other events arrive as they would have."""
    sessions, steps, arrival = seen
    for story in sim.script.stories:
        lost = story.lost(day, sessions, steps)
        if lost is not None:
            arrival = arrival.take(~lost[arrival.rows])
    for story in sim.script.stories:
        more = story.added(day, sessions, steps)
        if more is None:
            continue
        sessions = Sessions.join([sessions, more[0]])
        moves = more[1].take(more[1].at_ms < sim.plan.now_ms)
        extra = arrive(moves, sessions.visitor[moves.session], sim.streams.of(f"{story.name} warts", day), sim.plan.now_ms)
        extra.rows += len(steps)
        steps, arrival = Steps.join([steps, moves]), Arrival.join([arrival, extra])
    return sessions, steps, arrival


def _count(tally: Tally, sessions: Sessions, day: int) -> None:
    search = searching(sessions)
    tally.add("sessions", len(sessions))
    tally.add("sessions.search", search.sum())
    tally.add("sessions.order", (sessions.kind == ORDERS).sum())
    tally.add("sessions.bounce", (sessions.kind == BOUNCES).sum())
    for channel in range(TRACKED):
        here = sessions.channel == channel
        tally.add(f"day {day} search {channel}", (search & here).sum())
        tally.add(f"day {day} order {channel}", ((sessions.kind == ORDERS) & here).sum())


def _aliases(sessions: Sessions) -> pa.Table:
    """Return the distinct (anonymous id, person) of sessions of people."""
    known = np.flatnonzero(sessions.person >= 0)
    person: Ints = sessions.person[known]
    order = np.lexsort((person, sessions.visitor[known]))
    visitor, person = sessions.visitor[known][order], person[order]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (visitor[1:] != visitor[:-1]) | (person[1:] != person[:-1])
    return pa.table({"namespace": pa.repeat("anon", int(first.sum())), "id": hex_text(visitor[first]), "person": whole(person[first])})
