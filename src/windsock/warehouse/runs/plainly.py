"""Chains followed with numpy: one search a step over all starts at once.

Instants of people are numbers ``person << bits | ms``, in order for each step, so that a person's next event of a step is the next number, and two
are one person's where they are equal above ``bits``. The steps of an entry are found forward where the earliest next step is always the best one to
take; else backward from each step, among those events from which the step can be reached. An earlier event that reaches it dominates the later
ones, as every limit of a hop is a limit of the step that it leads to (see ``conditions.chain``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from windsock.warehouse.runs.keys import Ints
    from windsock.warehouse.runs.model import Hops

NEVER = -1
Flags = Any
InTime = Callable[["Ints", "Ints"], Flags]
"""Whether an instant lies in the window of a start, for arrays of both; they are of one person."""


@dataclass(frozen=True)
class Entries:
    """Starts in order, each once, and how far each came.

    Attributes:
        times: for each step its instants, with the person above, or ``NEVER``; of step 0 the starts.
        deep: the last step that was reached.
    """

    times: Ints
    deep: Ints


def entries(steps: Sequence[Ints], breakers: Sequence[Ints], hops: Hops, bits: int, in_time: InTime) -> Entries:
    """Follow a chain from every start.

    Args:
        steps: for each step the instants of its events, in order.
        breakers: the same for each exclusion.
        hops: how steps follow one another.
        bits: how many bits the ms take.
        in_time: tells what lies within the window.
    """
    starts = once(steps[0])
    times = np.full((len(steps), len(starts)), NEVER, np.int64)
    times[0] = starts
    deep = np.zeros(len(starts), np.int64)
    if hops.plain:
        _forward(times, deep, steps, bits, in_time)
        return Entries(times, deep)
    since = [_since(step, steps[step], breakers, hops, bits) for step in range(len(steps))]
    for target in range(1, len(steps)):
        _backward(times, deep, [starts, *steps[1 : target + 1]], since, in_time)
    return Entries(times, deep)


def once(instants: Ints) -> Ints:
    """Return instants in order, each once."""
    if len(instants) < 2:
        return instants
    return instants[np.concatenate(([True], instants[1:] != instants[:-1]))]


def _forward(times: Ints, deep: Ints, steps: Sequence[Ints], bits: int, in_time: InTime) -> None:
    now = times[0]
    alive: Ints = np.arange(len(now))
    for step in range(1, len(steps)):
        place = np.searchsorted(steps[step], now)
        some = place < len(steps[step])
        alive, now, after = alive[some], now[some], steps[step][place[some]]
        good = (now ^ after) >> bits == 0
        good &= in_time(times[0][alive], after)
        alive, now = alive[good], after[good]
        times[step][alive] = now
        deep[alive] = step


def _since(step: int, instants: Ints, breakers: Sequence[Ints], hops: Hops, bits: int) -> Ints:
    """Return for each event of a step the earliest instant from which a hop may lead to it."""
    since = instants >> bits << bits  # from the person's beginning on
    within = hops.within_ms[step]
    if within is not None:
        since = np.maximum(since, instants - within)
    for broken, (first, last) in zip(breakers, hops.broken, strict=True):
        if first <= step <= last and len(broken):
            place = np.searchsorted(broken, instants) - 1  # the last one strictly before
            found = broken[np.maximum(place, 0)]
            since = np.where(place >= 0, np.maximum(since, found), since)
    return since


def _backward(times: Ints, deep: Ints, steps: Sequence[Ints], since: Sequence[Ints], in_time: InTime) -> None:
    """Write the ways of those starts that reach the last of the steps, over their ways to earlier ones."""
    target = len(steps) - 1
    able = np.arange(len(steps[target]))  # places of a step's events from which the target is reached
    ways: list[tuple[Ints, Ints]] = []  # for each step, from the last but one on: such places, and where each goes on
    for step in range(target - 1, -1, -1):
        after = steps[step + 1][able]
        place = np.searchsorted(after, steps[step])
        here = np.flatnonzero(place < len(after))
        next_place = able[place[here]]
        good = steps[step][here] >= since[step + 1][next_place]  # which is of the same person, as no limit lies before a person's beginning
        able = here[good]
        ways.append((able, next_place[good]))
    found, places = able, [able]
    for step, (have, onward) in enumerate(reversed(ways)):
        places.append(onward[np.searchsorted(have, places[step])])
    good = in_time(steps[0][found], steps[target][places[target]])
    for step in range(1, target + 1):
        times[step][found[good]] = steps[step][places[step][good]]
    deep[found[good]] = target
