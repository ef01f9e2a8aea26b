"""The rows of a run: keys to people's instants, in order by step, followed in ranges of people beside one another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from windsock.warehouse.runs import compiled
from windsock.warehouse.runs.chosen import buckets_of, choose, local_days, rows
from windsock.warehouse.runs.keys import MS_BITS
from windsock.warehouse.runs.model import DAY_MS, Cut, Run
from windsock.warehouse.runs.plainly import Entries, entries

if TYPE_CHECKING:
    from windsock.warehouse.runs.keys import Blocks, Ints, KeysAt
    from windsock.warehouse.runs.plainly import Flags, InTime

RANGE_MOST = 4_000_000
"""Keys of one range of people: what is made of them on the way takes some ten times their bytes."""
RANGE_LEAST = 100_000
KEY_BITS = 62
_SAMPLE = 20_000


@dataclass(frozen=True)
class People:
    """Who is who at the moment of a run: merged ids in order with their persons, and those who are looked at (None: everybody)."""

    dids: Ints
    pids: Ints
    among: Ints | None


def make_cuts(run: Run, blocks: Sequence[Blocks], people: People, *, keys: KeysAt, threads: int, check: Callable[[], None]) -> dict[str, pa.Table]:
    """Return the rows of each cut of a run.

    Args:
        run: what is asked.
        blocks: the keys of each kind by day.
        people: who is who.
        keys: have the instants of the last time.
        threads: ranges that are followed at once.
        check: called between ranges; what it raises ends the run.

    Raises:
        Cancelled, QueryTimeout: from ``check``.
    """
    bits = max(1, (run.until_ms - run.low_ms).bit_length())
    most = max((int(block.max()) >> MS_BITS for kind in blocks for block in kind.values() if len(block)), default=0)
    most = max(most, int(people.pids.max(initial=0)))
    looked = _Look(run, people, keys, bits)
    wide = 1 << (KEY_BITS - bits)  # so many people have room above the ms
    with ThreadPoolExecutor(threads, thread_name_prefix="warehouse-run") as pool:
        found: list[dict[str, pa.Table]] = []
        for person in range(0, most + 1, wide):
            check()
            span = None if most < wide else (person, person + wide)
            instants = list(pool.map(looked.instants, range(len(blocks)), blocks, [span] * len(blocks)))
            check()
            found += pool.map(_Follow(run, bits, person, check).cuts, _ranges(instants, bits, threads))
    return {name: pa.concat_tables([one[name] for one in found]) for name in run.cuts}


class _Look:
    """Turns blocks into the instants of people."""

    def __init__(self, run: Run, people: People, keys: KeysAt, bits: int) -> None:
        self._run, self._people, self._keys, self._bits = run, people, keys, bits
        self._merged = _flags(people.dids)
        self._among = None if people.among is None else _flags(people.among)

    def instants(self, place: int, blocks: Blocks, span: tuple[int, int] | None) -> Ints:
        """Return the instants of a kind in order: ``person << bits | ms since low_ms``; of a span of people, counted from its first."""
        if span is not None:
            return self._made(place, blocks, span)
        who = (self._people.dids, self._people.pids)
        return self._keys.instants(self._run, place, blocks, who, lambda: self._made(place, blocks, None))

    def _made(self, place: int, blocks: Blocks, span: tuple[int, int] | None) -> Ints:
        run = self._run
        found: list[Ints] = []
        until = run.high_ms if place == 0 else run.until_ms
        for day, block in blocks.items():
            if not len(block):
                continue
            t = (block & (1 << MS_BITS) - 1) + (day * DAY_MS - run.low_ms)
            person = self._persons(block >> MS_BITS)
            good: Flags = None
            if day * DAY_MS < run.low_ms or (day + 1) * DAY_MS > until:
                good = (t >= 0) & (t < until - run.low_ms)
            if self._among is not None:
                mine = self._among[np.minimum(person, len(self._among) - 1)]
                good = mine if good is None else good & mine
            if span is not None:
                mine = (person >= span[0]) & (person < span[1])
                person -= span[0]
                good = mine if good is None else good & mine
            key = person << self._bits | t
            found.append(key if good is None else key[good])
        made = np.concatenate(found) if found else np.empty(0, np.int64)
        made.sort()
        return made

    def _persons(self, did: Ints) -> Ints:
        hit = self._merged[np.minimum(did, len(self._merged) - 1)]
        if hit.any():
            did[hit] = self._people.pids[np.searchsorted(self._people.dids, did[hit])]
        return did


def _flags(ids: Ints) -> Flags:
    """Return a flag for each id up to the largest one, and one for all beyond."""
    flags = np.zeros(int(ids.max(initial=0)) + 2, np.bool_)
    flags[ids] = True
    return flags


def _ranges(instants: Sequence[Ints], bits: int, threads: int) -> list[list[Ints]]:
    """Return the instants in ranges of people that have about as many."""
    size = sum(map(len, instants))
    number = max(threads, -(-size // RANGE_MOST)) if size > RANGE_LEAST else 1
    if number == 1:
        return [list(instants)]
    step = max(1, size // _SAMPLE)
    sample = np.sort(np.concatenate([one[::step] for one in instants]) >> bits)
    edges = np.unique(sample[[len(sample) * part // number for part in range(1, number)]]) << bits
    places = [[0, *np.searchsorted(one, edges).tolist(), len(one)] for one in instants]
    return [[one[at[part] : at[part + 1]] for one, at in zip(instants, places, strict=True)] for part in range(len(edges) + 1)]


class _Follow:
    """Follows the chain of a run within a range of people."""

    def __init__(self, run: Run, bits: int, person: int, check: Callable[[], None]) -> None:
        self._run, self._bits, self._person, self._check = run, bits, person, check

    def cuts(self, instants: Sequence[Ints]) -> dict[str, pa.Table]:
        """Return the rows of each cut."""
        self._check()
        run, bits, steps = self._run, self._bits, self._run.hops.steps
        if compiled.follows(run.hops):
            return {name: self._compiled(instants, cut) for name, cut in run.cuts.items()}
        found = entries(instants[:steps], instants[steps:], run.hops, bits, self._in_time())
        return {name: self._rows(found, cut) for name, cut in run.cuts.items()}

    def _compiled(self, instants: Sequence[Ints], cut: Cut) -> pa.Table:
        run = self._run
        found, bucket = compiled.chosen(instants, run.hops, run.count, self._bits, lambda starts: buckets_of(self._ms(starts), cut, run.offsets))
        return rows(found, bucket, (self._bits, run.low_ms, self._person))

    def _rows(self, found: Entries, cut: Cut) -> pa.Table:
        run, bits = self._run, self._bits
        bucket = buckets_of(self._ms(found.times[0]), cut, run.offsets)
        places = choose(found, run.count, bucket, bits)
        if len(places) < len(found.deep):
            found = Entries(found.times[:, places], found.deep[places])
            bucket = None if bucket is None else bucket[places]
        return rows(found, bucket, (bits, run.low_ms, self._person))

    def _ms(self, instants: Ints) -> Ints:
        return (instants & (1 << self._bits) - 1) + self._run.low_ms

    def _in_time(self) -> InTime:
        window, offsets = self._run.hops.window_ms, self._run.offsets
        if window is not None:
            return lambda start, end: end - start <= window
        return lambda start, end: local_days(self._ms(start), offsets) == local_days(self._ms(end), offsets)
