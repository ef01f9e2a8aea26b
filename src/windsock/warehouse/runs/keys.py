"""The keys of events, read from the engine by kind and UTC day, and kept in memory until something is written to the day.

A block is what one kind has on one day: ``did << 27 | ms of the day``, in no order. It holds dense ids alone, so that a merge or an un-merge leaves
it as it is: people are looked up when a run is made. What voids it is what voids an answer of metrics (``changes``): events of its hours, or any
other change of the table of events, an erasure among them, which drops the blocks with its commit.
"""

from __future__ import annotations

import itertools
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from windsock.kernel.errors import TooLarge
from windsock.warehouse.changes import EVENTS, Changes, Touched
from windsock.warehouse.runs.model import DAY_MS, Kind, Run

if TYPE_CHECKING:
    import duckdb

KEPT_MOST = 256_000_000
"""Bytes of blocks that are kept; the kinds that were least used go first."""
KEYS_MOST = 128_000_000
"""Keys of one run: a gigabyte."""
MS_BITS = 27
_BATCH = 1_000_000
_SPANS_MOST = 16
_DAY_HOURS = 24

Ints = npt.NDArray[np.int64]
_EMPTY: Ints = np.empty(0, np.int64)
Name = tuple[str, str]
Blocks = dict[int, Ints]


@dataclass(frozen=True)
class _Sorted:
    """Instants of people in order, as they were made of blocks when merges were so: whoever asks of the very same has them again."""

    blocks: Blocks
    times: tuple[int, int, int]
    who: tuple[Ints, Ints]
    instants: Ints


@dataclass
class _Shelf:
    """The blocks of one kind by day, each with the version at which it was read, and the instants that were made of them last."""

    blocks: dict[int, tuple[int, Ints]] = field(default_factory=dict[int, tuple[int, Ints]])
    bytes: int = 0
    made: _Sorted | None = None


