"""What statements brought back, kept in memory while it holds: the same numbers are asked for by many panels and many people.

A reading is known by its base metrics (their measures, not their names alone), its cuts, filters, grain, clock, time of knowledge and period. The
hour of asking is no part of it, as no statement reads the clock, and neither is who asks: everybody who may read metrics sees the same rows.
Whoever narrows rows by person must do it by a filter, which is part of the key.

A reading by day or by hour is kept day by day, so that a write voids the days that it touched and no others: only those are asked of the
warehouse again, in one statement, and put together with the rest. Any other reading is kept as a whole; one that is asked again after it became
void is added up from its days, where its metrics add up. What a write touches is said in ``reads``.

Invariants: a reading equals that of its own statement, row by row; all of it stands at one version; records are never changed.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from sqlglot import exp

from windsock.kernel.clock import local_date
from windsock.kernel.period import Period
from windsock.metrics.bits import ids_below
from windsock.metrics.compile import Scope, compile_query, plan_scans
from windsock.metrics.fold import adds_up, fold
from windsock.metrics.reads import Reads, by_day, is_void, reads_of, void_everywhere, void_hours
from windsock.metrics.shelf import Block, Column, Found, Key, Place, Record, Shelf, Want
from windsock.metrics.within import part_values
from windsock.warehouse import Warehouse, printed

if TYPE_CHECKING:
    from windsock.metrics.model.definition import Metric
    from windsock.warehouse import Changes, Statement, Value

TEXTS_MAX = 1_000
TRIES = 3
"""So often a reading is put together of kept and fresh days; when each time something was written to the kept ones meanwhile, it is asked as one."""
FOLD_MOST = 20_000
"""So many records by day are added up here at most; more are left to the engine."""
RUNS_MAX = 16
"""So many stretches of days are asked for in one statement."""
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Reading:
    """Records of a statement: cuts, ``period`` (a date, an hour's first ms, nothing for a total), base metrics, ``rows_<i>``, what scan i saw.

    Attributes:
        records: one for each cut and bucket, in no order; not to be changed.
        scans: the scans that each base metric stands on.
    """

    records: list[Record]
    scans: Mapping[Column, tuple[int, ...]]

    def saw(self, metric: Metric) -> bool:
        """Say whether any row at all was behind a metric: without one its cells are missing, with one an empty cell is a true zero."""
        scans = self.scans[column_of(metric)]
        return any(record[f"rows_{index}"] for record in self.records for index in scans)

    def part(self, columns: frozenset[Column], *, one_row: bool) -> Reading:
        """Return what a statement for fewer metrics would have brought back; ``one_row``: it has no groups, and so its one row whatever is there."""
        if len(columns) == len(self.scans):
            return self
        names = [f"rows_{index}" for index in sorted({index for column in columns for index in self.scans[column]})]
        records = self.records if one_row else [record for record in self.records if any(record[name] for name in names)]
        return Reading(records, {column: self.scans[column] for column in columns})


def column_of(metric: Metric) -> Column:
    """Return what a base metric's column depends on: a draft of the same name is another column."""
    return (metric.name, metric.measures, metric.clock)


def place_of(clock: str | None, scope: Scope) -> Place:
    """Return all that a reading depends on beside its metrics and its period; values as written, as 1 is not the same filter as true."""
    time = (scope.grain, scope.zone, scope.week_start, scope.fiscal_start, scope.as_of_ms, scope.rolled, clock)
    return (scope.by, repr(scope.where), repr(scope.top), time)


def read(warehouse: Warehouse, bases: tuple[Metric, ...], clock: str | None, scope: Scope) -> Reading:
    """Return the records of a question about base metrics: kept ones that still hold, those of the same question under way, or fresh ones.

    Raises:
        InvalidInput: from ``compile_query``.
        QueryTimeout, Busy, Cancelled, TooLarge: from the warehouse; nothing is kept then.
    """
    bases = tuple(sorted(bases, key=lambda base: base.name))  # the same metrics are the same statement, and number their scans alike
    asked = _asked(warehouse, bases, clock, scope)
    return asked.shelf.once((asked.want.key, scope.period), asked.answered)


def _asked(warehouse: Warehouse, bases: tuple[Metric, ...], clock: str | None, scope: Scope) -> _Asked:
    scans = plan_scans(bases, clock)
    separate = by_day(scans)
    daily = separate and (scope.grain == "day" or (scope.grain == "hour" and all(scan.fact.clocks[scan.clock].kind == "ms" for scan in scans)))
    pieces = tuple(_days(scope.period)) if daily else (scope.period,)
    want = Want(place_of(clock, scope), frozenset(column_of(base) for base in bases), pieces)
    folds = separate and scope.grain not in ("hour", "day") and adds_up(bases)
    return _Asked(warehouse, bases, clock, scope, want, shelf_of(warehouse), daily=daily, folds=folds)


def shelf_of(warehouse: Warehouse) -> Shelf:
    """Return what is kept of a warehouse."""
    with _making:
        return _shelves.setdefault(warehouse, Shelf())


def forget_answers(warehouse: Warehouse) -> None:
    """Throw away what is kept of a warehouse, as a process that starts has nothing."""
    with _making:
        _shelves.pop(warehouse, None)


def _days(period: Period) -> list[Period]:
    dates = [period.start + number * _DAY for number in range(period.days)]
    return [Period(date, date) for date in dates]


@dataclass(frozen=True)
class _Asked:
    """A question and where its records may be."""

    warehouse: Warehouse
    bases: tuple[Metric, ...]
    clock: str | None
    scope: Scope
    want: Want
    shelf: Shelf
    daily: bool
    folds: bool

    def answered(self) -> Reading:
        """Return what is kept and holds, with what is missing of it."""
        for _ in range(TRIES):
            found = self.shelf.look(self.want)
            changes = self.warehouse.changes(min((block.version for block in found.blocks.values()), default=-1) if found else -1)
            good: dict[Period, Block] = {}
            if found is not None:
                good = self.shelf.renew(found, self._good(found, changes), changes.version)
                if len(good) == len(self.want.pieces):
                    return self._whole(found, good)
                folded = self._folded(found, changes.version)
                if folded is not None:
                    return folded
            more = self._fresh([piece for piece in self.want.pieces if piece not in good], changes.version, found if good else None)
            self.shelf.keep(more, self.want.pieces)
            if found is None or not good or self._still(found, changes.version, good):
                return self._whole(more, {**good, **more.blocks})
        more = self._fresh(self.want.pieces, -1, None)
        return self._whole(more, more.blocks)

    def _folded(self, found: Found, version: int) -> Reading | None:
        """Add a period up from its days, most of which are kept the next time; only where it was asked before and the days are no large table."""
        records = max(1, *(len(block.records) for block in found.blocks.values()))
        if not self.folds or records * self.scope.period.days > FOLD_MOST:
            return None
        put = _put(self.want.key, self.bases, self.clock, self.scope)
        days = _asked(self.warehouse, self.bases, self.clock, replace(self.scope, grain="day")).answered()
        folded = fold(days.records, self.bases, self.scope) if days.scans == put.scans else None
        if folded is None:
            return None
        made = Found(self.want.key, self.bases, put.reads, put.scans, {self.scope.period: Block(version, folded)})
        self.shelf.keep(made, self.want.pieces)
        return self._whole(made, made.blocks)

    def _good(self, found: Found, changes: Changes) -> dict[Period, Block]:
        """Return those of some blocks that hold at the version of what was changed since the oldest of them."""
        if changes.everything:
            return {}
        whole = void_everywhere(found.reads, changes)
        blocks = {piece: block for piece, block in found.blocks.items() if block.version >= whole}
        if not blocks:
            return {}
        hours = void_hours(self.warehouse, found.reads, changes, self.scope.period)
        if not hours:
            return blocks
        return {piece: block for piece, block in blocks.items() if not is_void(piece, self.scope.zone, block.version, hours)}

    def _still(self, found: Found, version: int, good: Mapping[Period, Block]) -> bool:
        """Say whether what was kept holds still, now that the rest of it was read: a load that touches both is seen in all of them or in none."""
        changes = self.warehouse.changes(version)
        return changes.version == version or len(self._good(replace(found, blocks=good), changes)) == len(good)

    def _whole(self, found: Found, blocks: Mapping[Period, Block]) -> Reading:
        records = [record for piece in self.want.pieces for record in blocks[piece].records]
        one_row = self.scope.grain == "total" and not self.scope.by and self.scope.top is None
        return Reading(records, found.scans).part(self.want.columns, one_row=one_row)

    def _fresh(self, pieces: Sequence[Period], version: int, beside: Found | None) -> Found:
        """Ask the warehouse for blocks, in one statement: the same as that of the blocks beside which they are to stand."""
        scope, bases = self.scope, self.bases if beside is None else beside.bases
        key = self.want.key if beside is None else beside.key
        runs = _runs(pieces)
        if len(runs) == 1:
            scope = replace(scope, period=runs[0])
        else:
            pieces = [day for run in runs for day in _days(run)]
            scope = replace(scope, only=1 << (len(runs) - 1).bit_length())
        scope = replace(scope, bits=ids_below(self.warehouse, plan_scans(bases, self.clock), scope))
        put = _put(key, bases, self.clock, scope)
        parts_of = {name: value for name, value in part_values(runs, scope.only, scope.zone).items() if name in put.names}
        records: list[Record] = self.warehouse.query(put.statement, {**put.values, **parts_of}).to_pylist()
        parts: dict[Period, list[Record]] = {piece: [] for piece in pieces}
        if self.daily:
            by_date = {piece.start: found for piece, found in parts.items()}
            for record in records:
                by_date[local_date(record["period"], scope.zone) if scope.grain == "hour" else record["period"]].append(record)
        else:
            parts = {self.scope.period: records}
        return Found(key, bases, put.reads, put.scans, {piece: Block(version, found) for piece, found in parts.items()})


def _runs(days: Sequence[Period]) -> list[Period]:
    """Return days in order as periods, at most ``RUNS_MAX``: then with the shortest gaps between them."""
    runs: list[Period] = []
    for day in days:
        if runs and runs[-1].end + _DAY == day.start:
            runs[-1] = Period(runs[-1].start, day.end)
        else:
            runs.append(day)
    while len(runs) > RUNS_MAX:
        at = min(range(1, len(runs)), key=lambda number: runs[number].start - runs[number - 1].end)
        runs[at - 1 : at + 1] = [Period(runs[at - 1].start, runs[at].end)]
    return runs


@dataclass(frozen=True)
class _Put:
    """A question ready to be put: as it does not depend on what was written, it outlives versions, which a busy site has many of a minute."""

    statement: Statement
    values: dict[str, Value]
    scans: Mapping[Column, tuple[int, ...]]
    reads: Reads
    names: frozenset[str]


def _put(course: Key, bases: tuple[Metric, ...], clock: str | None, scope: Scope) -> _Put:
    key = (course, scope.period, scope.only, scope.bits)
    with _making:
        known = _texts.get(key)
        if known is not None:
            _texts.move_to_end(key)
            return known
    compiled = compile_query(bases, clock, scope)
    stands = {
        base: [index for index, scan in enumerate(compiled.scans) if any(name == base for name, _ in scan.measures)] for base in compiled.metrics
    }
    scans = {column_of(base): tuple(stands[base.name]) for base in bases}
    names = frozenset(placeholder.name for placeholder in compiled.statement.find_all(exp.Placeholder))
    made = _Put(printed(compiled.statement), compiled.params.values, scans, reads_of(compiled), names)
    with _making:
        _texts[key] = made
        while len(_texts) > TEXTS_MAX:
            _texts.popitem(last=False)
    return made


_shelves: WeakKeyDictionary[Warehouse, Shelf] = WeakKeyDictionary()
_texts: OrderedDict[object, _Put] = OrderedDict()
_making = threading.Lock()
