"""Chains followed by one compiled pass over all starts, where numba is installed (the extra ``fast``); else ``plainly`` does the same with numpy.

Starts are taken in order, and so a pointer into each step's instants only ever goes on: the next event of a step after a later start is no earlier.
Of a person's entries the one that counts is kept on the way (the rule of ``chosen.choose``). Only chains where the earliest next step is always the
best one to take go this way, with a window that has a length.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from windsock.warehouse.runs.plainly import Entries, once

if TYPE_CHECKING:
    from windsock.warehouse.runs.keys import Ints
    from windsock.warehouse.runs.model import Count, Hops

_COUNTS: dict[Count, int] = {"people": 0, "first": 1, "entries": 2}


def follows(hops: Hops) -> bool:
    """Whether a chain goes this way here."""
    return hops.plain and hops.window_ms is not None and _pass() is not None


def chosen(steps: Sequence[Ints], hops: Hops, count: Count, bits: int, buckets: Callable[[Ints], Ints | None]) -> tuple[Entries, Ints | None]:
    """Return the entries that are counted, and their buckets.

    Args:
        steps: for each step the instants of its events, in order: ``person << bits | ms``.
        hops: how steps follow one another; ``follows`` is true of them.
        count: what is counted.
        bits: how many bits the ms take.
        buckets: gives the bucket of each start, or None.
    """
    starts = once(steps[0])
    bucket = buckets(starts)
    edges = np.cumsum([0, *(len(one) for one in steps[1:])])
    times, deep = np.empty((len(starts), len(steps)), np.int64), np.empty(len(starts), np.int64)
    places = np.empty(len(starts), np.int64)
    run: Any = _pass()
    about = (bits, hops.window_ms, _COUNTS[count])
    size = run(starts, np.concatenate(steps[1:]), edges, np.empty(0, np.int64) if bucket is None else bucket, about, (times, deep, places))
    return Entries(times[:size].T, deep[:size]), None if bucket is None else bucket[places[:size]]


def _follow(starts: Any, instants: Any, edges: Any, bucket: Any, about: Any, out: Any) -> int:  # noqa: ANN401 - compiled: one loop
    bits, window, count = about
    times, deep, places = out
    steps = times.shape[1]
    at, way = edges[:-1].copy(), np.empty(steps, np.int64)
    size, person, last_bucket = -1, np.int64(-1), np.int64(-1)
    for index in range(len(starts)):
        start = starts[index]
        dated = bucket[index] if len(bucket) else np.int64(0)
        new = start >> bits != person or dated != last_bucket
        if not new and (count == 1 or (count == 0 and deep[size] == steps - 1 and start > times[size, steps - 1])):
            continue  # nothing later of these is counted, or could end sooner
        person, last_bucket = start >> bits, dated
        most = min(start + window, (person + 1 << bits) - 1)
        now, reached = start, 0
        for step in range(1, steps):
            place, end = at[step - 1], edges[step]
            while place < end and instants[place] < now:
                place += 1
            at[step - 1] = place
            if place == end or instants[place] > most:
                break
            now = instants[place]
            way[step], reached = now, step
        if new or count == 2:
            size += 1
        elif reached < deep[size] or (reached == deep[size] and now > times[size, reached]):
            continue
        times[size, 0], deep[size], places[size] = start, reached, index
        for step in range(1, steps):
            times[size, step] = way[step] if step <= reached else -1
    return size + 1


@cache
def _pass() -> Callable[..., int] | None:
    """Return the compiled pass, or None without the extra; compiled at its first use, and from then on read from numba's cache."""
    try:
        numba: Any = importlib.import_module("numba")
    except ImportError:
        return None
    try:
        return numba.njit(_follow, nogil=True, cache=True)
    except RuntimeError:  # nowhere to keep it: neither beside this file nor in the user's home
        return numba.njit(_follow, nogil=True)