class Keys:
    """What is kept of the keys of one warehouse; safe to use from many threads."""

    def __init__(self, most: int = KEPT_MOST) -> None:
        """Begin with nothing."""
        self._most, self.bytes = most, 0
        self._shelves = OrderedDict[Name, _Shelf]()
        self._lock = threading.Lock()

    def at(self, version: int, after: Callable[[int], Changes]) -> KeysAt:
        """Return the keys as they are at a version; ``after`` tells what was changed after one."""
        return KeysAt(self, version, after)

    def read(self, cursor: duckdb.DuckDBPyConnection, run: Run, version: int, after: Callable[[int], Changes]) -> list[Blocks]:
        """Return the blocks of a run; see ``KeysAt.read``."""
        days = range(run.low_ms // DAY_MS, (run.until_ms - 1) // DAY_MS + 1)
        found = [self._good((run.every_key, kind.key), days, version, after) if run.kept else {} for kind in run.kinds]
        missing = defaultdict[tuple[int, ...], list[int]](list)
        for place, blocks in enumerate(found):
            missing[tuple(day for day in days if day not in blocks)].append(place)
        room = KEYS_MOST - sum(len(block) for blocks in found for block in blocks.values())
        for wanted, places in missing.items():
            if not wanted:
                continue
            fresh = _fetch(cursor, run, places, wanted, room)
            room -= sum(len(block) for blocks in fresh for block in blocks.values())
            for place, blocks in zip(places, fresh, strict=True):
                found[place] |= blocks
                if run.kept:
                    self._keep((run.every_key, run.kinds[place].key), blocks, version, after)
        return found

    def instants(self, run: Run, place: int, blocks: Blocks, who: tuple[Ints, Ints], make: Callable[[], Ints]) -> Ints:
        """Return the instants of a kind in order: those of the last time if they were made of the same, else those that ``make`` gives."""
        name = (run.every_key, run.kinds[place].key)
        times = (run.low_ms, run.high_ms if place == 0 else run.until_ms, run.until_ms)
        if not run.kept or run.among is not None:
            return make()
        with self._lock:
            known = None if name not in self._shelves else self._shelves[name].made
        if known is not None and known.times == times and _same(known.blocks, blocks) and all(map(np.array_equal, known.who, who)):
            return known.instants
        instants = make()
        with self._lock:
            shelf = self._shelves.get(name)
            # Only beside its blocks: what an erasure has dropped meanwhile, nobody keeps in another form.
            if shelf is not None and _same({day: block for day, (_, block) in shelf.blocks.items() if day in blocks}, blocks):
                self._unmake(shelf)
                if self.bytes + instants.nbytes <= self._most:
                    shelf.made = _Sorted(blocks, times, who, instants)
                    shelf.bytes += instants.nbytes
                    self.bytes += instants.nbytes
        return instants

    def forget(self, touched: Touched) -> None:
        """Drop what a commit made void, before anybody asks for it again."""
        with self._lock:
            if touched.everything or EVENTS in touched.tables:
                self._shelves.clear()
                self.bytes = 0
                return
            days = {hour // _DAY_HOURS for hour in touched.hours}
            for shelf in self._shelves.values():
                for day in days & shelf.blocks.keys():
                    self._drop(shelf, day)

    def _good(self, name: Name, days: Iterable[int], version: int, after: Callable[[int], Changes]) -> Blocks:
        """Return the blocks that hold at a version."""
        with self._lock:
            shelf = self._shelves.get(name)
            if shelf is None:
                return {}
            self._shelves.move_to_end(name)
            known = {day: shelf.blocks[day] for day in days if day in shelf.blocks and shelf.blocks[day][0] <= version}
        if not known:
            return {}
        void = _void(after(min(at for at, _ in known.values())))
        return {day: block for day, (at, block) in known.items() if at >= void(day)}

    def _keep(self, name: Name, blocks: Blocks, version: int, after: Callable[[int], Changes]) -> None:
        with self._lock:
            void = _void(after(version))  # under the lock: what is noted later is dropped by its ``forget``
            shelf = self._shelves.setdefault(name, _Shelf())
            for day, block in blocks.items():
                known = shelf.blocks.get(day)
                if version < void(day) or (known is not None and known[0] > version):
                    continue
                if known is not None:
                    self._drop(shelf, day)
                shelf.blocks[day] = (version, block)
                shelf.bytes += block.nbytes
                self.bytes += block.nbytes
            self._shelves.move_to_end(name)
            while self.bytes > self._most:
                _, gone = self._shelves.popitem(last=False)
                self.bytes -= gone.bytes

    def _unmake(self, shelf: _Shelf) -> None:
        size = 0 if shelf.made is None else shelf.made.instants.nbytes
        shelf.made = None
        shelf.bytes -= size
        self.bytes -= size

    def _drop(self, shelf: _Shelf, day: int) -> None:
        self._unmake(shelf)
        size = shelf.blocks.pop(day)[1].nbytes
        shelf.bytes -= size
        self.bytes -= size


@dataclass(frozen=True)
class KeysAt:
    """The keys at one moment."""

    keys: Keys
    version: int
    after: Callable[[int], Changes]

    def read(self, cursor: duckdb.DuckDBPyConnection, run: Run) -> list[Blocks]:
        """Return the blocks of a run, for each kind by day; what is not kept is read through a cursor that holds the moment still.

        Raises:
            TooLarge: there are more than ``KEYS_MOST``.
        """
        return self.keys.read(cursor, run, self.version, self.after)

    def instants(self, run: Run, place: int, blocks: Blocks, who: tuple[Ints, Ints], make: Callable[[], Ints]) -> Ints:
        """Return the instants of a kind in order; see ``Keys.instants``."""
        return self.keys.instants(run, place, blocks, who, make)


def _same(known: Blocks, blocks: Blocks) -> bool:
    return len(known) == len(blocks) and all(known.get(day) is block for day, block in blocks.items())


def _void(changes: Changes) -> Callable[[int], int]:
    """Return a function that tells for a day the version of the last change that voids what was read of it."""
    whole = changes.version + 1 if changes.everything else changes.tables.get(EVENTS, 0)
    days: dict[int, int] = {}
    for hour, at in changes.hours.items():
        days[hour // _DAY_HOURS] = max(days.get(hour // _DAY_HOURS, 0), at)
    return lambda day: max(whole, days.get(day, 0))


def _fetch(cursor: duckdb.DuckDBPyConnection, run: Run, places: Sequence[int], days: Sequence[int], room: int) -> list[Blocks]:
    """Read the blocks of some kinds on some days, in one statement; a day without events has an empty block."""
    kinds = [run.kinds[place] for place in places]
    sql = _statement(run, kinds, days)
    values = run.values_of(run.every, *(kind.test for kind in kinds))
    values |= {name: run.values[name] for kind in kinds for name in kind.events if all(other.events for other in kinds)}
    pieces = [defaultdict[int, list[Ints]](list) for _ in kinds]
    wanted = frozenset(days)
    for batch in cursor.sql(sql, params=values).to_arrow_reader(_BATCH):
        t, did, bits = (column.to_numpy(zero_copy_only=False) for column in batch.columns)
        day = t // DAY_MS
        key = did << MS_BITS | t - day * DAY_MS
        for place, held in enumerate(pieces):
            mine = np.flatnonzero(bits & (1 << place))
            room -= len(mine)
            for one, block in _by_day(day[mine], key[mine]):
                if one in wanted:
                    held[one].append(block)
        if room < 0:
            raise TooLarge(f"More than {KEYS_MOST:,} events may be steps.", fix="Ask for a shorter period, or for rarer events.")
    return [{day: np.concatenate(held[day]) if day in held else _EMPTY for day in days} for held in pieces]


def _by_day(day: Ints, key: Ints) -> Iterator[tuple[int, Ints]]:
    """Yield keys by their days."""
    if not len(day):
        return
    if (day[1:] < day[:-1]).any():
        order = np.argsort(day, kind="stable")
        day, key = day[order], key[order]
    edges = [0, *(np.flatnonzero(day[1:] != day[:-1]) + 1).tolist(), len(day)]
    for low, high in itertools.pairwise(edges):
        yield int(day[low]), key[low:high].copy()


def _statement(run: Run, kinds: Sequence[Kind], days: Sequence[int]) -> str:
    """Return the SELECT of instants and ids with a bit for each kind."""
    cases = [f"CASE WHEN {kind.test.sql} THEN {1 << place} ELSE 0 END" for place, kind in enumerate(kinds)]
    bits = " | ".join(cases)
    names = [run.values[name] for kind in kinds for name in kind.events]
    if all(kind.events for kind in kinds) and len({*names}) == len(names):  # an event is of one kind at most: a text is compared until it is found
        bits = "CASE " + " ".join(f"WHEN e.event IN ({_listed(kind.events)}) THEN {case}" for kind, case in zip(kinds, cases, strict=True)) + " END"
    where = [f"({' OR '.join(f'e.dt BETWEEN {_date(low)} AND {_date(high)}' for low, high in _spans(days))})", f"({run.every.sql})"]
    if all(kind.events for kind in kinds):
        where.append(f"e.event IN ({_listed([name for kind in kinds for name in kind.events])})")
    return f"SELECT e.ts_ms AS t, e.did, CAST({bits} AS INTEGER) AS bits FROM event AS e WHERE {' AND '.join(where)}"  # noqa: S608 - conditions that SQLGlot printed


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"${name}" for name in names)


def _date(day: int) -> str:
    return f"CAST('{np.datetime64(day, 'D')}' AS DATE)"


def _spans(days: Sequence[int]) -> list[tuple[int, int]]:
    """Return days in order as spans; where there are too many of them, one over all."""
    spans: list[tuple[int, int]] = []
    for day in days:
        if spans and spans[-1][1] + 1 == day:
            spans[-1] = (spans[-1][0], day)
        else:
            spans.append((day, day))
    return spans if len(spans) <= _SPANS_MOST else [(days[0], days[-1])]
